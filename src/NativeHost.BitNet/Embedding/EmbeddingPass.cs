using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Model;
using NativeHost.Inference;

namespace NativeHost.BitNet.Embedding;

/// <summary>The way of a part of a text through an embedding model, as each thread goes it.</summary>
/// <remarks>
/// As <see cref="ForwardPass"/>, with what embedding models have besides: every matrix may have a norm of its input, on top of the one
/// before its part, so none share quantized activations; heads are normed before they are turned; what a part adds may be normed
/// before it is added; and some layers see the newest tokens only. Always for several tokens at once. All work is in chunks of
/// phases, token by token or matrix part by matrix part, so that what a token gets is the same to the bit however many threads there
/// are.
/// </remarks>
internal sealed unsafe class EmbeddingPass : ITeamWork, IDisposable
{
    /// <summary>Parts of a matrix for each thread: a thread that loses its core for a while then leaves most of its share to others.</summary>
    private const int ChunksPerThread = 4;

    private const int PhasesPerLayer = 14;

    private readonly EmbeddingWeights _weights;
    private readonly ModelWidths _widths;
    private readonly RowMath _rows;
    private readonly EmbeddingAttention _attention;
    private readonly EmbeddingBuffers _shared;
    private readonly int _contextTokens;
    private EmbeddingThread[] _own = [];
    private WorkTeam? _team;
    private AbortSignal? _abort;
    private int _count;
    private int _firstPosition;
    private bool _wasAborted;

    /// <param name="capacity">Most tokens that are computed at once.</param>
    public EmbeddingPass(EmbeddingWeights weights, KvCache cache, KernelLevel level, int capacity, int threads)
    {
        (_weights, Capacity, _contextTokens) = (weights, capacity, cache.ContextTokens);
        _widths = ModelWidths.Of(weights.Shape);
        _rows = RowMath.Of(level);
        _attention = new EmbeddingAttention(weights, _widths, cache, level);
        _shared = new EmbeddingBuffers(weights.Shape, _widths, _attention.AngleCount, capacity);
        Begin(threads);
    }

    /// <summary>Most tokens that are computed at once.</summary>
    public int Capacity { get; }

    public int ThreadCount => _own.Length;

    public void SetThreads(int threads)
    {
        if (threads != _own.Length)
        {
            Begin(threads);
        }
    }

    /// <summary>Computes the next tokens of a text, of which the cache holds those before.</summary>
    /// <param name="tokens">1 to <see cref="Capacity"/>.</param>
    /// <returns>False where the signal ended it early.</returns>
    public bool Run(ReadOnlySpan<Token> tokens, int firstPosition, AbortSignal abort)
    {
        (_count, _firstPosition) = (tokens.Length, firstPosition);
        var (width, scale) = (_weights.Shape.Width, _weights.Shape.EmbeddingScale);
        for (var token = 0; token < tokens.Length; token++)
        {
            var row = new Span<float>(HiddenOf(token), _widths.Hidden);
            _weights.Embedding.Read(tokens[token].Id, row[..width]);
            row[width..].Clear();
            for (var i = 0; scale != 1 && i < width; i++)
            {
                row[i] *= scale;
            }

            _attention.WriteAngles(token, firstPosition + token, _shared);
        }

        (_abort, _wasAborted) = (abort, false);
        _team!.Run();
        return !_wasAborted;
    }

    /// <summary>Adds the hidden state of a token of the last run, behind the output norm, to some numbers.</summary>
    /// <param name="sum">[hidden]</param>
    public void AddHidden(int token, float* sum)
    {
        Normalize(HiddenOf(token), _widths.Hidden, _weights.Shape.Width, _weights.OutputNorm, _own[0].Normed);
        _rows.Add(sum, _own[0].Normed, _widths.Hidden);
    }

    public void Dispose()
    {
        End();
        _shared.Dispose();
    }

    void ITeamWork.Work(int thread, TeamRun run)
    {
        var own = _own[thread];
        for (var layer = 0; layer < _weights.Layers.Count; layer++)
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
    }

    private void Attend(EmbeddingLayer weights, int layer, EmbeddingThread own, ref TeamRun run)
    {
        var kvHeads = _weights.Shape.KvHeadCount;
        var inputs = run.Open(_count);
        while (inputs.TryTake(out var token))
        {
            var normed = NormPart(token, weights.AttentionNorm, own);
            Quantize(normed, _widths.Hidden, _weights.Shape.Width, weights.Query, 0, token, own);
            Quantize(normed, _widths.Hidden, _weights.Shape.Width, weights.Key, 1, token, own);
            Quantize(normed, _widths.Hidden, _weights.Shape.Width, weights.Value, 2, token, own);
        }

        inputs.Wait();
        Multiply(weights.Query, 0, _widths.Hidden, _shared.Queries, _shared.QueryRows, own, ref run);
        Multiply(weights.Key, 1, _widths.Hidden, _shared.Keys, _shared.KeyRows, own, ref run);
        Multiply(weights.Value, 2, _widths.Hidden, _shared.Values, _shared.KeyRows, own, ref run);

        var turning = run.Open(_count);
        while (turning.TryTake(out var token))
        {
            _attention.Turn(token, _firstPosition + token, layer, weights, _shared, own);
        }

        turning.Wait();
        var attending = run.Open(_count * kvHeads);
        while (attending.TryTake(out var item))
        {
            var (token, kvHead) = (item / kvHeads, item % kvHeads);
            _attention.Attend(token, _firstPosition + token, layer, kvHead, _shared, own);
        }

        attending.Wait();
        var outputs = run.Open(_count);
        while (outputs.TryTake(out var token))
        {
            var (stride, length) = (_widths.AttentionOutput, _weights.Shape.HeadCount * _weights.Shape.HeadLength);
            Quantize(_shared.AttentionOutput + ((long)token * stride), stride, length, weights.Output, 0, token, own);
        }

        outputs.Wait();
        Multiply(weights.Output, 0, _widths.AttentionOutput, _shared.Added, _widths.Hidden, own, ref run);
    }

