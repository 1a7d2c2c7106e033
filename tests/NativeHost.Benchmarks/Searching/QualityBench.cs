using NativeHost.Inference;
using NativeHost.LlamaCpp;
using NativeHost.SearchQuality;

namespace NativeHost.Benchmarks.Searching;

/// <summary>How well messages are found: mean reciprocal ranks by words, by meaning and by both, over queries of several kinds.</summary>
internal static class QualityBench
{
    /// <param name="modelPath">Of another embedding model; null for the shipped one.</param>
    public static async Task RunAsync(int firstSeed, int seeds, string? modelPath)
    {
        var folder = Directory.CreateTempSubdirectory("tabagent-bench-").FullName;
        try
        {
            using var loader = new LlamaModelLoader((_, _) => { });
            var path = modelPath ?? await ShippedModel.Embedding.UnpackAsync(folder, CancellationToken.None);
            await using var model = await loader.LoadAsync(path, new ModelLoadOptions(), new Progress<float>(), CancellationToken.None);
            Console.WriteLine($"{"mean reciprocal rank",-34} {"words",6} {"meaning",8} {"both",6}");
            for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
            {
                var corpus = new QualityCorpus(seed);
                var (all, byKind) = await QualityRun.RunAsync(corpus, model, Directory.CreateDirectory(Path.Combine(folder, $"{seed}")).FullName, CancellationToken.None);
                Print($"seed {seed}, {corpus.Queries.Count} queries, {corpus.Texts.Count} messages", all);
                foreach (var (kind, figures) in byKind)
                {
                    Print($"  {kind}", figures);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(string what, QualityFigures figures)
        => Console.WriteLine($"{what,-34} {figures.Words,6:F3} {figures.Meaning,8:F3} {figures.Hybrid,6:F3}");
}
