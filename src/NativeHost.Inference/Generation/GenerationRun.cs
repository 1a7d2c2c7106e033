using NativeHost.Inference.Chat;

namespace NativeHost.Inference.Generation;

/// <summary>One generation on its way: what was asked for, and what has come of it so far.</summary>
internal sealed class GenerationRun(GenerationRequest request, IGenerationOutlet outlet, BuiltPrompt prompt, long started)
{
    private long _firstToken;
    private long _lastToken;

    public GenerationRequest Request { get; } = request;

    public IGenerationOutlet Outlet { get; } = outlet;

    public List<Token> Prompt { get; } = prompt.Tokens;

    /// <summary>The answer in its parts; null where it is a text and nothing else.</summary>
    public ParsedAnswer? Parsed { get; } = prompt.Reading is { } reading ? new ParsedAnswer(reading, request, outlet) : null;

    /// <summary>Tokens of the prompt that need not be computed again.</summary>
    public int CachedTokens { get; set; }

    public List<Token> Tokens { get; } = [];

    public AnswerText Answer { get; } = new(request.StopTexts);

    public void Add(Token token, long timestamp)
    {
        if (Tokens.Count == 0)
        {
            _firstToken = timestamp;
        }

        _lastToken = timestamp;
        Tokens.Add(token);
        Parsed?.Count();
    }

    /// <summary>How likely each token was, where that is asked for.</summary>
    public List<ReadOnlyMemory<byte>> LogProbs { get; } = [];

    public void SendLogProbs(ReadOnlyMemory<byte> json)
    {
        LogProbs.Add(json);
        Outlet.Send(new GenerationEvent(GenerationEventKind.LogProbs, json, Tokens.Count));
    }

    public void SendText(ReadOnlyMemory<byte> text)
    {
        if (Parsed is not null)
        {
            Parsed.Write(text.Span, Tokens.Count);
            return;
        }

        if (!text.IsEmpty)
        {
            Outlet.Send(new GenerationEvent(GenerationEventKind.Text, text, Tokens.Count));
        }
    }

    public GenerationResult ToResult(StopReason reason, TimeProvider time)
    {
        var hasTokens = Tokens.Count > 0;
        return new GenerationResult(
            Parsed?.Text ?? Answer.Released,
            Parsed?.Calls.Count > 0 && reason == StopReason.EndOfTurn ? StopReason.ToolCalls : reason,
            Answer.StopText,
            Tokens,
            Prompt.Count,
            CachedTokens,
            hasTokens ? time.GetElapsedTime(started, _firstToken) : TimeSpan.Zero,
            hasTokens ? time.GetElapsedTime(_firstToken, _lastToken) : TimeSpan.Zero)
        {
            LogProbs = LogProbs,
            Reasoning = Parsed?.Reasoning ?? default,
            ReasoningTokens = Parsed?.ReasoningTokens ?? 0,
            ToolCalls = Parsed?.Calls ?? [],
        };
    }
}
