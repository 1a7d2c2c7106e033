using System.Diagnostics;
using System.Numerics.Tensors;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Hardware;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.LlamaCpp;
using NativeHost.Logging;
using NativeHost.Workers;

namespace NativeHost.Benchmarks.Embedding;

/// <summary>How fast many short texts become vectors, against llama.cpp's functions called with tokens that are there already; and through a worker.</summary>
internal static class EmbeddingBench
{
    private const int Pairs = 15;
    private const double Bar = 0.9;

    /// <summary>The shape of the small sentence models that are common, of two layers in place of six: a part of the work is theirs.</summary>
    private static readonly RandomEncoder SmallSentenceModel = new(Layers: 2, Width: 384, Heads: 12);

    /// <param name="host">The published host, whose worker is timed as well; null for none.</param>
    /// <param name="modelPaths">More models.</param>
    public static async Task RunAsync(string? host, IReadOnlyList<string> modelPaths)
    {
        var folder = Directory.CreateTempSubdirectory("tabagent-bench-").FullName;
        try
        {
            var shipped = await ShippedModel.Embedding.UnpackAsync(folder, CancellationToken.None);
            var random = Path.Combine(folder, "random-2x384-f16.gguf");
            SmallSentenceModel.Write(random, shipped);
            await MeasureAsync(shipped, 512, host);
            foreach (var path in modelPaths.Prepend(random))
            {
                await MeasureAsync(path, 128, host);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string path, int count, string? host)
    {
        Console.WriteLine($"{Path.GetFileName(path)}, {PhysicalCores.DefaultThreads} threads, {count} texts, {Pairs} pairs");
        using var loader = new LlamaModelLoader((_, _) => { });
        await using var inProcess = await loader.LoadAsync(path, new ModelLoadOptions(), new Progress<float>(), CancellationToken.None);
        var request = new EmbeddingRequest(MakeTexts(count), EmbeddingPurpose.Document);
        var (tokens, callTokens) = await TokenizeAsync(loader, path, request, inProcess);
        using var bare = new BareEmbedding(path, callTokens, PhysicalCores.DefaultThreads);
        var expected = new float[count * bare.Dimensions];
        var total = tokens.Sum(text => text.Length);

        EmbeddingResult? ours = null;
        var figures = await PairsAsync(async () => ours = await inProcess.EmbedAsync(request, CancellationToken.None), () => bare.Compute(tokens, expected));
        Print("  in this process, from texts", figures, total, Bar);
        Console.WriteLine($"  least cosine of the two sides' vectors: {Enumerable.Range(0, count).Min(i => TensorPrimitives.Dot(ours!.Vector(i).Span, expected.AsSpan(i * bare.Dimensions, bare.Dimensions))):F6}");
        if (host is not null)
        {
            var workers = new WorkerModelLoader([host, "worker"], HostLog.None, TimeProvider.System);
            await using var worker = await workers.LoadAsync(path, new ModelLoadOptions(), new Progress<float>(), CancellationToken.None);
            Print("  through a worker", await PairsAsync(() => worker.EmbedAsync(request, CancellationToken.None), () => bare.Compute(tokens, expected)), total, bar: null);
        }
    }

    /// <summary>Some eight to sixty-four tokens each: words of the data for search, put together anyhow.</summary>
    private static string[] MakeTexts(int count)
    {
        var random = new Random(1);
        string[] words = [.. SearchQuality.Topics.Circumstances.SelectMany(ways => ways).SelectMany(way => way.Split(' '))];
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', random.GetItems(words, random.Next(6, 63))))];
    }

    private static async Task<(IReadOnlyList<Token[]> Tokens, int CallTokens)> TokenizeAsync(LlamaModelLoader loader, string path, EmbeddingRequest request, IModelHost model)
    {
        using var embedder = await loader.LoadEmbedderAsync(path, new ModelLoadOptions(), new Progress<float>(), CancellationToken.None);
        var prefix = (await model.EmbedAsync(request with { Texts = ["a"] }, CancellationToken.None)).Prefix;
        return ([.. request.Texts.Select(text =>
        {
            List<Token> tokens = embedder.BeginOfText is { } begin ? [begin] : [];
            embedder.Tokenizer.Tokenize(prefix + text, TextKind.Plain, tokens);
            return (Token[])[.. tokens, .. embedder.EndOfText is { } end ? [end] : Array.Empty<Token>()];
        })], embedder.BatchTokens);
    }

    private static async Task<List<(Spent Ours, Spent Bare)>> PairsAsync(Func<Task> ours, Action bare)
    {
        var figures = new List<(Spent Ours, Spent Bare)>();
        for (var pair = -2; pair < Pairs; pair++)
        {
            // The one that goes first finds the processor cooler, so they take turns.
            var (first, second) = (default(Spent), default(Spent));
            if (pair % 2 == 0)
            {
                first = await TimeAsync(ours);
                second = await TimeAsync(BareAsync);
            }
            else
            {
                second = await TimeAsync(BareAsync);
                first = await TimeAsync(ours);
            }

            if (pair >= 0)
            {
                figures.Add((first, second));
            }
        }

        return figures;

        Task BareAsync()
        {
            bare();
            return Task.CompletedTask;
        }
    }

    private static async Task<Spent> TimeAsync(Func<Task> work)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        await work();
        return new Spent(Stopwatch.GetElapsedTime(began).TotalMilliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
    }

    /// <param name="bar">Null where another process computes, whose processor time is not known here.</param>
    private static void Print(string what, List<(Spent Ours, Spent Bare)> pairs, int tokens, double? bar)
    {
        var wall = Figures.Median(pairs.Select(pair => pair.Bare.Wall / pair.Ours.Wall));
        var processor = Figures.Median(pairs.Select(pair => pair.Bare.Processor / pair.Ours.Processor));
        var rate = tokens / Figures.Median(pairs.Select(pair => pair.Ours.Wall)) * 1000;
        Figures.Print(
            what,
            $"{Figures.Median(pairs.Select(pair => pair.Ours.Wall)):F1} ms against {Figures.Median(pairs.Select(pair => pair.Bare.Wall)):F1} ({rate:N0} tokens/s): {wall:F2} × the bare rate ({pairs.Min(pair => pair.Bare.Wall / pair.Ours.Wall):F2} to {pairs.Max(pair => pair.Bare.Wall / pair.Ours.Wall):F2}){(bar is null ? "" : $", by processor time {processor:F2}")}",
            bar is null ? "" : $"≥ {bar:F1}");
    }

    /// <param name="Wall">ms.</param>
    /// <param name="Processor">ms of this process, all threads.</param>
    private readonly record struct Spent(double Wall, double Processor);
}
