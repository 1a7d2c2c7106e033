using System.Runtime.InteropServices;

namespace NativeHost.Inference.Embedding;

/// <summary>Texts as tokens, that are computed in as few calls as hold them.</summary>
/// <remarks>Texts of like length share a call, whatever their order; a model pads nothing, but waits for the longest.</remarks>
internal sealed class TextCalls(IEmbedder embedder)
{
    private readonly List<Token> _tokens = [];
    private readonly List<(int Start, int Length)> _spans = [];

    /// <summary>Tokens of each text.</summary>
    public IReadOnlyList<int> Lengths => [.. _spans.Select(span => span.Length)];

    /// <summary>Adds the next text.</summary>
    /// <param name="write">Appends its tokens; one that appends none still has a place among the vectors.</param>
    public void Add(Action<List<Token>> write)
    {
        var start = _tokens.Count;
        write(_tokens);
        if (_tokens.Count == start)
        {
            _tokens.Add(new Token(0));
        }

        _spans.Add((start, _tokens.Count - start));
    }

    /// <returns>[texts × dimensions], in the order in which texts were added.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    public float[] Compute(AbortSignal abort, CancellationToken stop)
    {
        var all = new float[_spans.Count * embedder.Dimensions];
        var byLength = Enumerable.Range(0, _spans.Count).OrderBy(text => _spans[text].Length).ToList();
        for (var first = 0; first < byLength.Count;)
        {
            var count = CountOfCall(byLength, first);
            Compute(byLength.GetRange(first, count), all, abort, stop);
            first += count;
        }

        return all;
    }

    private int CountOfCall(List<int> byLength, int first)
    {
        var (count, tokens) = (0, 0);
        while (first + count < byLength.Count
            && count < embedder.BatchTexts
            && tokens + _spans[byLength[first + count]].Length <= embedder.BatchTokens)
        {
            tokens += _spans[byLength[first + count]].Length;
            count++;
        }

        return count;
    }

    private void Compute(List<int> texts, float[] all, AbortSignal abort, CancellationToken stop)
    {
        var source = CollectionsMarshal.AsSpan(_tokens);
        var lengths = new int[texts.Count];
        var tokens = new List<Token>();
        for (var i = 0; i < texts.Count; i++)
        {
            var (start, length) = _spans[texts[i]];
            lengths[i] = length;
            tokens.AddRange(source.Slice(start, length));
        }

        var dimensions = embedder.Dimensions;
        var vectors = new float[texts.Count * dimensions];
        var outcome = embedder.Embed(CollectionsMarshal.AsSpan(tokens), lengths, vectors, abort);
        stop.ThrowIfCancellationRequested();
        if (outcome != StepOutcome.Done)
        {
            throw new EngineException($"The engine could not compute {tokens.Count} tokens ({outcome}).");
        }

        for (var i = 0; i < texts.Count; i++)
        {
            vectors.AsSpan(i * dimensions, dimensions).CopyTo(all.AsSpan(texts[i] * dimensions));
        }
    }
}
