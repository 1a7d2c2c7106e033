namespace NativeHost.Benchmarks.Models;

/// <summary>The measures of a llama-architecture model.</summary>
/// <param name="Name">What it is called in its file and in reports.</param>
/// <param name="Layers">Blocks of attention and feed-forward.</param>
/// <param name="Width">Numbers in a hidden state; a multiple of 32.</param>
/// <param name="FeedForward">Numbers inside the feed-forward part; a multiple of 32.</param>
/// <param name="Heads">Attention heads; they share the width.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="Tokens">Size of the vocabulary, 32,000 at most.</param>
internal sealed record RandomModelShape(
    string Name, int Layers, int Width, int FeedForward, int Heads, int KvHeads, int Tokens)
{
    /// <summary>About 370 million weights, 400 MB.</summary>
    public static readonly RandomModelShape M350 = new("350M", 24, 1024, 2816, 16, 16, 32_000);

    /// <summary>Small enough for a check of the pipeline: about 1 MB.</summary>
    public static readonly RandomModelShape Tiny = new("tiny", 2, 128, 256, 4, 2, 1_000);

    public int KvWidth => Width / Heads * KvHeads;
}
