using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp;

/// <summary>A model that llama.cpp computes.</summary>
/// <remarks>
/// llama.cpp ends the process when it is asked for more than it was set up for. So everything that a batch can get wrong is checked
/// here first: its size, its tokens, its sequences, and which of its runs have logits.
/// </remarks>
internal sealed unsafe class LlamaModel : ILanguageModel
{
    private readonly LlamaModelHandle _model;
    private readonly LlamaContextHandle _context;
    private readonly LlamaTokenizer _tokenizer;
    private readonly nint _memory;
    private readonly NativeAbort _abort;
    private readonly int[] _positions;
    private readonly int _draftTokens;

    // Such a model's state is one for all tokens so far: half a step leaves it between two of them.
    private readonly bool _isRecurrent;

    /// <summary>For each run of the last step, the index of its last token, and how many of its last tokens have logits.</summary>
    private readonly int[] _logitsIndexes;
    private readonly int[] _logitsCounts;
    private LlamaBatch _batch;
    private int _runCount;
    private int _threads;
    private bool _disposed;

    /// <summary>Takes over both handles; where it throws, they stay the caller's.</summary>
    /// <param name="contextTokens">No more than the context was made for.</param>
    /// <param name="batchTokens">No more than the context was made for.</param>
    /// <param name="sequenceCount">No more than the context was made for.</param>
    /// <param name="draftTokens">Outputs that the context was made for, beside one for each sequence.</param>
    /// <exception cref="UnsupportedModelException">The model has no vocabulary.</exception>
    public LlamaModel(
        LlamaModelHandle model,
        LlamaContextHandle context,
        ModelCard card,
        int contextTokens,
        int batchTokens,
        int sequenceCount,
        int draftTokens,
        int threads)
    {
        _draftTokens = draftTokens;
        _tokenizer = new LlamaTokenizer(model);
        (_model, _context, Card) = (model, context, card);
        (ContextTokens, BatchTokens, SequenceCount) = (contextTokens, batchTokens, sequenceCount);
        _memory = LlamaNative.llama_get_memory(context);
        _abort = new NativeAbort(context);
        _positions = new int[sequenceCount];
        _isRecurrent = LlamaNative.llama_model_is_recurrent(model) || LlamaNative.llama_model_is_hybrid(model);
        _logitsIndexes = new int[sequenceCount];
        _logitsCounts = new int[sequenceCount];
        _batch = LlamaNative.llama_batch_init(batchTokens, 0, 1);
        _threads = threads;
    }

    public ModelCard Card { get; }

    public ITokenizer Tokenizer => _tokenizer;

    public int ContextTokens { get; }

    public int BatchTokens { get; }

    public int SequenceCount { get; }

    /// <summary>None where a part of a sequence cannot be dropped, nor where the context was made for fewer outputs.</summary>
    public int DraftTokens => _isRecurrent ? 0 : _draftTokens;

    public string? StateKey { get; init; }

    /// <summary>All sequences share one cache: each may have the whole context, and all together have no more.</summary>
    public int CacheTokens => ContextTokens;

    public int Threads
    {
        get => _threads;
        set
        {
            _context.UseThreads(value);
            _threads = value;
        }
    }

    public int Position(int sequence) => _positions[sequence];

    public StepOutcome Step(StepBatch batch, AbortSignal abort)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        batch.Check(BatchTokens, SequenceCount, _tokenizer.VocabularySize, DraftTokens);
        _runCount = 0;
        if (abort.IsRaised)
        {
            return StepOutcome.Aborted;
        }

        for (var run = 0; run < batch.RunCount; run++)
        {
            if (_positions[batch.RunAt(run).Sequence] + batch.RunAt(run).Length > ContextTokens)
            {
                return StepOutcome.ContextFull;
            }
        }

