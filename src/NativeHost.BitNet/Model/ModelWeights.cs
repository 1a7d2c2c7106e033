using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>All that a model knows. Memory of someone else.</summary>
internal sealed class ModelWeights
{
    public required TernaryShape Shape { get; init; }

    public required IReadOnlyList<LayerWeights> Layers { get; init; }

    /// <summary>[vocabulary, width].</summary>
    public required IDenseRows Embedding { get; init; }

    /// <summary>[width], before the head.</summary>
    public required nint OutputNorm { get; init; }

    public required OutputHead Head { get; init; }

    /// <summary>One divisor a pair of rotated numbers; null for none.</summary>
    public float[]? RopeFactors { get; init; }
}
