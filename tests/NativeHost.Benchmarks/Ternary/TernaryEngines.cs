using NativeHost.Inference;
using NativeHost.LlamaCpp;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>The engines that are measured against each other: the one place that knows their loaders.</summary>
internal sealed class TernaryEngines(string i2s, string tq2, string tq2WithQ6K) : IDisposable
{
    private readonly LlamaModelLoader _llama = new((_, _) => { });

    /// <summary>Ours, with every output head that it can be loaded with.</summary>
    /// <remarks>Until the engine has a loader, llama.cpp stands in for it.</remarks>
    public IReadOnlyList<TernaryEngine> Ours =>
    [
        StandIn("f16 head", 2, 1.35),
        StandIn("int8 head", 1, 1.7) with { IsDefault = true },
        StandIn("int4 screen", 0.5, 2.1),
    ];

    public TernaryEngine Theirs => new("llama.cpp F16", tq2, LoadLlamaAsync);

    /// <summary>llama.cpp as it is fastest: with an embedding in Q6_K, whose head is smaller.</summary>
    public TernaryEngine TheirsWithQ6K => new("llama.cpp Q6_K", tq2WithQ6K, LoadLlamaAsync) { HeadBytesPerWeight = 210 / 256.0 };

    /// <summary>The file that our engine reads.</summary>
    public string Model => i2s;

    public void Dispose() => _llama.Dispose();

    private TernaryEngine StandIn(string name, double headBytes, double bar)
        => new($"stand-in {name}", tq2, LoadLlamaAsync) { HeadBytesPerWeight = headBytes, DecodeBar = bar };

    private Task<ILanguageModel> LoadLlamaAsync(string path, int threads, int contextTokens) => _llama.LoadModelAsync(
        path,
        new ModelLoadOptions { ContextTokens = contextTokens, BatchTokens = TernaryEngine.BatchTokens, Threads = threads, GpuLayers = 0 },
        new Progress<float>(),
        CancellationToken.None);
}
