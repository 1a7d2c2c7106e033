namespace NativeHost.Benchmarks.Models;

/// <summary>The measures of a ternary model.</summary>
/// <param name="Name">What it is called in its file and in reports.</param>
/// <param name="Layers">Blocks of attention and feed-forward.</param>
/// <param name="Width">Numbers in a hidden state; a multiple of 128, and of 256 for TQ2_0 and Q6_K.</param>
/// <param name="FeedForward">Numbers inside the feed-forward part; likewise a multiple.</param>
/// <param name="Heads">Attention heads; heads × head length is a multiple likewise.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="HeadLength">Numbers in a query, key or value of one head.</param>
/// <param name="Tokens">Size of the vocabulary, 512 at least.</param>
internal sealed record TernaryModelShape(
    string Name, int Layers, int Width, int FeedForward, int Heads, int KvHeads, int HeadLength, int Tokens)
{
    /// <summary>That of BitNet b1.58 2B 4T: 2.08 thousand million ternary weights, and 0.33 of the embedding.</summary>
    public static readonly TernaryModelShape B2 = new("2B", 30, 2560, 6912, 20, 5, 128, 128_256);

    /// <summary>As wide as <see cref="B2"/> with two layers: what its kernels see, in 120 MB.</summary>
    public static readonly TernaryModelShape B2Slice = new("2B-slice", 2, 2560, 6912, 20, 5, 128, 32_000);

    /// <summary>Small enough for a check of the pipeline: less than 2 MB.</summary>
    public static readonly TernaryModelShape Tiny = new("tiny", 2, 256, 512, 4, 2, 64, 1_024);

    public int ContextTokens { get; init; } = 4096;

    public float NormEpsilon { get; init; } = 1e-5f;

    public float RopeBase { get; init; } = 500_000;

    public int QueryWidth => Heads * HeadLength;

    public int KvWidth => KvHeads * HeadLength;

    /// <summary>Ternary weights of all layers.</summary>
    public long TernaryWeights => Layers * (((long)Width * ((2 * QueryWidth) + (2 * KvWidth))) + (3L * Width * FeedForward));
}

/// <summary>How a file stores its ternary weights.</summary>
internal enum TernaryStorage
{
    I2S,
    TQ2,
}

/// <summary>How a file stores its embedding, which is its output head too.</summary>
internal enum EmbeddingStorage
{
    F16,
    Q8,
    Q6K,
}
