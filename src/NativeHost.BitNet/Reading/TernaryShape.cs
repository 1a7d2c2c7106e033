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
    long FileBytes)
{
    /// <summary>What the embedding of a token is multiplied with.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>What a position is multiplied with before it is rotated by.</summary>
    public float RopeScale { get; init; } = 1;

    /// <summary>Null where every layer sees all tokens.</summary>
    public SlidingWindow? SlidingWindow { get; init; }

    /// <summary>How a text's vector is made of its tokens' hidden states; null for a model that only makes text.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether each matrix has a norm of its own input (<see cref="NormRole.QueryIn"/> and so on), so that none share theirs.</summary>
    public bool HasInputNorms { get; init; }
}

/// <summary>Layers that see only the newest tokens.</summary>
/// <param name="Tokens">How many a token there sees, itself included.</param>
/// <param name="Period">Of so many layers in a row only the last sees all tokens.</param>
/// <param name="RopeBase">Of the layers with the window, whose positions are not scaled.</param>
internal sealed record SlidingWindow(int Tokens, int Period, float RopeBase)
{
    public bool IsIn(int layer) => layer % Period != Period - 1;
}

/// <summary>How a text's vector is made of its tokens' hidden states. It is brought to length 1 then.</summary>
internal enum Pooling
{
    Mean,
    First,
    Last,
}

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
