using System.Diagnostics;
using System.Globalization;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Benchmarks.Ternary;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>What a download costs who downloads, and who looks on. Hub, downloads and the rest have a process each, which measures itself.</summary>
/// <param name="folder">Takes two models; the cache in it is removed before and afterwards.</param>
/// <param name="size">Of the model; bytes.</param>
/// <param name="pairs">How many rounds count; a download goes ahead.</param>
internal sealed class DownloadBench(string folder, long size, int pairs)
{
    private const double Mega = 1e6;
    private const double Giga = 1e9;

    /// <summary>How long the download takes that is looked on.</summary>
    private const int WatchedSeconds = 40;

    private const long SpareBytes = 1L << 30;

    private string Home => Path.Combine(folder, "home");

    private string BareFile => Path.Combine(folder, "bare");

    private string Blob
        => Directory.EnumerateFiles(Path.Combine(Home, "hub", "models--acme--large-GGUF", "blobs"))
            .Single(file => Path.GetFileName(file).Length == 64);

    /// <summary>A download, a hash of what it brought, and the least that a download does, in turns.</summary>
    /// <param name="isPlain">Without the processor's instructions for SHA-256.</param>
    public async Task MeasureCostAsync(bool isPlain)
    {
        using var hub = await HubProcess.StartAsync(size);
        var rounds = new List<Round>();
        var (cold, _) = await PullAsync(hub, isPlain, warmUps: 0);
        for (var number = 0; number < pairs; number++)
        {
            // The one that goes first finds the processor cooler, so they take turns.
            var hash = number % 2 == 0 ? await HashAsync(isPlain) : null;
            var (pull, foreign) = await PullAsync(hub, isPlain, HubProcess.WarmUps);
            rounds.Add(new Round(pull, hash ?? await HashAsync(isPlain), await BareAsync(hub, isPlain), foreign));
        }

        Remove(Home);
        Print(isPlain ? ", no SHA instructions" : "", rounds);
        Figures.Print(
            "most memory over idle, first download of a process",
            string.Create(CultureInfo.InvariantCulture, $"{cold.ExtraBytes / Mega:F0} MB"),
            "< 120 MB");
    }

    /// <summary>One process downloads, slowly, and another one wants the same.</summary>
    public async Task MeasureWatchingAsync()
    {
        using var hub = await HubProcess.StartAsync(size);
        Remove(Home);
        using var owner = await ChildProcess.StartAsync(isPlain: false, "pull", Home, hub.Endpoint, "0");
        using var watcher = await ChildProcess.StartAsync(isPlain: false, "pull", Home, hub.Endpoint, "0");
        await hub.LimitAsync(size / WatchedSeconds);
        var owning = owner.RunAsync();
        while (!Directory.Exists(Home) || !Directory.EnumerateFiles(Home, "*.part", SearchOption.AllDirectories).Any())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        // In the first half of the time its code is compiled, some of it twice.
        var watching = watcher.RunAsync();
        await Task.Delay(TimeSpan.FromSeconds(WatchedSeconds * 0.5));
        var (before, start) = (watcher.Processor, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(WatchedSeconds * 0.45));
        var part = (watcher.Processor - before) / Stopwatch.GetElapsedTime(start);
        var (owned, watched) = (await owning, await watching);
        if (watched.Bytes != 0 || owned.Bytes != size)
        {
            throw new InvalidOperationException($"{owned.Bytes} bytes came to the one and {watched.Bytes} to the other.");
        }

        Remove(Home);
        Figures.Print(
            "processor of who observes",
            string.Create(CultureInfo.InvariantCulture, $"{part:P2} ({watched.Processor.TotalMilliseconds:F0} ms in all, {watched.ExtraBytes / Mega:F0} MB)"),
            "< 1 %");
    }

    internal static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<(ChildFigures Figures, double Foreign)> PullAsync(HubProcess hub, bool isPlain, int warmUps)
    {
        Remove(Home);
        using var child = await ChildProcess.StartAsync(isPlain, "pull", Home, hub.Endpoint, warmUps.ToString(CultureInfo.InvariantCulture));
        FreeMemory.Touch(size + SpareBytes);
        var hubBefore = hub.Processor;
        var load = ForeignLoad.Start();
        var figures = await child.RunAsync();
        var foreign = load.Stop(figures.Processor + hub.Processor - hubBefore);
        return figures.Bytes == size ? (figures, foreign) : throw new InvalidOperationException($"{figures.Bytes} bytes came.");
    }

    private async Task<ChildFigures> HashAsync(bool isPlain)
    {
        using var child = await ChildProcess.StartAsync(isPlain, "hash", Blob);
        return await child.RunAsync();
    }

    private async Task<ChildFigures> BareAsync(HubProcess hub, bool isPlain)
    {
        var warmUps = HubProcess.WarmUps.ToString(CultureInfo.InvariantCulture);
        using var child = await ChildProcess.StartAsync(isPlain, "bare", BareFile, await hub.LocationAsync(), warmUps);
        FreeMemory.Touch(size + SpareBytes);
        var figures = await child.RunAsync();
        File.Delete(BareFile);
        return figures;
    }

    private void Print(string how, List<Round> rounds)
    {
        double Seconds(Func<Round, TimeSpan> time) => Figures.Median(rounds.Select(round => time(round).TotalSeconds)) / size * Giga;
        string Times(Func<Round, ChildFigures> side)
            => string.Create(
                CultureInfo.InvariantCulture,
                $"{Seconds(r => side(r).Processor):F2} s (kernel {Seconds(r => side(r).System):F2}), wall {Seconds(r => side(r).Wall):F2} s");

        Figures.Print($"download ÷ hash, processor{how}", Ratio(rounds, round => round.Pull.Processor / round.Hash.Processor), "≤ 1.5");
        Figures.Print($"download ÷ bare loop, processor{how}", Ratio(rounds, round => round.Pull.Processor / round.Bare.Processor));
        Figures.Print($"download ÷ hash, wall{how}", Ratio(rounds, round => round.Pull.Wall / round.Hash.Wall));
        Figures.Print($"download ÷ bare loop, wall{how}", Ratio(rounds, round => round.Pull.Wall / round.Bare.Wall));
        Figures.Print($"download, processor for a GB{how}", Times(round => round.Pull));
        Figures.Print($"bare loop, the same{how}", Times(round => round.Bare));
        Figures.Print($"hash, the same{how}", Times(round => round.Hash));
        Figures.Print(
            $"others, part of the cores{how}",
            string.Create(CultureInfo.InvariantCulture, $"{Figures.Median(rounds.Select(round => round.Foreign)):P0}"));
    }

    private static string Ratio(List<Round> rounds, Func<Round, double> ratio)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Figures.Median(rounds.Select(ratio)):F2} ({rounds.Min(ratio):F2} to {rounds.Max(ratio):F2})");

    private sealed record Round(ChildFigures Pull, ChildFigures Hash, ChildFigures Bare, double Foreign);
}
