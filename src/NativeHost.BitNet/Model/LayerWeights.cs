using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Model;

/// <summary>One transformer block's weights. Memory of someone else.</summary>
/// <remarks>Norms are as long as their row's stride, zeros behind its length.</remarks>
internal sealed class LayerWeights
{
    /// <summary>[queries | keys | values, width]: each of the three begins with a new tile.</summary>
    public required TernaryWeights Attention { get; init; }

    /// <summary>[width, heads × head length].</summary>
    public required TernaryWeights Output { get; init; }

    /// <summary>[gate and up, width]: a tile of gate rows, then the tile of the same up rows, and so on.</summary>
    public required TernaryWeights GateUp { get; init; }

    /// <summary>[width, feed-forward width].</summary>
    public required TernaryWeights Down { get; init; }

    /// <summary>[width], before attention.</summary>
    public required nint AttentionNorm { get; init; }

    /// <summary>[heads × head length], before the output projection; 0 for none.</summary>
    public required nint AttentionSubNorm { get; init; }

    /// <summary>[width], before the feed-forward part.</summary>
    public required nint FeedForwardNorm { get; init; }

    /// <summary>[feed-forward width], before the down projection; 0 for none.</summary>
    public required nint FeedForwardSubNorm { get; init; }

    public IEnumerable<TernaryWeights> All => [Attention, Output, GateUp, Down];
}
