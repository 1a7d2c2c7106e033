using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Embedding;

/// <summary>Attention in an embedding model: norms of heads, rotation by the layer's own base, and the layer's own reach.</summary>
/// <remarks>Scores are scaled by 1 / sqrt(head length), which gemma's 256 for both (query_pre_attn_scalar) comes to as well.</remarks>
internal sealed unsafe class EmbeddingAttention
{
    /// <summary>A text has the cache for itself.</summary>
    private const int Sequence = 0;

    private readonly TernaryShape _shape;
    private readonly ModelWidths _widths;
    private readonly KvCache _cache;
    private readonly RowMath _rows;
    private readonly AttentionMath _math;
    private readonly RotaryTable _rotary;
    private readonly RotaryTable? _windowRotary;
    private readonly int _groupSize;

    public EmbeddingAttention(EmbeddingWeights weights, ModelWidths widths, KvCache cache, KernelLevel level)
    {
        (_shape, _widths, _cache) = (weights.Shape, widths, cache);
        _rows = RowMath.Of(level);
        _math = AttentionMath.Of(level, cache.Format);
        _rotary = new RotaryTable(_shape, weights.RopeFactors);
        _windowRotary = _shape.SlidingWindow is { } window ? RotaryTable.OfWindow(_shape, window) : null;
        _groupSize = _shape.HeadCount / _shape.KvHeadCount;
    }

    public int AngleCount => _rotary.AngleCount;

    /// <summary>Writes the angles of a token.</summary>
    public void WriteAngles(int token, int position, EmbeddingBuffers shared)
    {
        _rotary.Angles(position, shared.Angles + ((long)token * AngleCount));
        _windowRotary?.Angles(position, shared.WindowAngles + ((long)token * AngleCount));
    }

    /// <summary>Norms and turns a token's queries and keys, and keeps its keys and values.</summary>
    public void Turn(int token, int position, int layer, EmbeddingLayer weights, EmbeddingBuffers shared, EmbeddingThread own)
    {
        var isInWindow = _shape.SlidingWindow?.IsIn(layer) == true;
        var rotary = isInWindow ? _windowRotary! : _rotary;
        var angles = (isInWindow ? shared.WindowAngles : shared.Angles) + ((long)token * AngleCount);
        for (var head = 0; head < _shape.HeadCount; head++)
        {
            var query = QueriesOf(token, shared) + ((long)head * _widths.Head);
            CopyHead(shared.Queries + ((long)token * shared.QueryRows), head, query);
            Norm(query, weights.QueryHeadNorm);
            rotary.Turn(query, angles);
        }

        var offset = (long)position * _cache.RowBytes;
        for (var kvHead = 0; kvHead < _shape.KvHeadCount; kvHead++)
        {
            CopyHead(shared.Keys + ((long)token * shared.KeyRows), kvHead, own.Head);
            Norm(own.Head, weights.KeyHeadNorm);
            rotary.Turn(own.Head, angles);
            _math.Write(own.Head, _widths.Head, _cache.Keys(Sequence, layer, kvHead) + offset);
            CopyHead(shared.Values + ((long)token * shared.KeyRows), kvHead, own.Head);
            _math.Write(own.Head, _widths.Head, _cache.Values(Sequence, layer, kvHead) + offset);
        }
    }

    /// <summary>The results of the heads that share a kv head, for one token.</summary>
    public void Attend(int token, int position, int layer, int kvHead, EmbeddingBuffers shared, EmbeddingThread own)
    {
        // Chunks are counted from the first position that is seen, so they depend on the token's position alone.
        var first = _shape.SlidingWindow is { } window && window.IsIn(layer) ? Math.Max(0, position + 1 - window.Tokens) : 0;
        var positions = position + 1 - first;
        var chunks = AttentionMath.ChunkCount(positions);
        var partialStride = AttentionMath.PartialStride(_widths.Head);
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            var firstOfChunk = chunk * AttentionMath.ChunkPositions;
            var offset = (long)(first + firstOfChunk) * _cache.RowBytes;
            _math.Chunk(
                QueriesOf(token, shared) + ((long)kvHead * _groupSize * _widths.Head),
                _groupSize,
                _widths.Head,
                _cache.Keys(Sequence, layer, kvHead) + offset,
                _cache.Values(Sequence, layer, kvHead) + offset,
                Math.Min(positions - firstOfChunk, AttentionMath.ChunkPositions),
                1f / MathF.Sqrt(_shape.HeadLength),
                own.Partials + ((long)chunk * partialStride),
                chunks * partialStride);
        }

        var output = shared.AttentionOutput + ((long)token * _widths.AttentionOutput);
        for (var i = 0; i < _groupSize; i++)
        {
            var head = (kvHead * _groupSize) + i;
            _math.Merge(own.Partials + ((long)i * chunks * partialStride), chunks, partialStride, _widths.Head, own.Head);
            new ReadOnlySpan<float>(own.Head, _shape.HeadLength).CopyTo(new Span<float>(output + ((long)head * _shape.HeadLength), _shape.HeadLength));
        }
    }

    private float* QueriesOf(int token, EmbeddingBuffers shared) => shared.TurnedQueries + ((long)token * _shape.HeadCount * _widths.Head);

    private void Norm(float* row, nint norm)
    {
        if (norm != 0)
        {
            _rows.Normalize(row, _shape.HeadLength, (float*)norm, _shape.NormEpsilon, row, _widths.Head);
        }
    }

    /// <summary>Copies one head's numbers, and fills up the row with 0.</summary>
    private void CopyHead(float* heads, int head, float* row)
    {
        var target = new Span<float>(row, _widths.Head);
        new ReadOnlySpan<float>(heads + ((long)head * _shape.HeadLength), _shape.HeadLength).CopyTo(target);
        target[_shape.HeadLength..].Clear();
    }
}
