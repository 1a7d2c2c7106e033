using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;

namespace NativeHost.BitNet.Model;

/// <summary>The way of some tokens through the model, as each thread goes it.</summary>
/// <remarks>
/// For each block: norm, queries keys and values, attention, output projection, residual; norm, gate and up, activation, down projection,
/// residual; at the end norm and head. Each matrix has a phase, and so has attention. The rows between them are normed and quantized
/// by each thread for itself where there is one token, which costs less than another phase, and in a phase where there are several.
/// What a token gets is the same to the bit, however many are computed at once and by however many threads: sums of matrices are
/// whole numbers, and everything else goes row by row.
/// </remarks>
internal sealed unsafe class ForwardPass : ITeamWork, IDisposable
{
    /// <summary>Parts of a matrix for each thread: a thread that loses its core for a while then leaves most of its share to others.</summary>
    private const int ChunksPerThread = 4;

    /// <summary>Parts of the vocabulary. Fixed, because each has its largest logits rescored.</summary>
    private const int HeadChunks = 8;

    private const int PhasesPerLayer = 10;

    private ModelWeights _weights;
    private readonly TernaryShape _shape;
    private readonly ModelWidths _widths;
    private readonly RowMath _rows;
    private readonly AttentionMath _attention;
    private readonly RotaryTable _rotary;
    private readonly KvCache _cache;
    private readonly SharedBuffers _shared;
    private ThreadBuffers[] _own = [];
    private WorkTeam? _team;
    private AbortSignal? _abort;
    private bool _wasAborted;

    /// <param name="capacity">Most tokens that are computed at once.</param>
    /// <param name="logitsRows">Most tokens of a step that get logits.</param>
    public ForwardPass(ModelWeights weights, KvCache cache, KernelLevel level, int capacity, int logitsRows, int threads)
    {
        (_weights, _shape, _cache) = (weights, weights.Shape, cache);
        _widths = ModelWidths.Of(_shape);
        _rows = RowMath.Of(level);
        _attention = AttentionMath.Of(level, cache.Format);
        _rotary = new RotaryTable(_shape, weights.RopeFactors);
        Tokens = new StepTokens(capacity);
        _shared = new SharedBuffers(
            _shape, _widths, _rotary.AngleCount, cache.ContextTokens, capacity, logitsRows, weights.Head.LogitCount);
        Begin(threads);
    }

    /// <summary>What the next <see cref="Run"/> computes; to be filled before.</summary>
    public StepTokens Tokens { get; }

    public int ThreadCount => _own.Length;

    public void SetThreads(int threads)
    {
        if (threads != _own.Length)
        {
            Begin(threads);
        }
    }

    /// <summary>Goes on with the same weights in another form.</summary>
    public void Use(ModelWeights weights)
    {
        if (weights != _weights)
        {
            var threads = _own.Length;
            End();
            _weights = weights;
            Begin(threads);
        }
    }

    /// <summary>Computes <see cref="Tokens"/>: keys and values into the cache, and the logits that are wanted.</summary>
    /// <returns>False where the signal ended it early; the cache's rows of these positions then mean nothing.</returns>
    public bool Run(AbortSignal abort)
    {
        for (var token = 0; token < Tokens.Count; token++)
        {
            var row = _shared.Hidden + ((long)token * _widths.Hidden);
            _weights.Embedding.Read(Tokens.Ids[token], new Span<float>(row, _shape.Width));
            _rotary.Angles(Tokens.Positions[token], _shared.Angles + ((long)token * _rotary.AngleCount));
        }

        _abort = abort;
        _wasAborted = false;
        _team!.Run();
        return !_wasAborted;
    }

    /// <summary>[vocabulary], valid until the next run.</summary>
    public Span<float> Logits(int row) => new(LogitsOf(row), _shape.VocabularySize);

    public void Dispose()
    {
        End();
        _shared.Dispose();
    }

    void ITeamWork.Work(int thread, TeamRun run)
    {
        var own = _own[thread];
        for (var layer = 0; layer < _shape.LayerCount; layer++)
        {
            // The caller's thread decides for all. The others get no chunk any more when it has left, and they must not look at the
            // signal: a late one might do so when the signal is gone.
            if (thread == 0 && _abort!.IsRaised)
            {
                _wasAborted = true;
                return;
            }

            Attend(_weights.Layers[layer], layer, own, ref run);
            FeedForward(_weights.Layers[layer], own, ref run);
        }

        for (var token = 0; token < Tokens.Count; token++)
        {
            if (Tokens.LogitsRows[token] != StepTokens.NoLogits)
            {
                ComputeLogits(token, own, ref run);
            }
        }
    }

