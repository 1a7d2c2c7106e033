using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.BitNet.Embedding;

/// <summary>A ternary embedding model that this engine computes.</summary>
internal sealed unsafe class BitNetEmbedder : IEmbedder
{
    private const int TextsAtOnce = 64;
    private const int TokensAtOnce = 2048;

    private readonly LoadedWeights<EmbeddingWeights> _weights;
    private readonly KvCache _cache;
    private readonly EmbeddingPass _pass;
    private readonly AlignedMemory _memory = new();

    /// <summary>[hidden]: the sum of the hidden states that are pooled.</summary>
    private readonly float* _pooled;
    private readonly int _pooledStride;
    private bool _isDisposed;

    /// <param name="weights">Owned from here on, unless this throws.</param>
    /// <param name="tokenizer">Likewise, where it can be disposed.</param>
    /// <exception cref="OutOfMemoryException">There is not enough for this context.</exception>
    public BitNetEmbedder(
        LoadedWeights<EmbeddingWeights> weights, ITokenizer tokenizer, ModelCard card, Token? endOfText, BitNetOptions options, int contextTokens, int threads)
    {
        (_weights, Tokenizer, Card, EndOfText, ContextTokens) = (weights, tokenizer, card, endOfText, contextTokens);
        var (shape, widths) = (weights.Model.Shape, ModelWidths.Of(weights.Model.Shape));
        _pooledStride = widths.Hidden;
        _cache = new KvCache(options.Cache, sequenceCount: 1, shape.LayerCount, shape.KvHeadCount, widths.Head, contextTokens);
        try
        {
            _pooled = _memory.New<float>(_pooledStride);
            _pass = new EmbeddingPass(weights.Model, _cache, options.Level, Math.Min(BitNetModel.TokensAtOnce, contextTokens), threads);
        }
        catch
        {
            _memory.Dispose();
            _cache.Dispose();
            throw;
        }
    }

    public ModelCard Card { get; }

    public ITokenizer Tokenizer { get; }

    public Token? BeginOfText => Tokenizer.BeginOfText;

    public Token? EndOfText { get; }

    public int Dimensions => _weights.Model.Shape.Width;

    public int ContextTokens { get; }

    /// <summary>Texts gain nothing from each other's company here; several at once save the calls.</summary>
    public int BatchTexts => TextsAtOnce;

    public int BatchTokens => Math.Max(ContextTokens, TokensAtOnce);

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

    public StepOutcome Embed(ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, AbortSignal abort)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!EmbedderCall.Fits(this, tokens, lengths, vectors))
        {
            return StepOutcome.ContextFull;
        }

        var start = 0;
        for (var text = 0; text < lengths.Length; text++)
        {
            if (!TryEmbed(tokens.Slice(start, lengths[text]), vectors.Slice(text * Dimensions, Dimensions), abort))
            {
                return StepOutcome.Aborted;
            }

            start += lengths[text];
        }

        return StepOutcome.Done;
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
        _memory.Dispose();
        _weights.Dispose();
        (Tokenizer as IDisposable)?.Dispose();
    }

    private bool TryEmbed(ReadOnlySpan<Token> tokens, Span<float> vector, AbortSignal abort)
    {
        new Span<float>(_pooled, _pooledStride).Clear();
        for (var first = 0; first < tokens.Length; first += _pass.Capacity)
        {
            var part = tokens.Slice(first, Math.Min(_pass.Capacity, tokens.Length - first));
            if (abort.IsRaised || !_pass.Run(part, first, abort))
            {
                return false;
            }

            Pool(first, part.Length, tokens.Length);
        }

        EmbedderCall.WriteUnit(new ReadOnlySpan<float>(_pooled, Dimensions), vector);
        return true;
    }

    /// <summary>Adds the hidden states that count of a part that was just computed.</summary>
    private void Pool(int first, int count, int total)
    {
        // A mean is a sum here: the length is brought to 1 anyway.
        var (begin, end) = _weights.Model.Shape.Pooling switch
        {
            Pooling.Mean => (0, count),
            Pooling.First => (0, first == 0 ? 1 : 0),
            Pooling.Last => (first + count == total ? count - 1 : count, count),
            var other => throw new InvalidOperationException($"{other} is no way to pool."),
        };
        for (var token = begin; token < end; token++)
        {
            _pass.AddHidden(token, _pooled);
        }
    }
}
