namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>Computes how large the buffer is that ggml's graph allocator lays the tensors of a graph into.</summary>
/// <remarks>
/// What it does is written in ggml-alloc.c: all inputs are placed first; then, in the order of computation, each tensor takes the memory of
/// a source that nobody else needs, else the smallest hole that holds it, else the end of the buffer; and what was needed for the last
/// time leaves a hole. Its choices are repeated here one by one, because holes that do not fit decide about the size of the buffer.
/// </remarks>
internal sealed class GraphMemory
{
    /// <summary>Of tensors in the buffer.</summary>
    private readonly long _alignment;

    /// <summary>Ordered by offset; the last one goes on to the end of all memory.</summary>
    private readonly List<Hole> _holes = [new(0, long.MaxValue / 2)];

    private readonly Dictionary<GraphTensor, Use> _uses = new(ReferenceEqualityComparer.Instance);
    private long _size;

    private GraphMemory(long alignment) => _alignment = alignment;

    /// <param name="leaves">The graph's inputs, weights and caches, in the order in which it reaches them.</param>
    /// <param name="nodes">What it computes, in the order of computation.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="OverflowException">There are more than a long can count.</exception>
    public static long SizeOf(IReadOnlyList<GraphTensor> leaves, IReadOnlyList<GraphTensor> nodes, long alignment)
    {
        var memory = new GraphMemory(alignment);
        foreach (var leaf in leaves)
        {
            memory.Allocate(leaf);
        }

        foreach (var node in nodes)
        {
            memory.Count(node);
        }

        foreach (var node in nodes)
        {
            memory.Compute(node);
        }

        return memory._size;
    }

    private void Count(GraphTensor node)
    {
        if (node.Viewed is { IsExternal: false } viewed)
        {
            UseOf(viewed).Views++;
        }

        foreach (var source in node.Sources)
        {
            UseOf(source).Readers++;
        }
    }

    private void Compute(GraphTensor node)
    {
        Allocate(node);
        foreach (var source in node.Sources)
        {
            var use = UseOf(source);
            use.Readers--;
            if (use.Readers > 0 || use.Views > 0)
            {
                continue;
            }

            if (source.Viewed is { IsExternal: false } viewed)
            {
                var viewedUse = UseOf(viewed);
                viewedUse.Views--;
                if (viewedUse is { Views: 0, Readers: 0, IsAllocated: true })
                {
                    Free(viewed, viewedUse);
                }
            }
            else if (use.IsAllocated)
            {
                Free(source, use);
            }
        }
    }

    private void Allocate(GraphTensor tensor)
    {
        if (tensor.IsExternal || tensor.Viewed is not null)
        {
            return;
        }

        var use = UseOf(tensor);
        use.IsAllocated = true;
        if (tensor.Kind == TensorKind.Reusing && FindReusable(tensor) is { } reused)
        {
            use.Offset = reused.Offset;
            reused.IsAllocated = false;
        }
        else
        {
            use.Offset = Take(Aligned(tensor.Bytes));
        }
    }

    /// <summary>The source whose memory the tensor takes over. Memory that is reached through a view is not taken.</summary>
    private Use? FindReusable(GraphTensor tensor)
    {
        foreach (var source in tensor.Sources)
        {
            if (UseOf(source) is { IsAllocated: true, Readers: 1, Views: 0 } use && !source.IsOutput && source.HasLayoutOf(tensor))
            {
                return use;
            }
        }

        return null;
    }

    private long Take(long bytes)
    {
        var best = _holes.Count - 1;
        for (var i = 0; i < _holes.Count - 1; i++)
        {
            if (_holes[i].Bytes >= bytes && (best == _holes.Count - 1 || _holes[i].Bytes <= _holes[best].Bytes))
            {
                best = i;
            }
        }

        var (offset, size) = _holes[best];
        if (size < bytes)
        {
            throw new OverflowException("The graph is larger than all memory.");
        }

        if (size == bytes)
        {
            _holes.RemoveAt(best);
        }
        else
        {
            _holes[best] = new Hole(offset + bytes, size - bytes);
        }

        _size = Math.Max(_size, offset + bytes);
        return offset;
    }

    private void Free(GraphTensor tensor, Use use)
    {
        if (tensor.IsOutput)
        {
            return;
        }

        use.IsAllocated = false;
        var (offset, bytes) = (use.Offset, Aligned(tensor.Bytes));
        for (var i = 0; i < _holes.Count; i++)
        {
            var hole = _holes[i];
            if (hole.End == offset)
            {
                _holes[i] = hole with { Bytes = hole.Bytes + bytes };
                MergeWithNext(i);
                return;
            }

            if (offset + bytes == hole.Offset)
            {
                _holes[i] = new Hole(offset, hole.Bytes + bytes);
                if (i > 0)
                {
                    MergeWithNext(i - 1);
                }

                return;
            }
        }

        var place = _holes.FindIndex(hole => hole.Offset >= offset);
        _holes.Insert(place < 0 ? _holes.Count : place, new Hole(offset, bytes));
    }

    private void MergeWithNext(int index)
    {
        if (index + 1 < _holes.Count && _holes[index].End == _holes[index + 1].Offset)
        {
            _holes[index] = _holes[index] with { Bytes = _holes[index].Bytes + _holes[index + 1].Bytes };
            _holes.RemoveAt(index + 1);
        }
    }

    private Use UseOf(GraphTensor tensor)
    {
        if (!_uses.TryGetValue(tensor, out var use))
        {
            use = new Use();
            _uses.Add(tensor, use);
        }

        return use;
    }

    private long Aligned(long bytes) => checked(bytes + _alignment - 1) / _alignment * _alignment;

    private readonly record struct Hole(long Offset, long Bytes)
    {
        public long End => Offset + Bytes;
    }

    /// <summary>Where a tensor lies, and who still needs it.</summary>
    private sealed class Use
    {
        public int Readers { get; set; }

        public int Views { get; set; }

        public long Offset { get; set; }

        public bool IsAllocated { get; set; }
    }
}
