using System.Security.Cryptography;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Tests.Downloads;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>Several programs at one cache: what one downloads the others follow, and nobody takes away what another has in use.</summary>
public sealed class PullRaceTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Repo = "acme/tiny-GGUF";
    private const int BlockSize = 64 * 1024;
    private const int Size = (100 * BlockSize) + 321;

    /// <summary>What an owner's death may cost until another goes on; asserted where nothing else runs.</summary>
    private static readonly TimeSpan LongestTakeover = TimeSpan.FromSeconds(2);

    private readonly string _home = Directory.CreateTempSubdirectory("races-").FullName;
    private FakeHub _hub = null!;
    private InvariantWatch _watch = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.AddToken(PullProcess.Token);
        _hub.AddRepo(Repo).AddGenerated("tiny-Q4_K_M.gguf", Size, seed: 1);
        _hub.AddRepo(Repo).AddGenerated("tiny-Q8_0.gguf", Size, seed: 2);
        _watch = new InvariantWatch(_home, PullProcess.Token, "Signature=");
    }

    public async ValueTask DisposeAsync()
    {
        await using (_watch)
        {
            await _watch.AssertHeldAsync();
        }

        await _hub.DisposeAsync();
        Directory.Delete(_home, recursive: true);
        Assert.Empty(_hub.Leaks);
    }

    [Fact]
    public async Task Programs_that_want_the_same_and_others_fetch_each_file_once()
    {
        _hub.TotalRate = 10_000_000;
        var orders = new[] { Order("a", "Q4_K_M"), Order("b", "Q8_0"), Order("c", "Q4_K_M"), Order("d", "Q8_0") };
        var programs = orders.Select(PullProcess.Start).ToList();
        try
        {
            await AssertDoneAsync(programs);
        }
        finally
        {
            programs.ForEach(program => program.Dispose());
        }

        Assert.InRange(_hub.ServedBytes, 2L * Size, 2L * Size);
        Assert.Equal(2, Downloads().DistinctBy(request => (request.File, request.UserAgent)).Count());
    }

    [Fact]
    public async Task When_the_program_that_downloads_is_killed_another_goes_on()
    {
        _hub.TotalRate = 1_500_000;
        using var owner = PullProcess.Start(Order("owner", "Q4_K_M"));
        await Until.TrueAsync(() => _hub.ServedBytes > Size / 10);
        using var heir = PullProcess.Start(Order("heir", "Q4_K_M"));
        await Until.TrueAsync(() => File.Exists(heir.Log) && heir.Told().Any(bytes => bytes > 0));

        var death = TimeProvider.System.GetTimestamp();
        Assert.True(await owner.KillAsync());
        await Until.TrueAsync(() => Downloads().Any(request => IsOf(request, heir)));
        var takeover = TimeProvider.System.GetElapsedTime(death);
        _hub.TotalRate = null;
        await AssertDoneAsync([heir]);
        output.WriteLine($"Taken over after {takeover.TotalMilliseconds:F0} ms.");
        Assert.InRange(takeover, TimeSpan.Zero, LongestTakeover * LongRun.Rounds(usual: 5, whenLong: 1));

        // Never both at once, and what had come was not fetched again.
        Assert.All(Downloads().SkipWhile(request => !IsOf(request, heir)), request => Assert.True(IsOf(request, heir)));
        Assert.InRange(_hub.ServedBytes, Size, Size * 5L / 4);
    }

    [Fact]
    public async Task Where_locks_do_nothing_each_downloads_for_itself_and_both_have_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows files cannot be kept from being locked.");
        _hub.TotalRate = 1_500_000;
        using var one = PullProcess.Start(Order("one", "Q4_K_M") with { IsWithoutLocks = true });
        using var other = PullProcess.Start(Order("other", "Q4_K_M") with { IsWithoutLocks = true });
        await Until.TrueAsync(() => Directory.GetFiles(_home, "*.part", SearchOption.AllDirectories).Length == 2);
        _hub.TotalRate = null;

        await AssertDoneAsync([one, other]);

        Assert.InRange(_hub.ServedBytes, Size, 2L * Size);
        Assert.Empty(Directory.GetFiles(_home, "*.part", SearchOption.AllDirectories));
        await using var bed = NewBed();
        Assert.Equal(CachedFileState.Verified, bed.Scan.TryRead(RepoId.Parse(Repo))!.Revisions.Single().Files.Single().State);
    }

    [Fact]
    public async Task Whoever_pulls_deletes_and_reads_at_once_gets_the_whole_or_is_told()
    {
        await using var one = NewBed();
        await using var other = NewBed();
        var (pulled, deleted, served) = (0, 0, 0);
        using var enough = new CancellationTokenSource();
        var deletions = LongRun.Rounds(usual: 25, whenLong: 150);
        var sha256 = _hub.AddRepo(Repo).Head.Files["tiny-Q4_K_M.gguf"].Sha256;
        var work = new[]
        {
            RepeatAsync(async () =>
            {
                var end = await one.PullAsync($"{Repo}:Q4_K_M");
                Assert.Equal((PullState.Completed, null), (end.State, end.Failure?.Message));
                pulled++;
            }),
            RepeatAsync(async () =>
            {
                await Task.Delay(Random.Shared.Next(30), Patience.Token);
                new Deletion(other.Cache).DeleteRepository(RepoId.Parse(Repo));
                if (++deleted == deletions)
                {
                    await enough.CancelAsync();
                }
            }),
            RepeatAsync(async () =>
            {
                var plan = await other.PlanAsync($"{Repo}:Q4_K_M");
                using var lease = ModelLease.Take(other.Cache, plan.Repo, plan.Commit, [plan.Files[0].Path]);
                var path = await new Verification(other.Cache, TimeProvider.System)
                    .EnsureAsync(plan.Repo, plan.Commit, plan.Files[0].Path, progress: null, Patience.Token);
                await using var bytes = File.OpenRead(path);
                Assert.Equal(sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, Patience.Token)));
                Assert.True(File.Exists(path));
                served++;
            }),
        };
        await Task.WhenAll(work);
        output.WriteLine($"{pulled} pulled, {deleted} deleted, {served} served");
        Assert.True(pulled > 0 && served > 0);

        // One that fails ends all.
        async Task RepeatAsync(Func<Task> act)
        {
            try
            {
                while (!enough.IsCancellationRequested)
                {
                    await UnlessToldAsync(act);
                }
            }
            finally
            {
                await enough.CancelAsync();
            }
        }

        static async Task UnlessToldAsync(Func<Task> act)
        {
            try
            {
                await Task.Run(act);
            }
            catch (ModelCacheException e) when (e.Fault is CacheFault.ModelInUse or CacheFault.NotCached)
            {
                // Somebody else has it, or has deleted it: that is how they are told.
                await Task.Delay(2, Patience.Token);
            }
        }
    }

    private PullOrder Order(string name, string quant) => new(name, _home, _hub.Endpoint, $"{Repo}:{quant}", BlockSize);

    private PullBed NewBed() => new(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { BlockSize = BlockSize } });

    private IEnumerable<RecordedRequest> Downloads() => _hub.Requests.Where(request => request.Kind == RequestKind.Cdn);

    private static bool IsOf(RecordedRequest request, PullProcess program) => request.UserAgent.EndsWith(program.Version, StringComparison.Ordinal);

    private static async Task AssertDoneAsync(IReadOnlyList<PullProcess> programs)
    {
        foreach (var program in programs)
        {
            await program.EndAsync();
            Assert.True(program.ExitCode == 0, await File.ReadAllTextAsync(program.Log, Patience.Token));
            Assert.Equal(Size, program.Told().Append(0).Max());
            Assert.Equal(program.Told().Order(), program.Told());
        }
    }
}