    private void Attend(LayerWeights weights, int layer, ThreadBuffers own, ref TeamRun run)
    {
        var normed = Quantize(_shared.Hidden, _widths.Hidden, _shape.Width, weights.AttentionNorm, own, ref run);
        Multiply(weights.Attention, normed, _shared.Projected, _widths.AttentionRows, own, ref run);
        var output = Tokens.Count == 1
            ? AttendAlone(layer, own, ref run)
            : AttendTogether(layer, own, ref run);
        var quantized = Quantize(
            output, _widths.AttentionOutput, _shape.HeadCount * _shape.HeadLength, weights.AttentionSubNorm, own, ref run);
        MultiplyAndAdd(weights.Output, quantized, own, ref run);
    }

    private void FeedForward(LayerWeights weights, ThreadBuffers own, ref TeamRun run)
    {
        var normed = Quantize(_shared.Hidden, _widths.Hidden, _shape.Width, weights.FeedForwardNorm, own, ref run);
        MultiplyAndGate(weights.GateUp, normed, own, ref run);
        var quantized = Quantize(
            _shared.FeedForward, _widths.FeedForward, _shape.FeedForwardWidth, weights.FeedForwardSubNorm, own, ref run);
        MultiplyAndAdd(weights.Down, quantized, own, ref run);
    }

    private void ComputeLogits(int token, ThreadBuffers own, ref TeamRun run)
    {
        var head = _weights.Head;
        var logits = LogitsOf(Tokens.LogitsRows[token]);
        _rows.Normalize(
            _shared.Hidden + ((long)token * _widths.Hidden), _shape.Width, (float*)_weights.OutputNorm, _shape.NormEpsilon, own.Row, _widths.Hidden);
        head.Prepare(own.Row, own.HeadWorkspace);
        var phase = run.Open(HeadChunks);
        while (phase.TryTake(out var chunk))
        {
            var first = (int)((long)head.TileCount * chunk / HeadChunks);
            var end = (int)((long)head.TileCount * (chunk + 1) / HeadChunks);
            head.Compute(first, end, own.HeadWorkspace, logits);
            head.Rescore(first, end, own.HeadWorkspace, logits);
        }

        phase.Wait();
    }

    /// <summary>One token: its heads' positions are shared out in chunks; each thread then merges all results for itself.</summary>
    private float* AttendAlone(int layer, ThreadBuffers own, ref TeamRun run)
    {
        var position = Tokens.Positions[0];
        var chunks = AttentionMath.ChunkCount(position + 1);
        var partialStride = AttentionMath.PartialStride(_widths.Head);
        TurnQueries(0, own.Queries);
        var phase = run.Open(chunks * _shape.KvHeadCount);
        while (phase.TryTake(out var item))
        {
            var (kvHead, chunk) = (item / chunks, item % chunks);
            if (chunk == chunks - 1)
            {
                KeepKeyAndValue(0, layer, kvHead, own);
            }

            var firstHead = kvHead * GroupSize;
            AttendChunk(0, layer, kvHead, chunk, own.Queries, _shared.Partials + ((((long)firstHead * chunks) + chunk) * partialStride), chunks * partialStride);
        }

        phase.Wait();
        for (var head = 0; head < _shape.HeadCount; head++)
        {
            MergeHead(_shared.Partials + ((long)head * chunks * partialStride), chunks, head, own, own.AttentionOutput);
        }

        return own.AttentionOutput;
    }

    /// <summary>Several tokens: first all keys and values, then token by token and kv head by kv head.</summary>
    private float* AttendTogether(int layer, ThreadBuffers own, ref TeamRun run)
    {
        var keeping = run.Open(Tokens.Count);
        while (keeping.TryTake(out var token))
        {
            TurnQueries(token, QueriesOf(token));
            for (var kvHead = 0; kvHead < _shape.KvHeadCount; kvHead++)
            {
                KeepKeyAndValue(token, layer, kvHead, own);
            }
        }

        keeping.Wait();
        var partialStride = AttentionMath.PartialStride(_widths.Head);
        var attending = run.Open(Tokens.Count * _shape.KvHeadCount);
        while (attending.TryTake(out var item))
        {
            var (token, kvHead) = (item / _shape.KvHeadCount, item % _shape.KvHeadCount);
            var chunks = AttentionMath.ChunkCount(Tokens.Positions[token] + 1);
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                AttendChunk(token, layer, kvHead, chunk, QueriesOf(token), own.Partials + ((long)chunk * partialStride), chunks * partialStride);
            }

            var output = _shared.AttentionOutput + ((long)token * _widths.AttentionOutput);
            for (var i = 0; i < GroupSize; i++)
            {
                MergeHead(own.Partials + ((long)i * chunks * partialStride), chunks, (kvHead * GroupSize) + i, own, output);
            }
        }

