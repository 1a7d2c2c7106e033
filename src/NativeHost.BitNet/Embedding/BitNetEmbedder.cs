using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;

namespace NativeHost.BitNet.Embedding;

/// <summary>A ternary embedding model that this engine computes.</summary>
internal sealed unsafe class BitNetEmbedder : IEmbedder
{
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

    public Token? EndOfText { get; }

    public int Dimensions => _weights.Model.Shape.Width;

    public int ContextTokens { get; }

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

    public StepOutcome Embed(ReadOnlySpan<Token> tokens, Span<float> vector, AbortSignal abort)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Check(tokens, vector);
        if (abort.IsRaised)
        {
            return StepOutcome.Aborted;
        }

        if (tokens.Length > ContextTokens)
        {
            return StepOutcome.ContextFull;
        }

        new Span<float>(_pooled, _pooledStride).Clear();
        for (var first = 0; first < tokens.Length; first += _pass.Capacity)
        {
            var part = tokens.Slice(first, Math.Min(_pass.Capacity, tokens.Length - first));
            if (!_pass.Run(part, first, abort))
            {
                return StepOutcome.Aborted;
            }

            Pool(first, part.Length, tokens.Length);
        }

        WriteUnit(new ReadOnlySpan<float>(_pooled, Dimensions), vector);
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

    private static void WriteUnit(ReadOnlySpan<float> pooled, Span<float> vector)
    {
        var squares = 0.0;
        foreach (var number in pooled)
        {
            squares += (double)number * number;
        }

        var factor = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (var i = 0; i < pooled.Length; i++)
        {
            vector[i] = (float)(pooled[i] * factor);
        }
    }

    private void Check(ReadOnlySpan<Token> tokens, Span<float> vector)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("A text without tokens has no vector.", nameof(tokens));
        }

        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector has {vector.Length} numbers; the model gives {Dimensions}.", nameof(vector));
        }

        foreach (var token in tokens)
        {
            if ((uint)token.Id >= (uint)Tokenizer.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), token.Id, $"The vocabulary has the tokens 0 to {Tokenizer.VocabularySize - 1}.");
            }
        }
    }
}
