using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Embedding;

/// <summary>All that an embedding model knows. Memory of someone else.</summary>
internal sealed class EmbeddingWeights
{
    public required TernaryShape Shape { get; init; }

    public required IReadOnlyList<EmbeddingLayer> Layers { get; init; }

    /// <summary>[vocabulary, width].</summary>
    public required IDenseRows Embedding { get; init; }

    /// <summary>[width], behind the last layer.</summary>
    public required nint OutputNorm { get; init; }

    /// <summary>One divisor a pair of rotated numbers; null for none.</summary>
    public required float[]? RopeFactors { get; init; }
}

/// <summary>A ternary matrix and the norm of its own input.</summary>
/// <param name="InputNorm">As long as the input's stride, zeros behind its length; 0 for none.</param>
internal sealed record Projection(TernaryWeights Matrix, nint InputNorm);

/// <summary>One transformer block. Norms are as long as their row's stride, zeros behind its length; 0 where there is none.</summary>
internal sealed class EmbeddingLayer
{
    /// <summary>[width], before attention.</summary>
    public required nint AttentionNorm { get; init; }

    /// <summary>[heads × head length, width].</summary>
    public required Projection Query { get; init; }

    /// <summary>[kv heads × head length, width].</summary>
    public required Projection Key { get; init; }

    /// <summary>[kv heads × head length, width].</summary>
    public required Projection Value { get; init; }

    /// <summary>[head length], of each query before it is turned.</summary>
    public required nint QueryHeadNorm { get; init; }

    /// <summary>[head length], of each key before it is turned.</summary>
    public required nint KeyHeadNorm { get; init; }

    /// <summary>[width, heads × head length].</summary>
    public required Projection Output { get; init; }

    /// <summary>[width], of what attention adds.</summary>
    public required nint PostAttentionNorm { get; init; }

    /// <summary>[width], before the feed-forward part.</summary>
    public required nint FeedForwardNorm { get; init; }

    /// <summary>[feed-forward width, width].</summary>
    public required Projection Gate { get; init; }

    /// <summary>[feed-forward width, width].</summary>
    public required Projection Up { get; init; }

    /// <summary>[width, feed-forward width].</summary>
    public required Projection Down { get; init; }

    /// <summary>[width], of what the feed-forward part adds.</summary>
    public required nint PostFeedForwardNorm { get; init; }

    public IEnumerable<Projection> All => [Query, Key, Value, Output, Gate, Up, Down];
}
