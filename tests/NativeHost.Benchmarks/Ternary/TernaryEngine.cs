using NativeHost.Inference;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>An engine with one choice of settings, and the file that it computes.</summary>
/// <param name="Name">Short: it stands in every line.</param>
/// <param name="Model">A GGUF file.</param>
/// <param name="LoadAsync">Loads a file to compute with so many threads, a context of so many tokens, and a batch of <see cref="BatchTokens"/>.</param>
internal sealed record TernaryEngine(string Name, string Model, Func<string, int, int, Task<ILanguageModel>> LoadAsync)
{
    public const int ContextTokens = 4096;
    public const int BatchTokens = 512;

    /// <summary>Bytes of one weight of the output head, as every token reads them.</summary>
    public double HeadBytesPerWeight { get; init; } = 2;

    /// <summary>Bytes of one number in the attention cache.</summary>
    public double CacheBytesPerNumber { get; init; } = 2;

    /// <summary>Least ratio of tokens a second to llama.cpp's with an embedding in F16; null where there is no bar.</summary>
    public double? DecodeBar { get; init; }

    /// <summary>Whether it is measured with long contexts, prompts and other work beside it too.</summary>
    public bool IsDefault { get; init; }

    public async Task<TernarySide> OpenAsync(int threads) => new(Name, await LoadAsync(Model, threads, ContextTokens));
}
