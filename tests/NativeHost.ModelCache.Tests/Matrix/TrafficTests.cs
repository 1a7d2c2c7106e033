using System.Globalization;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Tests.Downloads;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>How many bytes a download costs whose program is killed again and again: hardly more than there are.</summary>
/// <remarks>A quick form always; the measured one, 2 GiB with the usual blocks, where <c>TABAGENT_FAULTS</c> is set, as scripts/full.cs does.</remarks>
public sealed class TrafficTests(ITestOutputHelper output)
{
    private const string Repo = "acme/large-GGUF";
    private const int Seed = 2_026;

    /// <summary>A line of a gigabit a second. Without a limit the server fills the system's own buffers, tens of megabytes, while a killed program's connections are still being closed.</summary>
    private const long Gigabit = 125_000_000;

    // Fewer bytes have smaller blocks and a slower line; a death on a busy machine costs a larger part of them all the same.
    private static readonly Form Quick = new(Size: 64 << 20, BlockSize: 32 << 10, Kills: 3, Runs: 2, BytesPerSecond: Gigabit / 6, MostOnAverage: 1.15, Most: 1.3);
    private static readonly Form Full = new(Size: 2L << 30, BlockSize: null, Kills: 10, Runs: 20, BytesPerSecond: Gigabit, MostOnAverage: 1.05, Most: 1.15);

    [Fact]
    public async Task Killed_at_random_a_download_costs_hardly_more_bytes_than_there_are()
    {
        var form = Environment.GetEnvironmentVariable("TABAGENT_FAULTS") is null ? Quick : Full;
        var traffic = new List<double>();
        for (var run = 0; run < form.Runs; run++)
        {
            var start = TimeProvider.System.GetTimestamp();
            traffic.Add(await MeasureAsync(form, new Random(Seed + run)));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"run {run}: {traffic[^1]:F4} of the size, {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{form}: {traffic.Average():F4} on average, {traffic.Max():F4} at most"));
        Assert.InRange(traffic.Average(), 1, form.MostOnAverage);
        Assert.InRange(traffic.Max(), 1, form.Most);
    }

    /// <returns>Bytes that the server sent, as part of the file's size.</returns>
    private static async Task<double> MeasureAsync(Form form, Random random)
    {
        var home = Directory.CreateTempSubdirectory("traffic-").FullName;
        try
        {
            await using var hub = await FakeHub.StartAsync();
            hub.AddToken(PullProcess.Token);
            hub.AddRepo(Repo).AddGenerated("large-Q8_0.gguf", form.Size, random.Next());
            var order = new PullOrder("one", home, hub.Endpoint, Repo, form.BlockSize);
            // Not at the very end, where it might be done before it is killed.
            foreach (var served in Enumerable.Range(0, form.Kills).Select(_ => random.NextInt64(form.Size * 9 / 10)).Order())
            {
                // A new rate each time: the hub saves up what is not taken.
                hub.TotalRate = form.BytesPerSecond + random.Next(1000);
                using var process = PullProcess.Start(order);
                await Until.TrueAsync(() => hub.ServedBytes >= served || process.HasExited);

                // Where so much was served already it dies at once.
                Assert.True(await process.KillAsync(), "It ended before it was killed.");
            }

            using var last = PullProcess.Start(order);
            await last.EndAsync();
            Assert.True(last.ExitCode == 0, await File.ReadAllTextAsync(last.Log, Patience.Token));
            await using var bed = new PullBed(hub.Endpoint, home);
            Assert.Equal(form.Size, bed.Scan.TryRead(RepoId.Parse(Repo))!.BytesOnDisk);
            return (double)hub.ServedBytes / form.Size;
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    /// <param name="Size">Bytes.</param>
    /// <param name="BlockSize">Bytes; null for what suits the size.</param>
    /// <param name="BytesPerSecond">Of the line.</param>
    private sealed record Form(long Size, int? BlockSize, int Kills, int Runs, long BytesPerSecond, double MostOnAverage, double Most);
}
