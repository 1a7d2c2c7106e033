using System.Diagnostics;
using System.Globalization;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Benchmarks.Models;
using NativeHost.Hardware;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>Our ternary engine against llama.cpp on the same weights, both in this process and in turns.</summary>
/// <param name="shape">Of the files that the engines compute.</param>
/// <param name="threadCounts">Threads to measure with; the bars hold for the most of them.</param>
/// <param name="only">Part of the names of our engines whose loads and tokens are measured; empty for all.</param>
internal sealed class TernaryBench(TernaryEngines engines, TernaryModelShape shape, PairedRuns runs, IReadOnlyList<int> threadCounts, string only)
{
    private const int DecodedTokens = 16;
    private const int LongContext = 2000;
    private const int Loads = 5;
    private const long BandwidthBytes = 512L << 20;
    private const double LeastOfBandwidth = 0.85;
    private const double BusyBar = 1.5;
    private const double DeepBar = 2.0;
    private const double MostLoadSeconds = 0.5;
    private const double MostBesideMegabytes = 100;

    private readonly int _mostThreads = threadCounts.Max();

    private readonly IReadOnlyList<TernaryEngine> _ours = [.. engines.Ours.Where(engine => engine.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];

    private TernaryEngine Default => engines.Ours.First(engine => engine.IsDefault);

    /// <summary>Before anything else is loaded: memory, and the time of a load whose file the system has in memory.</summary>
    public async Task MeasureLoadsAsync()
    {
        foreach (var engine in _ours)
        {
            await MeasureMemoryAsync(engine);
        }

        foreach (var engine in (TernaryEngine[])[.. _ours, engines.Theirs])
        {
            var seconds = new List<double>();
            for (var load = 0; load < Loads; load++)
            {
                var begin = Stopwatch.GetTimestamp();
                using var side = await engine.OpenAsync(_mostThreads);
                seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }

            Figures.Print($"load, warm: {engine.Name}", Text($"{Figures.Median(seconds):F2} s"), engine == engines.Theirs ? "" : Text($"≤ {MostLoadSeconds:F1} s"));
        }
    }

    /// <summary>Tokens one by one at the start of a context, with every head, and which part of the memory's speed that is.</summary>
    public async Task MeasureDecodeAsync()
    {
        using var memory = new ReadBandwidth(BandwidthBytes);
        foreach (var theirEngine in (TernaryEngine[])[engines.Theirs, engines.TheirsWithQ6K])
        {
            using var theirs = await theirEngine.OpenAsync(_mostThreads);
            foreach (var engine in _ours)
            {
                using var ours = await engine.OpenAsync(_mostThreads);
                foreach (var threads in threadCounts)
                {
                    (ours.Threads, theirs.Threads) = (threads, threads);
                    var bar = threads == _mostThreads && theirEngine == engines.Theirs ? engine.DecodeBar : null;
                    runs.Measure(
                        Text($"decode, {threads} thr"), ours, theirs, bar, side => side.Decode(0, DecodedTokens), () => memory.Measure(threads, repeats: 5));
                    PrintBandwidth(engine, theirEngine, threads);
                }

                var allocated = ours.AllocatedPerToken(2 * DecodedTokens);
                Figures.Print($"allocated per token: {engine.Name}", Text($"{allocated:F0} B"), "0 B");
            }
        }
    }

    /// <summary>Prompts.</summary>
    public async Task MeasurePromptsAsync()
    {
        using var ours = await Default.OpenAsync(_mostThreads);
        using var theirs = await engines.Theirs.OpenAsync(_mostThreads);
        foreach (var threads in threadCounts)
        {
            (ours.Threads, theirs.Threads) = (threads, threads);
            var isBarred = threads == _mostThreads;
            runs.Measure(Text($"prompt of 128, {threads} thr"), ours, theirs, isBarred ? 2.2 : null, side => side.Prefill(128));
            runs.Measure(Text($"prompt of 512, {threads} thr"), ours, theirs, isBarred ? 2.0 : null, side => side.Prefill(512));
        }
    }

    /// <summary>Tokens one by one behind a long context.</summary>
    public async Task MeasureDeepAsync()
    {
        using var ours = await Default.OpenAsync(_mostThreads);
        using var theirs = await engines.Theirs.OpenAsync(_mostThreads);
        foreach (var threads in threadCounts)
        {
            (ours.Threads, theirs.Threads) = (threads, threads);
            runs.Measure(
                Text($"decode at {LongContext}, {threads} thr"), ours, theirs, threads == _mostThreads ? DeepBar : null, side => side.Decode(LongContext, DecodedTokens));
        }
    }

    /// <summary>Tokens one by one while every core has other work; llama.cpp with as many threads as it is then fastest with.</summary>
    public async Task MeasureBusyAsync()
    {
        using var ours = await Default.OpenAsync(_mostThreads);
        using var theirs = await engines.Theirs.OpenAsync(_mostThreads);
        using var busy = new BusyCores();
        var best = threadCounts.MaxBy(threads =>
        {
            theirs.Threads = threads;
            return Figures.Median(Enumerable.Range(0, 3).Select(_ => theirs.Decode(0, DecodedTokens / 4).TokensPerSecond));
        });
        theirs.Threads = best;
        foreach (var threads in threadCounts)
        {
            ours.Threads = threads;
            runs.Measure(
                Text($"decode, all cores busy, {threads} thr against {best}"), ours, theirs, threads == _mostThreads ? BusyBar : null, side => side.Decode(0, DecodedTokens / 2));
        }
    }

    private async Task MeasureMemoryAsync(TernaryEngine engine)
    {
        const int SmallContext = 512; // filled, so that all of it is in memory
        SpareMemory.GiveBack();
        var before = Environment.WorkingSet;
        using var side = new TernarySide(engine.Name, await engine.LoadAsync(engine.Model, _mostThreads, SmallContext));
        SpareMemory.GiveBack(); // as a worker does
        side.Prefill(SmallContext - 16);
        side.Decode(SmallContext - 16, 8);
        var resident = Environment.WorkingSet - before;
        var weights = (shape.TernaryWeights / 4) + ((double)shape.Tokens * shape.Width * engine.HeadBytesPerWeight);
        var cache = 2.0 * shape.Layers * shape.KvWidth * SmallContext * engine.CacheBytesPerNumber;
        var beside = (resident - weights - cache) / 1e6;
        Figures.Print(
            $"memory, {SmallContext} tokens: {engine.Name}",
            Text($"{resident / 1e6:F0} MB, {beside:F0} beside weights and cache"),
            Text($"≤ {MostBesideMegabytes:F0} MB beside{(beside <= MostBesideMegabytes ? "" : "  MISSED")}"));
    }

    private void PrintBandwidth(TernaryEngine ours, TernaryEngine theirs, int threads)
    {
        var (ourBytes, theirBytes) = (BytesPerToken(ours), BytesPerToken(theirs));
        var part = runs.Median(pair => pair.Ours.TokensPerSecond * ourBytes / pair.Between);
        Figures.Print(
            Text($"  of the memory's speed, {threads} thr"),
            Text($"{part:F2} | {runs.Median(pair => pair.Theirs.TokensPerSecond * theirBytes / pair.Between):F2} of {runs.Median(pair => pair.Between / 1e9):F1} GB/s"),
            threads == _mostThreads ? Text($"≥ {LeastOfBandwidth:F2}{(part >= LeastOfBandwidth ? "" : "  MISSED")}") : "");
    }

    /// <summary>What a token at the start of a context reads: the weights, a cache of few tokens not counted.</summary>
    private double BytesPerToken(TernaryEngine engine)
        => (shape.TernaryWeights / 4.0) + ((double)shape.Tokens * shape.Width * engine.HeadBytesPerWeight);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
