namespace NativeHost.Testing;

/// <summary>The size of a sketched model. Odd enough that a forgotten factor shows, and small enough to be allocated.</summary>
internal sealed record SketchSize
{
    public int Layers { get; init; } = 4;

    public int Width { get; init; } = 512;

    public int Heads { get; init; } = 8;

    public int KvHeads { get; init; } = 2;

    public int HeadLength { get; init; } = 64;

    public int FeedForward { get; init; } = 1376;

    public int Vocabulary { get; init; } = 3200;

    public int Experts { get; init; } = 8;

    public int UsedExperts { get; init; } = 3;

    public int ExpertFeedForward { get; init; } = 352;

    public int Window { get; init; } = 512;

    public int StateSize { get; init; } = 16;

    public int TimeStepRank { get; init; } = 32;

    public int Groups { get; init; } = 2;

    public int Convolution { get; init; } = 4;

    public int KvRank { get; init; } = 128;

    public int QueryRank { get; init; } = 192;

    public int LatentRotary { get; init; } = 32;

    /// <summary>Type of the matrices; norms and biases are 32-bit floats.</summary>
    public uint TypeId { get; init; } = Gguf.GgufTensorType.F16;

    /// <summary>Whether the output has a matrix of its own, where the architecture leaves the choice.</summary>
    public bool HasOwnOutput { get; init; } = true;

    /// <summary>
    /// Whether it is the other kind that an architecture knows: Falcon with a second norm, StableLM without one before its feed-forward
    /// network, DeepSeek 2 without compressed queries (with 27 layers) and with groups of experts.
    /// </summary>
    public bool IsVariant { get; init; }
}
