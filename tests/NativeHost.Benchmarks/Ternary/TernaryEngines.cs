using NativeHost.BitNet;
using NativeHost.BitNet.Packing;
using NativeHost.Inference;
using NativeHost.LlamaCpp;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>The engines that are measured against each other: the one place that knows their loaders.</summary>
internal sealed class TernaryEngines(string i2s, string tq2, string tq2WithQ6K) : IDisposable
{
    private readonly LlamaModelLoader _llama = new((_, _) => { });

    private readonly BitNetModelLoader _ternary = new(
        path => new VocabularyLoader(Path.GetTempPath(), (_, _) => { }).Open(path), Path.GetDirectoryName(i2s), TimeProvider.System);

    /// <summary>Ours, with every output head that it can be loaded with.</summary>
    public IReadOnlyList<TernaryEngine> Ours =>
    [
        Our("f16 head", HeadForm.Half, 2, 1.35),
        Our("int8 head", HeadForm.Byte, 1, 1.7) with { IsDefault = true },
        Our("int4 screen", HeadForm.Nibble, 0.5, 2.1),
    ];

    public TernaryEngine Theirs => new("llama.cpp F16", tq2, LoadLlamaAsync);

    /// <summary>llama.cpp as it is fastest: with an embedding in Q6_K, whose head is smaller.</summary>
    public TernaryEngine TheirsWithQ6K => new("llama.cpp Q6_K", tq2WithQ6K, LoadLlamaAsync) { HeadBytesPerWeight = 210 / 256.0 };

    /// <summary>The file that our engine reads.</summary>
    public string Model => i2s;

    public void Dispose()
    {
        _llama.Dispose();
        _ternary.Dispose();
    }

    private TernaryEngine Our(string name, HeadForm head, double headBytes, double bar)
        => new($"ours, {name}", i2s, (path, threads, contextTokens) => LoadOursAsync(path, head, threads, contextTokens))
        {
            HeadBytesPerWeight = headBytes,
            DecodeBar = bar,
        };

    private Task<ILanguageModel> LoadOursAsync(string path, HeadForm head, int threads, int contextTokens) => _ternary.LoadModelAsync(
        path, Options(threads, contextTokens), new BitNetOptions { Head = head }, new Progress<float>(), CancellationToken.None);

    private Task<ILanguageModel> LoadLlamaAsync(string path, int threads, int contextTokens) => _llama.LoadModelAsync(
        path, Options(threads, contextTokens), new Progress<float>(), CancellationToken.None);

    private static ModelLoadOptions Options(int threads, int contextTokens)
        => new() { ContextTokens = contextTokens, BatchTokens = TernaryEngine.BatchTokens, Threads = threads, GpuLayers = 0 };
}
