using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>The tensors that llama.cpp computes for one batch, in its order.</summary>
/// <remarks>
/// Nothing is computed here; only the sizes, and who needs whom for how long, are of interest. A tensor joins the graph by
/// <see cref="Add"/>, behind all that it is computed from. All methods throw an <see cref="OverflowException"/> for sizes that a long
/// cannot count.
/// </remarks>
internal sealed class ComputeGraph
{
    private static readonly GgufTensorType F32 = GgufTensorType.Find(GgufTensorType.F32)!;
    private static readonly GgufTensorType F16 = GgufTensorType.Find(GgufTensorType.F16)!;
    private static readonly GgufTensorType I32 = GgufTensorType.Find(GgufTensorType.I32)!;
    private static readonly GgufTensorType I64 = GgufTensorType.Find(GgufTensorType.I64)!;

    private readonly List<GraphTensor> _leaves = [];
    private readonly List<GraphTensor> _nodes = [];

    public int NodeCount => _nodes.Count;

    /// <summary>Puts a tensor into the graph, and before it what it is computed from.</summary>
    public GraphTensor Add(GraphTensor tensor)
    {
        if (tensor.IsVisited)
        {
            return tensor;
        }

        tensor.IsVisited = true;
        foreach (var source in tensor.Sources)
        {
            Add(source);
        }

        (tensor is { Kind: TensorKind.Leaf, Viewed: null } ? _leaves : _nodes).Add(tensor);
        return tensor;
    }

    /// <summary>Bytes of the buffer that holds it.</summary>
    /// <param name="alignment">Of each tensor in it, in bytes.</param>
    public long BufferBytes(long alignment) => GraphMemory.SizeOf(_leaves, _nodes, alignment);

    /// <summary>Bytes of what is written into it, and of the rows of tables that are looked up.</summary>
    /// <inheritdoc cref="BufferBytes"/>
    public long InputBytes(long alignment)
    {
        var own = _leaves.Where(leaf => !leaf.IsExternal);
        var looked = _nodes.Where(node => node.Sources is [{ IsExternal: true }, { Kind: TensorKind.Leaf, IsExternal: false }]);
        return own.Concat(looked).Aggregate(0L, (sum, tensor) => checked(sum + ((tensor.Bytes + alignment - 1) / alignment * alignment)));
    }

    public static GraphTensor Floats(long n0, long n1 = 1, long n2 = 1, long n3 = 1) => Leaf(F32, new Extent(n0, n1, n2, n3));

    public static GraphTensor Halves(long n0, long n1 = 1, long n2 = 1, long n3 = 1) => Leaf(F16, new Extent(n0, n1, n2, n3));

    public static GraphTensor Integers(long count) => Leaf(I32, new Extent(count, 1, 1, 1));

    public static GraphTensor LongIntegers(long count) => Leaf(I64, new Extent(count, 1, 1, 1));

    /// <summary>A weight or a cache.</summary>
    public static GraphTensor External(GgufTensorType type, Extent counts)
        => new(type, counts, GraphTensor.ContiguousStrides(type, counts), TensorKind.Leaf, []) { IsExternal = true };

    /// <summary>rows of <paramref name="table"/>, one for each index.</summary>
    public static GraphTensor GetRows(GraphTensor table, GraphTensor indices)
        => Fresh(
            table.Type == I32 ? I32 : F32,
            new Extent(table.Counts.N0, indices.Counts.N0, indices.Counts.N1, indices.Counts.N2),
            table,
            indices);

    /// <summary>The product with a matrix whose rows are as long as those of <paramref name="x"/>.</summary>
    public static GraphTensor MatMul(GraphTensor matrix, GraphTensor x)
        => Fresh(F32, x.Counts with { N0 = matrix.Counts.N1 }, matrix, x);

    /// <summary>The same, with the matrices that were selected for each token.</summary>
    public static GraphTensor MatMulOfExperts(GraphTensor matrices, GraphTensor x, GraphTensor selected)
        => Fresh(F32, new Extent(matrices.Counts.N1, selected.Counts.N0, x.Counts.N2, 1), matrices, x, selected);

    /// <summary>Anything that makes of its first operand something of the same shape, and may do so in its place.</summary>
    public static GraphTensor Elementwise(params GraphTensor[] operands)
        => Computed(TensorKind.Reusing, operands[0].Type, operands[0].Counts, operands);

    /// <summary>The same, for what ggml does not do in place: norms over mean and variance.</summary>
    public static GraphTensor LayerNorm(GraphTensor x) => Fresh(x.Type, x.Counts, x);

    /// <summary>A gate times what is gated, of two tensors.</summary>
    public static GraphTensor Gated(GraphTensor gate, GraphTensor x) => Fresh(gate.Type, gate.Counts, gate, x);

    /// <summary>The same, where both are the halves of one tensor.</summary>
    public static GraphTensor GatedHalves(GraphTensor both) => Fresh(both.Type, both.Counts with { N0 = both.Counts.N0 / 2 }, both);

    /// <summary>Attention without its scores in memory; heads lie in the third dimension of q, k and v.</summary>
    public static GraphTensor FlashAttention(GraphTensor q, GraphTensor k, GraphTensor v, GraphTensor mask, GraphTensor? sinks)
        => Fresh(
            F32,
            new Extent(v.Counts.N0, q.Counts.N2, q.Counts.N1, q.Counts.N3),
            sinks is null ? [q, k, v, mask] : [q, k, v, mask, sinks]);

