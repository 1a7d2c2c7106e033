namespace NativeHost.BitNet.Reading;

/// <summary>What a ternary model is, from its header.</summary>
/// <param name="Width">Of the hidden state (embedding_length).</param>
/// <param name="FeedForwardWidth">Inner width of the feed-forward part.</param>
/// <param name="HeadLength">Numbers in a query, key or value of one head.</param>
/// <param name="NormEpsilon">Added to the mean of squares in every RMS norm.</param>
/// <param name="RopeBase">Base of the rotary position frequencies.</param>
/// <param name="RopeLength">Numbers of a head that are rotated, at most <see cref="HeadLength"/>; even.</param>
/// <param name="TrainedContextTokens">0 where the file does not say.</param>
/// <param name="FileBytes">Size of the file.</param>
internal sealed record TernaryShape(
    string Architecture,
    string? Name,
    int LayerCount,
    int Width,
    int FeedForwardWidth,
    int HeadCount,
    int KvHeadCount,
    int HeadLength,
    int VocabularySize,
    int TrainedContextTokens,
    float NormEpsilon,
    float RopeBase,
    int RopeLength,
    RopePairs RopePairs,
    GateActivation Gate,
    string? ChatTemplate,
    long FileBytes);

/// <summary>Which numbers of a head make a pair that is rotated.</summary>
internal enum RopePairs
{
    /// <summary>i and i + half (NEOX).</summary>
    Halves,

    /// <summary>2i and 2i + 1.</summary>
    Neighbours,
}

/// <summary>The function of the feed-forward part's gate.</summary>
internal enum GateActivation
{
    Silu,

    /// <summary>max(0, x)².</summary>
    ReluSquared,

    /// <summary>Gaussian error linear unit, in its tanh form.</summary>
    Gelu,
}