        attending.Wait();
        return _shared.AttentionOutput;
    }

    private void AttendChunk(int token, int layer, int kvHead, int chunk, float* queries, float* partials, int partialStep)
    {
        var first = chunk * AttentionMath.ChunkPositions;
        var positions = Math.Min(Tokens.Positions[token] + 1 - first, AttentionMath.ChunkPositions);
        var sequence = Tokens.Sequences[token];
        var offset = (long)first * _cache.RowBytes;
        _attention.Chunk(
            queries + ((long)kvHead * GroupSize * _widths.Head),
            GroupSize,
            _widths.Head,
            _cache.Keys(sequence, layer, kvHead) + offset,
            _cache.Values(sequence, layer, kvHead) + offset,
            positions,
            1f / MathF.Sqrt(_shape.HeadLength),
            partials,
            partialStep);
    }

    private void MergeHead(float* partials, int chunks, int head, ThreadBuffers own, float* output)
    {
        _attention.Merge(partials, chunks, AttentionMath.PartialStride(_widths.Head), _widths.Head, own.HeadOutput);
        new ReadOnlySpan<float>(own.HeadOutput, _shape.HeadLength).CopyTo(new Span<float>(output + ((long)head * _shape.HeadLength), _shape.HeadLength));
    }

    private void TurnQueries(int token, float* queries)
    {
        for (var head = 0; head < _shape.HeadCount; head++)
        {
            var query = queries + ((long)head * _widths.Head);
            CopyHead(token, head * _shape.HeadLength, query);
            _rotary.Turn(query, AnglesOf(token));
        }
    }

    private void KeepKeyAndValue(int token, int layer, int kvHead, ThreadBuffers own)
    {
        var sequence = Tokens.Sequences[token];
        var offset = (long)Tokens.Positions[token] * _cache.RowBytes;
        CopyHead(token, _widths.KeyOffset + (kvHead * _shape.HeadLength), own.Key);
        _rotary.Turn(own.Key, AnglesOf(token));
        _attention.Write(own.Key, _widths.Head, _cache.Keys(sequence, layer, kvHead) + offset);
        CopyHead(token, _widths.ValueOffset + (kvHead * _shape.HeadLength), own.Key);
        _attention.Write(own.Key, _widths.Head, _cache.Values(sequence, layer, kvHead) + offset);
    }

    /// <summary>Copies one head's numbers from the attention matrix's outputs; what fills up the row stays 0.</summary>
    private void CopyHead(int token, int offset, float* row)
        => new ReadOnlySpan<float>(_shared.Projected + ((long)token * _widths.AttentionRows) + offset, _shape.HeadLength)
            .CopyTo(new Span<float>(row, _shape.HeadLength));

    /// <summary>Norms and quantizes the rows of all tokens.</summary>
    /// <param name="norm">0 for none.</param>
    private QuantizedRows Quantize(float* rows, int stride, int length, nint norm, ThreadBuffers own, ref TeamRun run)
    {
        if (Tokens.Count == 1)
        {
            var alone = own.Quantized(stride);
            QuantizeRow(rows, stride, length, norm, own, alone, 0);
            return alone;
        }

        var together = _shared.Quantized(Tokens.Count, stride);
        var phase = run.Open(Tokens.Count);
        while (phase.TryTake(out var token))
        {
            QuantizeRow(rows + ((long)token * stride), stride, length, norm, own, together, token);
        }

        phase.Wait();
        return together;
    }

    private void QuantizeRow(float* row, int stride, int length, nint norm, ThreadBuffers own, in QuantizedRows target, int token)
    {
        var normed = row;
        if (norm != 0)
        {
            _rows.Normalize(row, length, (float*)norm, _shape.NormEpsilon, own.Row, stride);
            normed = own.Row;
        }

        _rows.Quantize(normed, stride, target.Values + ((long)token * stride), target.Sums + token, target.InverseScales + token);
    }

    private void Multiply(TernaryWeights matrix, in QuantizedRows x, float* y, int yStride, ThreadBuffers own, ref TeamRun run)
    {
        var phase = run.Open(ChunksOf(matrix));
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = TilesOf(matrix, chunk);
            MultiplyTiles(matrix, first, end, x, y, yStride, own);
        }

        phase.Wait();
    }

    private void MultiplyAndAdd(TernaryWeights matrix, in QuantizedRows x, ThreadBuffers own, ref TeamRun run)
    {
        var phase = run.Open(ChunksOf(matrix));
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = TilesOf(matrix, chunk);
            MultiplyTiles(matrix, first, end, x, _shared.Added, _widths.Hidden, own);
            var (row, count) = (first * TernaryMatrix.TileRows, (end - first) * TernaryMatrix.TileRows);
            for (var token = 0; token < x.Count; token++)
            {
                var offset = ((long)token * _widths.Hidden) + row;
                _rows.Add(_shared.Hidden + offset, _shared.Added + offset, count);
            }
        }

        phase.Wait();
    }

    private void MultiplyAndGate(TernaryWeights matrix, in QuantizedRows x, ThreadBuffers own, ref TeamRun run)
    {
        const int Rows = TernaryMatrix.TileRows;
        var phase = run.Open(ChunksOf(matrix));
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = TilesOf(matrix, chunk);
            MultiplyTiles(matrix, first, end, x, _shared.Projected, _widths.GateUpRows, own);
            for (var token = 0; token < x.Count; token++)
            {
                var projected = _shared.Projected + ((long)token * _widths.GateUpRows);
                var gated = _shared.FeedForward + ((long)token * _widths.FeedForward);
                for (var tile = first; tile < end; tile += 2)
                {
                    var gate = projected + (tile * Rows);
                    _rows.Gate(_shape.Gate, gate, gate + Rows, gated + (tile / 2 * Rows), Rows);
                }
            }
        }

        phase.Wait();
    }

    private static void MultiplyTiles(TernaryWeights matrix, int first, int end, in QuantizedRows x, float* y, int yStride, ThreadBuffers own)
    {
        if (x.Count == 1)
        {
            matrix.Multiply(first, end, x, y);
        }
        else
        {
            matrix.MultiplyMany(first, end, x, y, yStride, own.KernelScratch);
        }
    }

    private int ChunksOf(TernaryWeights matrix) => Math.Min(ThreadCount == 1 ? 1 : ThreadCount * ChunksPerThread, (matrix.TileCount + 1) / 2);

    /// <summary>The tiles of a chunk: pairs, so that a gate's and its up's tile stay together.</summary>
    private (int First, int End) TilesOf(TernaryWeights matrix, int chunk)
    {
        var pairs = (matrix.TileCount + 1) / 2;
        var chunks = ChunksOf(matrix);
        return (2 * (int)((long)pairs * chunk / chunks), Math.Min(matrix.TileCount, 2 * (int)((long)pairs * (chunk + 1) / chunks)));
    }

    private int GroupSize => _shape.HeadCount / _shape.KvHeadCount;

    private float* QueriesOf(int token) => _shared.Queries + ((long)token * _shape.HeadCount * _widths.Head);

    private float* AnglesOf(int token) => _shared.Angles + ((long)token * _rotary.AngleCount);

    private float* LogitsOf(int row) => _shared.Logits + ((long)row * _weights.Head.LogitCount);

    private void Begin(int threads)
    {
        End();
        var scratchBytes = _weights.Layers[0].All.Max(matrix => matrix.ScratchBytes(Tokens.Capacity));
        _own = new ThreadBuffers[threads];
        for (var thread = 0; thread < threads; thread++)
        {
            _own[thread] = new ThreadBuffers(_shape, _widths, _cache.ContextTokens, scratchBytes, _weights.Head.WorkspaceBytes);
        }

        _team = new WorkTeam(this, threads, (_shape.LayerCount * PhasesPerLayer) + Tokens.Capacity);
    }

    private void End()
    {
        _team?.Dispose();
        _team = null;
        foreach (var buffers in _own)
        {
            buffers.Dispose();
        }

        _own = [];
    }
}
