namespace NativeHost.Inference.Embedding;

/// <summary>Computes the vectors of one request: cuts its texts into tokens, and these into calls.</summary>
internal sealed class EmbeddingRun
{
    private readonly IEmbedder _embedder;
    private readonly TextCalls _calls;
    private readonly List<int> _truncated = [];
    private readonly string _prefix;

    public EmbeddingRun(IEmbedder embedder, EmbeddingRequest request, CancellationToken stop)
    {
        (_embedder, _calls) = (embedder, new TextCalls(embedder));
        _prefix = request.Prefix ?? EmbeddingPrefixes.For(embedder.Card, request.Purpose);
        for (var text = 0; text < request.Texts.Count; text++)
        {
            stop.ThrowIfCancellationRequested();
            var number = text;
            _calls.Add(tokens => Tokenize(number, request.Texts[number], tokens));
        }
    }

    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    public EmbeddingResult Compute(AbortSignal abort, CancellationToken stop)
        => new(_embedder.Dimensions, _calls.Compute(abort, stop), _calls.Lengths, _truncated, _prefix);

    private void Tokenize(int number, string text, List<Token> tokens)
    {
        var start = tokens.Count;
        if (_embedder.BeginOfText is { } begin)
        {
            tokens.Add(begin);
        }

        var room = _embedder.ContextTokens - (_embedder.EndOfText is null ? 0 : 1);
        if (!TextBeginnings.AppendTo(tokens, start, room, text, (part, to) => _embedder.Tokenizer.Tokenize(_prefix + part, TextKind.Plain, to)))
        {
            _truncated.Add(number);
        }

        if (_embedder.EndOfText is { } end)
        {
            tokens.Add(end);
        }
    }
}
