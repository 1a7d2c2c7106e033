using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp;

/// <summary>A model that llama.cpp computes embeddings with, or scores of pairs.</summary>
/// <remarks>As in <see cref="LlamaModel"/>, all that would make llama.cpp end the process is checked before.</remarks>
internal sealed unsafe class LlamaEmbedder : IEmbedder
{
    private readonly LlamaContextHandle _context;
    private readonly LlamaTokenizer _tokenizer;
    private readonly NativeAbort _abort;
    private readonly nint _memory;
    private LlamaBatch _batch;
    private int _threads;
    private bool _disposed;

    /// <summary>Takes over the context; where it throws, it stays the caller's.</summary>
    /// <param name="model">Stays the caller's, as the tokenizer does unless it is said otherwise; the weights live as long as the context.</param>
    /// <param name="tokens">Most tokens of a call, for which the context was made.</param>
    /// <param name="texts">Most texts of a call, for which the context was made.</param>
    /// <param name="pairs">Of a reranker; null for embeddings.</param>
    public LlamaEmbedder(
        LlamaModelHandle model, LlamaContextHandle context, LlamaTokenizer tokenizer, ModelCard card, int tokens, int texts, int threads, PairForm? pairs = null)
    {
        (_context, _tokenizer, Card, _threads) = (context, tokenizer, card, threads);
        (BatchTokens, BatchTexts) = (tokens, texts);
        ContextTokens = card.TrainedContextTokens > 0 ? Math.Min(tokens, card.TrainedContextTokens) : tokens;
        Pairs = pairs;
        Dimensions = pairs is null ? LlamaNative.llama_model_n_embd_out(model) : checked((int)LlamaNative.llama_model_n_cls_out(model));
        _memory = LlamaNative.llama_get_memory(context);
        _abort = new NativeAbort(context);
        (BeginOfText, EndOfText) = tokenizer.Frame();
        _batch = LlamaNative.llama_batch_init(tokens, 0, 1);
    }

    /// <summary>Whether the tokenizer, and with it the weights, end with the embedder.</summary>
    public bool OwnsTokenizer { get; init; }

    public ModelCard Card { get; }

    public ITokenizer Tokenizer => _tokenizer;

    public Token? BeginOfText { get; }

    public Token? EndOfText { get; }

    public PairForm? Pairs { get; }

    public int Dimensions { get; }

    public int ContextTokens { get; }

    public int BatchTexts { get; }

    public int BatchTokens { get; }

    public int Threads
    {
        get => _threads;
        set
        {
            _context.UseThreads(value);
            _threads = value;
        }
    }

    public StepOutcome Embed(ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, AbortSignal abort)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!EmbedderCall.Fits(this, tokens, lengths, vectors))
        {
            return StepOutcome.ContextFull;
        }

        if (abort.IsRaised)
        {
            return StepOutcome.Aborted;
        }

        Fill(tokens, lengths);
        LlamaNative.llama_memory_clear(_memory, data: false);
        _abort.ListenTo(abort);
        switch (LlamaNative.llama_decode(_context, _batch))
        {
            case 0:
                Read(lengths.Length, vectors);
                return StepOutcome.Done;
            case 1:
                return StepOutcome.ContextFull;
            case 2:
                return StepOutcome.Aborted;
            case var failure:
                // An encoder that was aborted says that it failed.
                return abort.IsRaised
                    ? StepOutcome.Aborted
                    : throw new EngineException($"llama.cpp failed to compute embeddings ({failure}). {NativeLog.LastComplaints()}");
        }
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
        if (OwnsTokenizer)
        {
            _tokenizer.Dispose();
        }
    }

    private void Fill(ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths)
    {
        var index = 0;
        for (var text = 0; text < lengths.Length; text++)
        {
            for (var position = 0; position < lengths[text]; position++, index++)
            {
                _batch.Tokens[index] = tokens[index].Id;
                _batch.Positions[index] = position;
                _batch.SequenceCounts[index] = 1;
                _batch.Sequences[index][0] = text;
                _batch.WantsLogits[index] = 1;
            }
        }

        _batch.Count = index;
    }

    private void Read(int texts, Span<float> vectors)
    {
        for (var text = 0; text < texts; text++)
        {
            var pooled = LlamaNative.llama_get_embeddings_seq(_context, text);
            if (pooled is null)
            {
                throw new EngineException($"llama.cpp has no vector for text {text} of {texts}. {NativeLog.LastComplaints()}");
            }

            var from = new ReadOnlySpan<float>(pooled, Dimensions);
            var to = vectors.Slice(text * Dimensions, Dimensions);
            if (Pairs is not null)
            {
                from.CopyTo(to);
            }
            else
            {
                EmbedderCall.WriteUnit(from, to);
                if (to.ContainsAnyExceptInRange(-1.01f, 1.01f))
                {
                    throw new EngineException($"The vector of text {text} of {texts} has numbers that are none: the model's file may be damaged.");
                }
            }
        }
    }
}
