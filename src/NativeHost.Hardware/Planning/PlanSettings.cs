using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>How a model is going to be loaded, as far as it decides about memory.</summary>
public sealed record PlanSettings
{
    /// <summary>
    /// Context in tokens, at least 1: of each sequence, or of all together where they share a cache. What our engines give where nobody asks for one.
    /// </summary>
    public int ContextTokens { get; init; } = 8192;

    /// <summary>Conversations that the cache holds at once, at least 1.</summary>
    public int Sequences { get; init; } = 1;

    /// <summary>Tokens that are given in one step, at least 1; n_batch of llama.cpp.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Tokens computed in one graph, at least 1; n_ubatch of llama.cpp.</summary>
    public int MicroBatchTokens { get; init; } = 512;

    /// <summary>Most rows of logits of one step; our engines ask for one a sequence, and for some more where tokens are guessed.</summary>
    public int OutputRows { get; init; } = 1;

    /// <summary>The <see cref="GgufTensorType"/> of keys in the cache.</summary>
    public uint KeyTypeId { get; init; } = GgufTensorType.F16;

    /// <summary>The <see cref="GgufTensorType"/> of values in the cache.</summary>
    public uint ValueTypeId { get; init; } = GgufTensorType.F16;

    /// <summary>Whether attention is computed without its scores in memory.</summary>
    public bool UsesFlashAttention { get; init; } = true;

    /// <summary>
    /// Whether layers that look back over a window only still keep the whole context, as llama.cpp's library does unless it is told
    /// otherwise (swa_full): conversations can be rewound then.
    /// </summary>
    public bool KeepsWholeWindows { get; init; } = true;

    /// <summary>Whether all sequences share one cache; else each has its own.</summary>
    public bool SharesCache { get; init; }

    /// <summary>Tokens that all sequences hold together.</summary>
    internal long CacheTokens => SharesCache ? ContextTokens : (long)ContextTokens * Sequences;

    /// <summary>Blocks that a GPU computes, from the last; the output goes with the first of them. 0 for none.</summary>
    public int GpuLayers { get; init; }
}
