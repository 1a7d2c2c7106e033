using NativeHost.Inference.Chat;

namespace NativeHost.Inference.Embedding;

/// <summary>Computes the scores of one request: puts the query before each document, as the model wants it.</summary>
internal sealed class RerankRun
{
    private const string QueryPlace = "{query}";
    private const string DocumentPlace = "{document}";

    private readonly IEmbedder _embedder;
    private readonly PairForm _form;
    private readonly TextCalls _calls;
    private readonly PromptTokenizer _prompts;
    private readonly List<int> _truncated = [];
    private readonly string _query;

    /// <summary>Those that stand before each document, where no template joins the two.</summary>
    private readonly List<Token> _before = [];

    /// <summary>Tokens of a pair, the last one's apart.</summary>
    private int Room => _embedder.ContextTokens - (_form.End is null ? 0 : 1);

    /// <exception cref="ContextFullException">The query leaves no room for a document.</exception>
    public RerankRun(IEmbedder embedder, PairForm form, RerankRequest request, CancellationToken stop)
    {
        (_embedder, _form, _query) = (embedder, form, request.Query);
        (_calls, _prompts) = (new TextCalls(embedder), new PromptTokenizer(embedder.Tokenizer));
        if (form.Template is null)
        {
            AddBefore();
        }

        for (var document = 0; document < request.Documents.Count; document++)
        {
            stop.ThrowIfCancellationRequested();
            var number = document;
            _calls.Add(tokens => Join(number, request.Documents[number], tokens));
        }
    }

    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    public RerankResult Compute(AbortSignal abort, CancellationToken stop)
    {
        var outputs = _calls.Compute(abort, stop);
        var width = _embedder.Dimensions;
        var (scores, firsts) = (new List<double>(), new List<double>());
        for (var document = 0; document < outputs.Length / width; document++)
        {
            var ofOne = outputs.AsSpan(document * width, width);
            scores.Add(Score(ofOne));
            firsts.Add(ofOne[0]);
        }

        return scores.TrueForAll(double.IsFinite) && firsts.TrueForAll(double.IsFinite)
            ? new RerankResult(scores, firsts, _calls.Lengths, _truncated)
            : throw new EngineException($"{_embedder.Card.Name ?? _embedder.Card.Architecture} gave a score that is no number.");
    }

    /// <summary>One output is a logit of its own; of several, the first one's class is the one that answers, as llama.cpp's server has it.</summary>
    private double Score(ReadOnlySpan<float> outputs)
    {
        if (_form.GivesProbabilities)
        {
            return outputs[0];
        }

        if (outputs.Length == 1)
        {
            return 1 / (1 + Math.Exp(-(double)outputs[0]));
        }

        var sum = 0.0;
        foreach (var output in outputs)
        {
            sum += Math.Exp((double)output - outputs[0]);
        }

        return 1 / sum;
    }

    private void AddBefore()
    {
        if (_form.Begin is { } begin)
        {
            _before.Add(begin);
        }

        _embedder.Tokenizer.Tokenize(_query, TextKind.Plain, _before);
        _before.AddRange(_form.Between);
        ThrowIfFull(_before.Count, Room);
    }

    private void Join(int number, string document, List<Token> tokens)
    {
        if (_form.Template is { } template)
        {
            tokens.AddRange(Fill(number, template, document));
            return;
        }

        var start = tokens.Count;
        tokens.AddRange(_before);
        if (!TextBeginnings.AppendTo(tokens, start, Room, document, (part, to) => _embedder.Tokenizer.Tokenize(part, TextKind.Plain, to)))
        {
            _truncated.Add(number);
        }

        if (_form.End is { } end)
        {
            tokens.Add(end);
        }
    }

    /// <summary>The tokens of a template; a document that is too long is cut in its text, because its tokens depend on what stands around them.</summary>
    private List<Token> Fill(int number, string template, string document)
    {
        var room = _embedder.ContextTokens;
        List<Token> tokens = [];
        foreach (var part in TextBeginnings.Of(document, room))
        {
            (document, tokens) = (part, Fill(template, part));
            if (TextBeginnings.IsEnough(tokens.Count, room))
            {
                break;
            }
        }

        if (tokens.Count <= room)
        {
            return tokens;
        }

        _truncated.Add(number);
        var around = Fill(template, "").Count;
        ThrowIfFull(around, room);
        while (tokens.Count > room && document.Length > 0)
        {
            var part = (room - around) / (double)Math.Max(1, tokens.Count - around);
            var length = Math.Min(document.Length - 1, (int)(document.Length * part));
            document = document[..(length > 0 && char.IsHighSurrogate(document[length - 1]) ? length - 1 : length)];
            tokens = Fill(template, document);
        }

        return tokens;
    }

    private List<Token> Fill(string template, string document)
    {
        var parts = new List<PromptPart>();
        var rest = template.AsSpan();
        while (rest.Length > 0)
        {
            var (query, text) = (rest.IndexOf(QueryPlace), rest.IndexOf(DocumentPlace));
            var isQuery = query >= 0 && (text < 0 || query < text);
            var at = isQuery ? query : text;
            var (before, after) = at < 0 ? (rest.Length, rest.Length) : (at, at + (isQuery ? QueryPlace : DocumentPlace).Length);
            parts.Add(new PromptPart(rest[..before].ToString(), TextKind.Control));
            if (at >= 0)
            {
                parts.Add(new PromptPart(isQuery ? _query : document, TextKind.Plain));
            }

            rest = rest[after..];
        }

        return _prompts.Tokenize(parts, beginsText: false);
    }

    private static void ThrowIfFull(int needed, int room)
    {
        if (needed >= room)
        {
            throw new ContextFullException(room, needed + 1);
        }
    }
}
