using System.Runtime.InteropServices;

namespace NativeHost.Inference.Embedding;

/// <summary>Computes the vectors of one request: cuts its texts into tokens, and these into calls.</summary>
/// <remarks>Texts of like length share a call, whatever their order; a model pads nothing, but waits for the longest.</remarks>
internal sealed class EmbeddingRun
{
    private readonly IEmbedder _embedder;
    private readonly List<Token> _tokens = [];
    private readonly (int Start, int Length)[] _spans;
    private readonly List<int> _truncated = [];
    private readonly float[] _vectors;
    private readonly string _prefix;

    public EmbeddingRun(IEmbedder embedder, EmbeddingRequest request, CancellationToken stop)
    {
        _embedder = embedder;
        _prefix = request.Prefix ?? EmbeddingPrefixes.For(embedder.Card, request.Purpose);
        _spans = new (int, int)[request.Texts.Count];
        _vectors = new float[request.Texts.Count * embedder.Dimensions];
        for (var text = 0; text < request.Texts.Count; text++)
        {
            stop.ThrowIfCancellationRequested();
            _spans[text] = Tokenize(text, request.Texts[text]);
        }
    }

    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    public EmbeddingResult Compute(AbortSignal abort, CancellationToken stop)
    {
        var byLength = Enumerable.Range(0, _spans.Length).OrderBy(text => _spans[text].Length).ToList();
        for (var first = 0; first < byLength.Count;)
        {
            var count = CountOfCall(byLength, first);
            Compute(byLength.GetRange(first, count), abort, stop);
            first += count;
        }

        return new EmbeddingResult(_embedder.Dimensions, _vectors, [.. _spans.Select(span => span.Length)], _truncated, _prefix);
    }

    private (int Start, int Length) Tokenize(int number, string text)
    {
        var start = _tokens.Count;
        if (_embedder.BeginOfText is { } begin)
        {
            _tokens.Add(begin);
        }

        _embedder.Tokenizer.Tokenize(_prefix + text, TextKind.Plain, _tokens);
        var room = _embedder.ContextTokens - (_embedder.EndOfText is null ? 0 : 1);
        if (_tokens.Count - start > room)
        {
            _tokens.RemoveRange(start + room, _tokens.Count - start - room);
            _truncated.Add(number);
        }

        if (_embedder.EndOfText is { } end)
        {
            _tokens.Add(end);
        }

        if (_tokens.Count == start)
        {
            // Nothing at all still has a place among the vectors.
            _tokens.Add(new Token(0));
        }

        return (start, _tokens.Count - start);
    }

    private int CountOfCall(List<int> byLength, int first)
    {
        var (count, tokens) = (0, 0);
        while (first + count < byLength.Count
            && count < _embedder.BatchTexts
            && tokens + _spans[byLength[first + count]].Length <= _embedder.BatchTokens)
        {
            tokens += _spans[byLength[first + count]].Length;
            count++;
        }

        return count;
    }

    private void Compute(List<int> texts, AbortSignal abort, CancellationToken stop)
    {
        var all = CollectionsMarshal.AsSpan(_tokens);
        var lengths = new int[texts.Count];
        var tokens = new List<Token>();
        for (var i = 0; i < texts.Count; i++)
        {
            var (start, length) = _spans[texts[i]];
            lengths[i] = length;
            tokens.AddRange(all.Slice(start, length));
        }

        var dimensions = _embedder.Dimensions;
        var vectors = new float[texts.Count * dimensions];
        var outcome = _embedder.Embed(CollectionsMarshal.AsSpan(tokens), lengths, vectors, abort);
        stop.ThrowIfCancellationRequested();
        if (outcome != StepOutcome.Done)
        {
            throw new EngineException($"The engine could not compute embeddings of {tokens.Count} tokens ({outcome}).");
        }

        for (var i = 0; i < texts.Count; i++)
        {
            vectors.AsSpan(i * dimensions, dimensions).CopyTo(_vectors.AsSpan(texts[i] * dimensions));
        }
    }
}