    private void FeedForward(EmbeddingLayer weights, EmbeddingThread own, ref TeamRun run)
    {
        var inputs = run.Open(_count);
        while (inputs.TryTake(out var token))
        {
            AddPart(token, weights.PostAttentionNorm);
            var normed = NormPart(token, weights.FeedForwardNorm, own);
            Quantize(normed, _widths.Hidden, _weights.Shape.Width, weights.Gate, 0, token, own);
            Quantize(normed, _widths.Hidden, _weights.Shape.Width, weights.Up, 1, token, own);
        }

        inputs.Wait();
        Multiply(weights.Gate, 0, _widths.Hidden, _shared.Gates, _widths.FeedForward, own, ref run);
        Multiply(weights.Up, 1, _widths.Hidden, _shared.Ups, _widths.FeedForward, own, ref run);

        var products = run.Open(_count);
        while (products.TryTake(out var token))
        {
            var gate = _shared.Gates + ((long)token * _widths.FeedForward);
            _rows.Gate(_weights.Shape.Gate, gate, _shared.Ups + ((long)token * _widths.FeedForward), gate, _widths.FeedForward);
            Quantize(gate, _widths.FeedForward, _weights.Shape.FeedForwardWidth, weights.Down, 0, token, own);
        }

        products.Wait();
        Multiply(weights.Down, 0, _widths.FeedForward, _shared.Added, _widths.Hidden, own, ref run);

        var sums = run.Open(_count);
        while (sums.TryTake(out var token))
        {
            AddPart(token, weights.PostFeedForwardNorm);
        }

        sums.Wait();
    }

    /// <summary>A token's hidden state behind the norm of a part.</summary>
    private float* NormPart(int token, nint norm, EmbeddingThread own)
    {
        Normalize(HiddenOf(token), _widths.Hidden, _weights.Shape.Width, norm, own.Normed);
        return own.Normed;
    }

    /// <summary>Adds what a part gave to a token's hidden state.</summary>
    /// <param name="norm">0 for none.</param>
    private void AddPart(int token, nint norm)
    {
        var added = _shared.Added + ((long)token * _widths.Hidden);
        if (norm != 0)
        {
            Normalize(added, _widths.Hidden, _weights.Shape.Width, norm, added);
        }

        _rows.Add(HiddenOf(token), added, _widths.Hidden);
    }

    /// <summary>Makes one matrix's input of a token's row.</summary>
    /// <param name="input">The place of the input, of those that are made of the same row.</param>
    private void Quantize(float* row, int stride, int length, Projection projection, int input, int token, EmbeddingThread own)
    {
        if (projection.InputNorm != 0)
        {
            Normalize(row, stride, length, projection.InputNorm, own.Input);
            row = own.Input;
        }

        var target = _shared.Quantized(input, _count, stride);
        _rows.Quantize(row, stride, target.Values + ((long)token * stride), target.Sums + token, target.InverseScales + token);
    }

    private void Normalize(float* row, int stride, int length, nint norm, float* target)
        => _rows.Normalize(row, length, (float*)norm, _weights.Shape.NormEpsilon, target, stride);

    private void Multiply(Projection projection, int input, int stride, float* y, int yStride, EmbeddingThread own, ref TeamRun run)
    {
        var (matrix, x) = (projection.Matrix, _shared.Quantized(input, _count, stride));

        // Pairs of tiles, as the kernels take them.
        var pairs = (matrix.TileCount + 1) / 2;
        var chunks = ThreadCount == 1 ? 1 : Math.Min(ThreadCount * ChunksPerThread, pairs);
        var phase = run.Open(chunks);
        while (phase.TryTake(out var chunk))
        {
            var first = 2 * (int)((long)pairs * chunk / chunks);
            var end = Math.Min(matrix.TileCount, 2 * (int)((long)pairs * (chunk + 1) / chunks));
            matrix.MultiplyMany(first, end, x, y, yStride, own.KernelScratch);
        }

        phase.Wait();
    }

    private float* HiddenOf(int token) => _shared.Hidden + ((long)token * _widths.Hidden);

    private void Begin(int threads)
    {
        End();
        var scratchBytes = _weights.Layers[0].All.Max(projection => projection.Matrix.ScratchBytes(Capacity));
        _own = new EmbeddingThread[threads];
        for (var thread = 0; thread < threads; thread++)
        {
            _own[thread] = new EmbeddingThread(_weights.Shape, _widths, _contextTokens, scratchBytes);
        }

        _team = new WorkTeam(this, threads, _weights.Layers.Count * PhasesPerLayer);
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
