using System.Globalization;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Tests.Downloads;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>
/// Two programs that pull one model are killed again and again, at any time and at named points, and the disk loses some of what they
/// wrote. At every instant all that other programs can see is right, and in the end the model is there.
/// </summary>
public sealed class PullKillTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>How many processes are killed instead of the usual few; scripts/full.cs sets it.</summary>
    private const string CountVariable = "TABAGENT_FAULTS";

    private const int UsualCount = 12;
    private const int Seed = 20_261;
    private const string Repo = "acme/tiny-GGUF";
    private const string Address = $"{Repo}:Q8_0";
    private const int BlockSize = 64 * 1024;
    private const int ShardSize = (100 * BlockSize) + 321;
    private const int Shards = 2;
    private const int Workers = 8;

    /// <summary>Slow enough that a kill finds it under way, and that little is on its way.</summary>
    private const int BytesPerSecond = 15_000_000;

    private static readonly string[] Points = [.. CrashPoint.All.Except([CrashPoint.Quarantined]), CrashPoint.Pointed];

    private readonly string _home = Directory.CreateTempSubdirectory("kills-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task However_programs_die_the_cache_is_right_and_the_model_comes()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var asked) ? asked : UsualCount;
        await using var hub = await FakeHub.StartAsync();
        hub.AddToken(PullProcess.Token);
        for (var shard = 1; shard <= Shards; shard++)
        {
            hub.AddRepo(Repo).AddGenerated($"tiny-Q8_0-{shard:D5}-of-{Shards:D5}.gguf", ShardSize, seed: shard);
        }

        await using var watch = new InvariantWatch(_home, PullProcess.Token, "Signature=");
        var tally = new Tally();
        try
        {
            await KillManyAsync(hub, _home, count, tally);
            hub.TotalRate = null;
            await EndAsync(hub, _home, tally);
        }
        finally
        {
            output.WriteLine($"seed {Seed}: {tally}, {hub.ServedBytes} bytes served, {watch.Looks} looks");
        }

        await watch.AssertHeldAsync();
        Assert.Empty(hub.Leaks);
        Assert.True(hub.ServedBytes <= tally.MostBytes, $"{hub.ServedBytes} bytes were served, and {tally.MostBytes} could be lost.");
    }

    private static async Task KillManyAsync(FakeHub hub, string home, int count, Tally tally)
    {
        var random = new Random(Seed);
        for (var round = 0; tally.Killed + tally.DiedAtPoint < count; round++)
        {
            // A new rate each time: the hub saves up what is not taken, and would fill the lines at once.
            hub.TotalRate = BytesPerSecond + round;
            var before = hub.ServedBytes;
            var point = round % 3 == 0 ? Points[random.Next(Points.Length)] : null;
            var nth = point is CrashPoint.BlockWritten or CrashPoint.BlockRecorded ? random.Next(1, 40) : 1;
            using var one = PullProcess.Start(OrderOf(hub, home, "one") with { DiesAt = point, DiesAtNth = nth });
            using var other = PullProcess.Start(OrderOf(hub, home, "other") with { DiesAt = point, DiesAtNth = nth });
            var wanted = point is null ? random.Next(Shards * ShardSize) : long.MaxValue;
            await Until.TrueAsync(() => hub.ServedBytes - before >= wanted || (one.HasExited && other.HasExited));
            foreach (var process in new[] { one, other })
            {
                await EndAsync(process, hub, tally);
            }

            tally.Add(LoseSomething(home, random));
            if (new[] { one, other }.Any(process => process.ExitCode == 0))
            {
                // It is whole: begin anew.
                await using var bed = new PullBed(hub.Endpoint, home);
                new Deletion(bed.Cache).DeleteRepository(RepoId.Parse(Repo));
                tally.Completed++;
            }
        }
    }

    private static async Task EndAsync(PullProcess process, FakeHub hub, Tally tally)
    {
        if (!process.HasExited && await process.KillAsync())
        {
            tally.Killed++;
        }
        else if (process.WasKilled)
        {
            tally.DiedAtPoint++;
        }
        else
        {
            Assert.True(process.ExitCode == 0, $"{hub.Requests.Count} requests: {await File.ReadAllTextAsync(process.Log, Patience.Token)}");
        }
    }

    /// <summary>As a power failure does: the end of a journal is torn, a part has an empty page or became shorter, a stamp is stale.</summary>
    /// <returns>Bytes of blocks that are not good any more, at most.</returns>
    private static long LoseSomething(string home, Random random)
    {
        var lost = 0L;
        foreach (var path in Directory.GetFiles(Path.Combine(home, "hub"), "*.tabagent.*", SearchOption.AllDirectories).Where(_ => random.Next(2) == 0))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            switch (Path.GetExtension(path))
            {
                case ".journal":
                    file.SetLength(Math.Max(0, file.Length - random.Next(64)));
                    lost += 3 * BlockSize;
                    break;
                case ".part" when random.Next(4) == 0:
                    lost += file.Length / 20;
                    file.SetLength(file.Length - (file.Length / 20));
                    break;
                case ".part":
                    file.Position = random.NextInt64(file.Length + 1);
                    file.Write(new byte[Math.Min(4096, file.Length - file.Position)]);
                    lost += 2 * BlockSize;
                    break;
                case ".ok":
                    file.SetLength(file.Length / 2);
                    break;
            }
        }

        return lost;
    }

    /// <summary>Nothing happens any more: both end, with all there is.</summary>
    private static async Task EndAsync(FakeHub hub, string home, Tally tally)
    {
        using var one = PullProcess.Start(OrderOf(hub, home, "one"));
        using var other = PullProcess.Start(OrderOf(hub, home, "other"));
        foreach (var process in new[] { one, other })
        {
            await process.EndAsync();
            await EndAsync(process, hub, tally);
            Assert.Equal(process.Told().Order(), process.Told());
        }

        tally.Completed++;
        await using var bed = new PullBed(hub.Endpoint, home);
        new GarbageCollector(bed.Cache, TimeProvider.System).Collect(TimeSpan.Zero, Patience.Token);
        var found = bed.Scan.TryRead(RepoId.Parse(Repo))!;
        Assert.Empty(found.Partials);
        Assert.All(found.Revisions.Single().Files, file => Assert.Equal((CachedFileState.Verified, (long)ShardSize), (file.State, file.BytesHere)));
        Assert.Equal(["main"], found.Revisions.Single().References);
        Assert.All(Directory.GetFiles(bed.Cache.FolderOf(found.Repo).Blobs), file => Assert.True(Path.GetExtension(file) is "" or ".ok", file));
    }

    private static PullOrder OrderOf(FakeHub hub, string home, string name) => new(name, home, hub.Endpoint, Address, BlockSize);

    private sealed class Tally
    {
        private long _lost;

        public int Killed { get; set; }

        public int DiedAtPoint { get; set; }

        public int Completed { get; set; }

        /// <summary>What may have been served: each death costs the blocks that its workers had begun, and what was on the line.</summary>
        public long MostBytes => ((long)Completed * Shards * ShardSize) + ((long)(Killed + DiedAtPoint) * Workers * 2 * BlockSize) + _lost;

        public void Add(long lost) => _lost += lost;

        public override string ToString() => $"{Killed} killed, {DiedAtPoint} died at a point, {Completed} times whole";
    }
}
