using System.Diagnostics.CodeAnalysis;
using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;

namespace NativeHost.BitNet.Model;

/// <summary>The way of some tokens through the model, as each thread goes it.</summary>
/// <remarks>
/// For each block: norm, queries keys and values, attention, output projection, residual; norm, gate and up, activation, down projection,
/// residual; at the end norm and head. Each matrix has a phase, and so has attention: <see cref="MatrixPhases"/> and
/// <see cref="AttentionPhases"/>. The rows between them are normed and quantized by each thread for itself where there is one token,
/// which costs less than another phase, and in a phase where there are several.
/// What a token gets is the same to the bit, however many are computed at once and by however many threads: sums of matrices are
/// whole numbers, and everything else goes row by row.
/// </remarks>
internal sealed unsafe class ForwardPass : ITeamWork, IDisposable
{
    /// <summary>Parts of the vocabulary, and of the rows that are rescored.</summary>
    private const int HeadChunks = 8;

    private const int PhasesPerLayer = 10;
    private const int PhasesPerLogits = 2;

    private ModelWeights _weights;
    private readonly TernaryShape _shape;
    private readonly ModelWidths _widths;
    private readonly RowMath _rows;
    private readonly RotaryTable _rotary;
    private readonly AttentionPhases _attention;
    private readonly KvCache _cache;
    private readonly SharedBuffers _shared;
    private MatrixPhases _matrices;
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
        _rotary = new RotaryTable(_shape, weights.RopeFactors);
        Tokens = new StepTokens(capacity);
        _shared = new SharedBuffers(
            _shape, _widths, _rotary.AngleCount, cache.ContextTokens, capacity, logitsRows, weights.Head.LogitCount, HeadChunks);
        _attention = new AttentionPhases(
            _shape, _widths, AttentionMath.Of(level, cache.Format), _rotary, cache, Tokens, _shared);
        try
        {
            Begin(threads);
        }
        catch
        {
            _shared.Dispose();
            throw;
        }
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
            var before = _weights;
            _weights = weights;
            try
            {
                Begin(_own.Length);
            }
            catch (OutOfMemoryException)
            {
                // The form it has goes on working.
                _weights = before;
            }
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
            // The caller's thread decides for all. The others must not look at the signal: one that comes late may find it disposed.
            if (thread != 0)
            {
                if (run.IsOver)
                {
                    return;
                }
            }
            else if (_abort!.IsRaised)
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
        _matrices.Multiply(weights.Attention, normed, _shared.Projected, _widths.AttentionRows, own, ref run);
        var output = _attention.Attend(layer, own, ref run);
        var quantized = Quantize(
            output, _widths.AttentionOutput, _shape.HeadCount * _shape.HeadLength, weights.AttentionSubNorm, own, ref run);
        _matrices.MultiplyAndAdd(weights.Output, quantized, own, ref run);
    }

    private void FeedForward(LayerWeights weights, ThreadBuffers own, ref TeamRun run)
    {
        var normed = Quantize(_shared.Hidden, _widths.Hidden, _shape.Width, weights.FeedForwardNorm, own, ref run);
        _matrices.MultiplyAndGate(weights.GateUp, normed, own, ref run);
        var quantized = Quantize(
            _shared.FeedForward, _widths.FeedForward, _shape.FeedForwardWidth, weights.FeedForwardSubNorm, own, ref run);
        _matrices.MultiplyAndAdd(weights.Down, quantized, own, ref run);
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
            if (head.RescoredRows > 0)
            {
                _shared.Shortlist.Note(chunk, first * OutputHead.TileRows, Math.Min(end * OutputHead.TileRows, head.Rows), logits);
            }
        }

        phase.Wait();
        if (head.RescoredRows > 0)
        {
            Rescore(head, logits, own, ref run);
        }
    }

    private void Rescore(OutputHead head, float* logits, ThreadBuffers own, ref TeamRun run)
    {
        var rows = stackalloc int[_shared.Shortlist.Count];
        var count = _shared.Shortlist.Choose(rows);
        var phase = run.Open(HeadChunks);
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = (count * chunk / HeadChunks, count * (chunk + 1) / HeadChunks);
            head.Rescore(rows + first, end - first, own.HeadWorkspace, logits);
        }

        phase.Wait();
    }

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

    private float* LogitsOf(int row) => _shared.Logits + ((long)row * _weights.Head.LogitCount);

    [MemberNotNull(nameof(_matrices))]
    private void Begin(int threads)
    {
        // All that may not be there is asked for before anything is given up.
        var scratchBytes = _weights.Layers[0].All.Max(matrix => matrix.ScratchBytes(Tokens.Capacity));
        var own = new List<ThreadBuffers>(threads);
        try
        {
            while (own.Count < threads)
            {
                own.Add(new ThreadBuffers(_shape, _widths, _cache.ContextTokens, scratchBytes, _weights.Head.WorkspaceBytes));
            }
        }
        catch
        {
            own.ForEach(buffers => buffers.Dispose());
            throw;
        }

        End();
        _own = [.. own];
        _matrices = new MatrixPhases(_shape.Gate, _widths, _rows, _shared, threads);
        _team = new WorkTeam(this, threads, (_shape.LayerCount * PhasesPerLayer) + (Tokens.Capacity * PhasesPerLogits));
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