    /// <summary>A copy whose elements lie together, in another shape of as many.</summary>
    public static GraphTensor Contiguous(GraphTensor x, long n0, long n1 = 1, long n2 = 1, long n3 = 1) => Fresh(x.Type, new Extent(n0, n1, n2, n3), x);

    public static GraphTensor Contiguous(GraphTensor x) => Fresh(x.Type, x.Counts, x);

    /// <summary>A copy in 16-bit floats. It counts itself among its sources, as in ggml.</summary>
    public static GraphTensor ToHalves(GraphTensor x)
    {
        var sources = new GraphTensor[2];
        var copy = new GraphTensor(F16, x.Counts, GraphTensor.ContiguousStrides(F16, x.Counts), TensorKind.Fresh, sources);
        (sources[0], sources[1]) = (x, copy);
        return copy;
    }

    public static GraphTensor Concat(GraphTensor a, GraphTensor b, int dimension)
        => Fresh(
            a.Type,
            dimension switch
            {
                0 => a.Counts with { N0 = checked(a.Counts.N0 + b.Counts.N0) },
                1 => a.Counts with { N1 = checked(a.Counts.N1 + b.Counts.N1) },
                _ => a.Counts with { N2 = checked(a.Counts.N2 + b.Counts.N2) },
            },
            a,
            b);

    public static GraphTensor Repeat(GraphTensor x, long n0, long n1, long n2) => Fresh(x.Type, new Extent(n0, n1, n2, 1), x);

    /// <summary>One number for each row: its sum or its mean.</summary>
    public static GraphTensor SumOfRows(GraphTensor x) => Fresh(x.Type, x.Counts with { N0 = 1 }, x);

    public static GraphTensor Pad(GraphTensor x, long n0) => Fresh(x.Type, x.Counts with { N0 = n0 }, x);

    /// <summary>The indices of the largest elements of each row.</summary>
    public static GraphTensor TopIndices(GraphTensor x, long count)
    {
        var sorted = Fresh(I32, x.Counts, x);
        return View(sorted, x.Counts with { N0 = count }, sorted.Strides);
    }

    /// <summary>A causal convolution over what came before.</summary>
    public static GraphTensor Convolution(GraphTensor x, GraphTensor kernel)
        => Fresh(F32, new Extent(kernel.Counts.N1, checked(x.Counts.N0 - kernel.Counts.N0 + 1), x.Counts.N2, 1), x, kernel);

    /// <summary>A selective scan: its output and, behind it, the new states of the sequences.</summary>
    /// <param name="states">[state, head width, heads, slots].</param>
    /// <param name="x">[head width, heads, tokens, sequences].</param>
    public static GraphTensor Scan(
        GraphTensor states, GraphTensor x, GraphTensor dt, GraphTensor a, GraphTensor b, GraphTensor c, GraphTensor sequences)
    {
        var stateElements = checked(states.Counts.N0 * states.Counts.N1 * states.Counts.N2 * sequences.Counts.N0);
        return Fresh(F32, new Extent(checked(x.Counts.Product + stateElements), 1, 1, 1), states, x, dt, a, b, c, sequences);
    }

    /// <summary>Rows written into a cache at given places; it has no memory of its own.</summary>
    public static GraphTensor SetRows(GraphTensor cache, GraphTensor rows, GraphTensor indices)
        => new(cache.Type, cache.Counts, cache.Strides, TensorKind.Fresh, [rows, indices, cache], cache);

    /// <summary>A copy into memory that is there.</summary>
    public static GraphTensor CopyTo(GraphTensor x, GraphTensor target)
        => new(target.Type, target.Counts, target.Strides, TensorKind.Fresh, [x, target], target);

    /// <summary>The same memory, of elements that lie together, in another shape.</summary>
    public static GraphTensor Reshape(GraphTensor x, long n0, long n1 = 1, long n2 = 1, long n3 = 1)
    {
        var counts = new Extent(n0, n1, n2, n3);
        return View(x, counts, GraphTensor.ContiguousStrides(x.Type, counts));
    }

    public static GraphTensor View(GraphTensor x, Extent counts, Extent strides) => new(x.Type, counts, strides, TensorKind.Fresh, [x], x);

    /// <summary>The same with its second and third dimension exchanged.</summary>
    public static GraphTensor ExchangeTokensAndHeads(GraphTensor x)
        => View(
            x,
            new Extent(x.Counts.N0, x.Counts.N2, x.Counts.N1, x.Counts.N3),
            new Extent(x.Strides.N0, x.Strides.N2, x.Strides.N1, x.Strides.N3));

    public static GraphTensor Transpose(GraphTensor x)
        => View(
            x,
            new Extent(x.Counts.N1, x.Counts.N0, x.Counts.N2, x.Counts.N3),
            new Extent(x.Strides.N1, x.Strides.N0, x.Strides.N2, x.Strides.N3));

    /// <summary>Bytes of so many elements in a row.</summary>
    public static long RowBytes(GgufTensorType type, long elements) => checked(elements / type.BlockElements * type.BlockBytes);

    private static GraphTensor Leaf(GgufTensorType type, Extent counts)
        => new(type, counts, GraphTensor.ContiguousStrides(type, counts), TensorKind.Leaf, []);

    private static GraphTensor Fresh(GgufTensorType type, Extent counts, params GraphTensor[] sources)
        => Computed(TensorKind.Fresh, type, counts, sources);

    private static GraphTensor Computed(TensorKind kind, GgufTensorType type, Extent counts, GraphTensor[] sources)
        => new(type, counts, GraphTensor.ContiguousStrides(type, counts), kind, sources);
}
