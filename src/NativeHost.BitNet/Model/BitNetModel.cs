using NativeHost.BitNet.Attention;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.BitNet.Model;

/// <summary>A ternary model that this engine computes.</summary>
internal sealed class BitNetModel : ILanguageModel
{
    /// <summary>Tokens that go through the model together: more would push the rows between the matrices out of the caches.</summary>
    public const int TokensAtOnce = 128;

    private readonly LoadedWeights<ModelWeights> _weights;
    private readonly KvCache _cache;
    private readonly ForwardPass _pass;
    private readonly int[] _positions;

    /// <summary>For each run of the last step, the row of its last logits, and how many rows it has up to there.</summary>
    private readonly int[] _logitsRows;
    private readonly int[] _logitsCounts;
    private int _runCount;
    private bool _isDisposed;

    /// <param name="weights">Owned from here on, unless this throws.</param>
    /// <param name="tokenizer">Likewise, where it can be disposed.</param>
    /// <exception cref="OutOfMemoryException">There is not enough for this context.</exception>
    public BitNetModel(
        LoadedWeights<ModelWeights> weights, ITokenizer tokenizer, ModelCard card, BitNetOptions options, int contextTokens, int batchTokens, int threads)
    {
        _weights = weights;
        (Tokenizer, Card, ContextTokens, BatchTokens) = (tokenizer, card, contextTokens, batchTokens);
        DraftTokens = options.DraftTokens;
        var sequences = options.SequenceCount ?? 1;
        _positions = new int[sequences];
        _logitsRows = new int[sequences];
        _logitsCounts = new int[sequences];
        var shape = weights.Model.Shape;
        _cache = new KvCache(
            options.Cache, sequences, shape.LayerCount, shape.KvHeadCount, ModelWidths.Of(shape).Head, contextTokens);
        try
        {
            _pass = new ForwardPass(
                weights.Model, _cache, options.Level, Math.Min(TokensAtOnce, batchTokens), sequences + DraftTokens, threads);
        }
        catch
        {
            _cache.Dispose();
            throw;
        }
    }

    public ModelCard Card { get; }

    public ITokenizer Tokenizer { get; }

    public int ContextTokens { get; }

    public int BatchTokens { get; }

    public int SequenceCount => _positions.Length;

    public int DraftTokens { get; }

    public int Threads
    {
        get => _pass.ThreadCount;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ModelLoadLimits.MaxThreads);
            _pass.SetThreads(value);
        }
    }

    public int Position(int sequence) => _positions[sequence];

    public StepOutcome Step(StepBatch batch, AbortSignal abort)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        batch.Check(BatchTokens, SequenceCount, Tokenizer.VocabularySize, DraftTokens);
        _runCount = 0;
        if (abort.IsRaised)
        {
            return StepOutcome.Aborted;
        }

        _pass.Use(_weights.Model);

        for (var run = 0; run < batch.RunCount; run++)
        {
            if (_positions[batch.RunAt(run).Sequence] + batch.RunAt(run).Length > ContextTokens)
            {
                return StepOutcome.ContextFull;
            }
        }

        if (!Compute(batch, abort))
        {
            return StepOutcome.Aborted;
        }

        _runCount = batch.RunCount;
        return StepOutcome.Done;
    }

    public Span<float> Logits(int run) => Logits(run, 0);

    public Span<float> Logits(int run, int back)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if ((uint)run >= (uint)_runCount || (uint)back >= (uint)_logitsCounts[run])
        {
            throw new ArgumentOutOfRangeException(nameof(run), run, "The last step computed no such logits for this run.");
        }

        return _pass.Logits(_logitsRows[run] - back);
    }

    public string? StateKey => Card.Fingerprint is { } fingerprint ? $"{fingerprint} ternary 1 {_cache.Format} {_cache.HeadStride}" : null;

    public bool TrySave(int sequence, string path)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            using var file = File.Create(path);
            _cache.Write(sequence, _positions[sequence], file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public bool TryRestore(int sequence, int tokens, string path)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _runCount = 0;
        _positions[sequence] = 0;
        try
        {
            using var file = File.OpenRead(path);
            if (tokens > ContextTokens || file.Length != _cache.Bytes(tokens))
            {
                return false;
            }

            _cache.Read(sequence, tokens, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        _positions[sequence] = tokens;
        return true;
    }

    public IEmbedder OpenEmbedder()
        => throw new UnsupportedModelException(Card.Architecture, $"{Card.Name ?? Card.Architecture} makes text, and this engine computes embeddings with embedding models only.");

    public bool TryRewind(int sequence, int position)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _positions[sequence]);
        if (position != _positions[sequence])
        {
            _runCount = 0;
            _positions[sequence] = position;
        }

        return true;
    }

    public bool TryFork(int source, int target, int tokens)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, _positions[source]);
        if (source == target)
        {
            return false;
        }

        _cache.Copy(source, target, tokens);
        _runCount = 0;
        _positions[target] = tokens;
        return true;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _pass.Dispose();
        _cache.Dispose();
        _weights.Dispose();
        (Tokenizer as IDisposable)?.Dispose();
    }

    private bool Compute(StepBatch batch, AbortSignal abort)
    {
        _pass.Tokens.Clear();
        var rows = 0;
        for (var number = 0; number < batch.RunCount; number++)
        {
            var run = batch.RunAt(number);
            var tokens = batch.TokensOf(run);
            var start = _positions[run.Sequence];
            for (var offset = 0; offset < tokens.Length; offset++)
            {
                var wantsLogits = offset >= tokens.Length - run.Logits;
                _pass.Tokens.Add(tokens[offset].Id, run.Sequence, start + offset, wantsLogits ? rows++ : StepTokens.NoLogits);
                if (_pass.Tokens.Count == _pass.Tokens.Capacity && !ComputeAdded(abort))
                {
                    return false;
                }
            }

            _logitsRows[number] = rows - 1;
            _logitsCounts[number] = run.Logits;
        }

        return _pass.Tokens.Count == 0 || ComputeAdded(abort);
    }

    /// <summary>Computes the tokens that were added, after which their sequences hold them.</summary>
    private bool ComputeAdded(AbortSignal abort)
    {
        var tokens = _pass.Tokens;
        if (!_pass.Run(abort))
        {
            return false;
        }

        for (var token = 0; token < tokens.Count; token++)
        {
            _positions[tokens.Sequences[token]] = tokens.Positions[token] + 1;
        }

        tokens.Clear();
        return true;
    }
}
