using NativeHost.Gguf;

namespace NativeHost.ModelCache.Variants;

/// <summary>How a model is going to be loaded, as far as it decides about memory.</summary>
public sealed record FitSettings
{
    /// <summary>What our engine gives where nobody asks for a context.</summary>
    public int ContextTokens { get; init; } = 8192;

    /// <summary>Tokens computed in one graph; n_ubatch of llama.cpp.</summary>
    public int MicroBatchTokens { get; init; } = 512;

    /// <summary>Conversations that the cache holds at once.</summary>
    public int Sequences { get; init; } = 1;

    /// <summary>The <see cref="GgufTensorType"/> of keys and values in the cache.</summary>
    public uint CacheTypeId { get; init; } = GgufTensorType.F16;

    /// <summary>
    /// Whether layers that look back over a window only still keep the whole context, as llama.cpp's library does unless it is told
    /// otherwise (swa_full): conversations can be rewound then.
    /// </summary>
    public bool KeepsWholeWindows { get; init; } = true;
}
