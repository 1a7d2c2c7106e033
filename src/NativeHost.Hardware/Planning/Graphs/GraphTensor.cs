using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>What ggml's allocator may do with a tensor.</summary>
internal enum TensorKind
{
    /// <summary>Not computed: a weight, a cache, or an input.</summary>
    Leaf,

    /// <summary>Computed into memory of its own.</summary>
    Fresh,

    /// <summary>Computed into the memory of a source, where that is of the same layout and nobody else needs it.</summary>
    Reusing,
}

/// <summary>One tensor of a graph: its layout, and what it is computed from.</summary>
/// <param name="type">Of its elements.</param>
/// <param name="counts">Elements in each dimension, the one that lies together in memory first.</param>
/// <param name="strides">Bytes between elements in each dimension.</param>
/// <param name="viewed">The tensor in whose memory it lies; null where it has its own.</param>
internal sealed class GraphTensor(
    GgufTensorType type, Extent counts, Extent strides, TensorKind kind, GraphTensor[] sources, GraphTensor? viewed = null)
{
    public GgufTensorType Type { get; } = type;

    public Extent Counts { get; } = counts;

    public Extent Strides { get; } = strides;

    public TensorKind Kind { get; } = kind;

    public GraphTensor[] Sources { get; } = sources;

    /// <summary>The tensor in whose memory it lies: one that has its own.</summary>
    public GraphTensor? Viewed { get; } = viewed?.Viewed ?? viewed;

    /// <summary>Whether it has memory that is none of the graph's, as weights and caches have.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Whether it must live until the graph is computed.</summary>
    public bool IsOutput { get; set; }

    /// <summary>Whether it is in the graph.</summary>
    public bool IsVisited { get; set; }

    /// <summary>Bytes of a tensor whose elements lie together.</summary>
    /// <exception cref="OverflowException">There are more than a long can count.</exception>
    public long Bytes => checked(Counts.Product / Type.BlockElements * Type.BlockBytes);

    public bool IsContiguous => Strides == ContiguousStrides(Type, Counts);

    public bool HasLayoutOf(GraphTensor other) => Type == other.Type && Counts == other.Counts && Strides == other.Strides;

    /// <exception cref="OverflowException">They are larger than a long.</exception>
    public static Extent ContiguousStrides(GgufTensorType type, Extent counts)
    {
        checked
        {
            var row = type.BlockBytes * (counts.N0 / type.BlockElements);
            return new Extent(type.BlockBytes, row, row * counts.N1, row * counts.N1 * counts.N2);
        }
    }
}