        Fill(batch);
        _abort.ListenTo(abort);
        switch (LlamaNative.llama_decode(_context, _batch))
        {
            case 0:
                for (var run = 0; run < batch.RunCount; run++)
                {
                    _positions[batch.RunAt(run).Sequence] += batch.RunAt(run).Length;
                }

                _runCount = batch.RunCount;
                return StepOutcome.Done;
            case 1:
                ReadPositions();
                return StepOutcome.ContextFull;
            case 2:
                ReadPositions();
                return StepOutcome.Aborted;
            case var failure:
                ReadPositions();
                throw new EngineException($"llama.cpp failed to compute a step ({failure}). {NativeLog.LastComplaints()}");
        }
    }

    public Span<float> Logits(int run) => Logits(run, 0);

    public Span<float> Logits(int run, int back)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if ((uint)run >= (uint)_runCount || (uint)back >= (uint)_logitsCounts[run])
        {
            throw new ArgumentOutOfRangeException(nameof(run), run, "The last step computed no such logits for this run.");
        }

        var logits = LlamaNative.llama_get_logits_ith(_context, _logitsIndexes[run] - back);
        return logits is not null
            ? new Span<float>(logits, _tokenizer.VocabularySize)
            : throw new EngineException($"llama.cpp has no logits for run {run}. {NativeLog.LastComplaints()}");
    }

    public bool TryRewind(int sequence, int position)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _positions[sequence]);
        if (position == _positions[sequence])
        {
            return true;
        }

        _runCount = 0;
        if (!LlamaNative.llama_memory_seq_rm(_memory, sequence, position, -1))
        {
            return false;
        }

        _positions[sequence] = position;
        return true;
    }

    public bool TryFork(int source, int target, int tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, _positions[source]);
        if (source == target || (_isRecurrent && tokens < _positions[source]) || !LlamaNative.llama_memory_seq_rm(_memory, target, -1, -1))
        {
            return false;
        }

        _runCount = 0;
        LlamaNative.llama_memory_seq_cp(_memory, source, target, -1, tokens);
        _positions[target] = tokens;
        return true;
    }

    public bool TrySave(int sequence, string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // llama.cpp keeps tokens beside the state, which nobody here reads. It fails to read none of them.
        var noToken = 0;
        return LlamaNative.llama_state_seq_save_file(_context, path, sequence, &noToken, 1) > 0;
    }

    public bool TryRestore(int sequence, int tokens, string path)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _runCount = 0;
        int noToken;
        nuint count;
        LlamaNative.llama_memory_seq_rm(_memory, sequence, -1, -1);
        var isRead = LlamaNative.llama_state_seq_load_file(_context, path, sequence, &noToken, 1, &count) > 0;
        if (!isRead || LlamaNative.llama_memory_seq_pos_max(_memory, sequence) + 1 != tokens)
        {
            LlamaNative.llama_memory_seq_rm(_memory, sequence, -1, -1);
            _positions[sequence] = 0;
            return false;
        }

        _positions[sequence] = tokens;
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>It has a context of its own, in which all tokens of a text get the same weight: a model for text says nothing better.</remarks>
    public IEmbedder OpenEmbedder()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var tokens = Math.Min(ContextTokens, NativeLoad.DefaultEmbeddingTokens);
        var texts = _isRecurrent ? 1 : NativeLoad.EmbeddingTexts;
#pragma warning disable CA2000 // The embedder's from here on; where it cannot be made, the handle is freed when it is collected.
        var context = NativeLoad.OpenEmbeddingContext(_model, tokens, texts, LlamaContextParams.MeanPooling, Threads);
#pragma warning restore CA2000
        return new LlamaEmbedder(_model, context, _tokenizer, Card, tokens, texts, Threads);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        LlamaNative.llama_batch_free(_batch);
        _batch = default;
        _context.Dispose();
        _tokenizer.Dispose();
        _model.Dispose();
    }

    private void Fill(StepBatch batch)
    {
        for (var number = 0; number < batch.RunCount; number++)
        {
            var run = batch.RunAt(number);
            var tokens = batch.TokensOf(run);
            for (var offset = 0; offset < tokens.Length; offset++)
            {
                var index = run.Start + offset;
                _batch.Tokens[index] = tokens[offset].Id;
                _batch.Positions[index] = _positions[run.Sequence] + offset;
                _batch.SequenceCounts[index] = 1;
                _batch.Sequences[index][0] = run.Sequence;
                _batch.WantsLogits[index] = offset >= tokens.Length - run.Logits ? (sbyte)1 : (sbyte)0;
            }

            _logitsIndexes[number] = run.Start + run.Length - 1;
            _logitsCounts[number] = run.Logits;
        }

        _batch.Count = batch.Count;
    }

    /// <summary>Reads what the sequences hold after a step that was not done.</summary>
    private void ReadPositions()
    {
        for (var sequence = 0; sequence < SequenceCount; sequence++)
        {
            if (_isRecurrent)
            {
                LlamaNative.llama_memory_seq_rm(_memory, sequence, -1, -1);
            }

            _positions[sequence] = LlamaNative.llama_memory_seq_pos_max(_memory, sequence) + 1;
        }
    }
}
