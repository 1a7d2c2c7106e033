using System.Diagnostics;
using System.Globalization;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>
/// Two processes that want one blob are killed again and again, and the disk loses some of what they wrote: they come to
/// an end with the right blob.
/// </summary>
public sealed class BlobKillTests
{
    private const string Variable = "TABAGENT_TEST_BLOB";
    private const int BlockSize = 64 * 1024;
    private const int Size = (600 * BlockSize) + 321;
    private const int Kills = 4;

    [Fact]
    public async Task Two_processes_that_are_killed_at_any_time_come_to_the_right_end()
    {
        for (var seed = 0; seed < LongRun.Rounds(usual: 1, whenLong: 50); seed++)
        {
            await using var fixture = await BlobFixture.StartAsync(Size);
            await KillManyAsync(fixture, new Random(seed));

            fixture.Hub.TotalRate = null;
            using var one = await StartAsync(fixture, "");
            using var other = await StartAsync(fixture, "");
            await one.WaitForExitAsync(Patience.Token);
            await other.WaitForExitAsync(Patience.Token);

            Assert.Equal((0, 0), (one.ExitCode, other.ExitCode));
            await fixture.AssertPublishedAsync();
        }
    }

    [Theory]
    [InlineData(CrashPoint.BlockRecorded)]
    [InlineData(CrashPoint.PartFlushed)]
    [InlineData(CrashPoint.Published)]
    [InlineData(CrashPoint.Stamped)]
    public async Task A_process_that_dies_at_a_named_point_is_followed_by_one_that_ends_it(string point)
    {
        await using var fixture = await BlobFixture.StartAsync(Size);
        using (var dying = await StartAsync(fixture, point))
        {
            await dying.WaitForExitAsync(Patience.Token);
            Assert.NotEqual(0, dying.ExitCode);
        }

        await fixture.RunAsync(fixture.Options with { BlockSize = BlockSize });

        await fixture.AssertPublishedAsync();
    }

    /// <summary>What the processes do that the tests above start: not a test by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Child()
    {
        var words = Environment.GetEnvironmentVariable(Variable)!.Split('|');
        Assert.True(ContentId.TryParse(words[1], out var content));
        var size = long.Parse(words[2], CultureInfo.InvariantCulture);
        var file = new RepoFile("tiny-Q4_K_M.gguf", size, content);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        var resolved = new ResolvedFile(new Uri(words[3]), size, content, new string('c', 40), TakesToken: false);
        var options = new BlobDownloadOptions
        {
            BlockSize = BlockSize,
            SpareDiskBytes = 0,
            WatchInterval = TimeSpan.FromMilliseconds(20),
            AtPoint = point =>
            {
                if (point == words[4])
                {
                    Environment.FailFast(point);
                }
            },
        };
        var files = new BlobFiles(words[0], RepoId.Parse("acme/tiny-GGUF"), content);
        var transport = new BlobTransport(http, _ => Task.FromResult(resolved), static _ => { });
        await new BlobDownload(files, file, transport, options, TimeProvider.System).RunAsync(null, Patience.Token);
    }

    private static async Task KillManyAsync(BlobFixture fixture, Random random)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            // A new rate each time: the hub saves up what is not taken, and would fill the lines at once.
            fixture.Hub.TotalRate = 10_000_000 + kill;
            using var one = await StartAsync(fixture, "");
            using var other = await StartAsync(fixture, "");
            var served = fixture.Hub.ServedBytes;
            var wanted = random.Next(Size / 6);
            while (fixture.Hub.ServedBytes < served + wanted && !one.HasExited && !other.HasExited)
            {
                await Task.Delay(5, Patience.Token);
            }

            one.Kill();
            other.Kill();
            await one.WaitForExitAsync(Patience.Token);
            await other.WaitForExitAsync(Patience.Token);
            LoseSomething(fixture.Files, random);
        }
    }

    /// <summary>As a power failure does: the end of the journal is torn, or a page of the part is empty.</summary>
    private static void LoseSomething(BlobFiles files, Random random)
    {
        if (File.Exists(files.Journal) && random.Next(2) == 0)
        {
            using var journal = new FileStream(files.Journal, FileMode.Open);
            journal.SetLength(Math.Max(0, journal.Length - random.Next(64)));
        }

        if (File.Exists(files.Part) && random.Next(2) == 0)
        {
            using var part = new FileStream(files.Part, FileMode.Open);
            part.Position = part.Length == 0 ? 0 : random.NextInt64(part.Length);
            part.Write(new byte[Math.Min(4096, part.Length - part.Position)]);
        }
    }

    private static async Task<Process> StartAsync(BlobFixture fixture, string diesAt)
    {
        var resolved = await fixture.Transport.Resolve(Patience.Token);
        return ChildTest.Start(
            typeof(BlobKillTests), nameof(Child), Variable, fixture.Root, fixture.File.Content, fixture.File.Size, resolved.Location, diesAt);
    }
}
