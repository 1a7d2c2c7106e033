using NativeHost.Inference.Machine;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>How much memory a model takes, before any is asked for: llama.cpp itself allocates until the system ends the process.</summary>
/// <param name="shape">The model.</param>
/// <param name="microBatchTokens">Tokens computed in one graph.</param>
internal sealed class MemoryEstimate(ModelShape shape, int microBatchTokens) : IMemoryEstimate
{
    /// <summary>The graph, the scheduler and the tokenizer's tables, whatever the model.</summary>
    private const long FixedBytes = 48L * 1024 * 1024;

    /// <summary>Rows as wide as the hidden state, in 32-bit floats, that live at once in a graph: a generous count, feed-forward rows included.</summary>
    private const int LiveRowsPerToken = 24;

    /// <summary>The attention mask, in 32 and in 16 bits.</summary>
    private const int MaskBytes = 6;

    /// <summary>llama.cpp rounds contexts up to this.</summary>
    private const int ContextGranularity = 256;

    /// <summary>Memory that is spent on exactness where so little gives it.</summary>
    private const long ExactAttentionBytes = 64L * 1024 * 1024;

    /// <summary>What is there only once, whatever the context: weights apart.</summary>
    public long ComputeBytes =>
        FixedBytes
        + ExactAttentionBytes
        + ((long)microBatchTokens * shape.EmbeddingSize * sizeof(float) * LiveRowsPerToken)
        + ((long)shape.VocabularySize * sizeof(float) * 2);

    /// <summary>What one token of context adds: its cache entries and its column of the attention mask.</summary>
    public long BytesPerContextToken => shape.CacheBytesPerToken + ((long)microBatchTokens * MaskBytes);

    public long Bytes(int contextTokens) => shape.WeightBytes + ComputeBytes + CacheBytes(contextTokens);

    /// <summary>The part that grows with the context.</summary>
    public long CacheBytes(int contextTokens)
    {
        var rounded = ((long)contextTokens + ContextGranularity - 1) / ContextGranularity * ContextGranularity;
        return (long)Int128.Min((Int128)rounded * BytesPerContextToken, long.MaxValue / 4);
    }

    public int LargestContext(long availableBytes)
    {
        var left = availableBytes - shape.WeightBytes - ComputeBytes;
        var tokens = left / Math.Max(1, BytesPerContextToken) / ContextGranularity * ContextGranularity;
        return (int)Math.Clamp(tokens, 0, int.MaxValue);
    }

    /// <summary>
    /// Whether attention in 32-bit floats, cache and scores, costs next to nothing: so it is with the smallest models, whose answers
    /// turn on the last bits. Large ones take llama.cpp's defaults, a 16-bit cache and flash attention.
    /// </summary>
    public bool FitsExactAttention(int contextTokens)
        => (Int128)contextTokens * ((2 * (Int128)shape.CacheBytesPerToken) + ((Int128)shape.HeadCount * microBatchTokens * sizeof(float)))
            <= ExactAttentionBytes;
}
