using NativeHost.Inference.Chat;

namespace NativeHost.Inference.Generation;

/// <summary>What happened next in a generation.</summary>
/// <param name="Kind">Which of the other fields count.</param>
/// <param name="Text">Text, reasoning, tool arguments, log probabilities: whole UTF-8 characters to append; stays valid.</param>
/// <param name="TokenCount">The same, and a tool call: tokens generated so far, those of this event included.</param>
/// <param name="Prefill">Prefill: how far the prompt is.</param>
/// <param name="Result">Completed: the whole.</param>
/// <param name="CallIndex">Tool call and its arguments: which call of the answer, from 0.</param>
/// <param name="Call">Tool call: its id and name; its arguments are still to come.</param>
public readonly record struct GenerationEvent(
    GenerationEventKind Kind,
    ReadOnlyMemory<byte> Text = default,
    int TokenCount = 0,
    PrefillProgress Prefill = default,
    GenerationResult? Result = null,
    int CallIndex = 0,
    ToolCall? Call = null);

/// <summary>The kinds of <see cref="GenerationEvent"/>.</summary>
public enum GenerationEventKind
{
    /// <summary>A part of the prompt was computed.</summary>
    Prefill,

    /// <summary>The answer grew.</summary>
    Text,

    /// <summary>What the model thinks before it answers grew.</summary>
    Reasoning,

    /// <summary>The model begins to call a tool.</summary>
    ToolCall,

    /// <summary>The arguments of the last tool call grew.</summary>
    ToolArguments,

    /// <summary>How likely the last token was: the text is JSON of an object, in the shape of OpenAI's.</summary>
    LogProbs,

    /// <summary>The answer is complete; nothing follows.</summary>
    Completed,
}

/// <summary>How far a prompt is computed, in tokens.</summary>
/// <param name="Done">Computed or taken from the cache.</param>
/// <param name="Total">The whole prompt.</param>
/// <param name="Cached">Taken from the cache, because the sequence held them already.</param>
public readonly record struct PrefillProgress(int Done, int Total, int Cached);

/// <summary>A generation as a whole: the fold of its events, with its figures.</summary>
/// <param name="Text">The answer in UTF-8: all events' texts, one after the other.</param>
/// <param name="Stop">Why it ended.</param>
/// <param name="StopText">The stop text that ended it; null where something else did.</param>
/// <param name="Tokens">The generated tokens, the one that ended the turn included.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Those of them that were not computed again.</param>
/// <param name="TimeToFirstToken">From the start of its turn to its first token.</param>
/// <param name="DecodeTime">From its first token to its last.</param>
public sealed record GenerationResult(
    ReadOnlyMemory<byte> Text,
    StopReason Stop,
    string? StopText,
    IReadOnlyList<Token> Tokens,
    int PromptTokens,
    int CachedTokens,
    TimeSpan TimeToFirstToken,
    TimeSpan DecodeTime)
{
    /// <summary>What the model thought before it answered, in UTF-8; empty where it did not, or nobody can tell.</summary>
    public ReadOnlyMemory<byte> Reasoning { get; init; }

    /// <summary>Those of <see cref="Tokens"/> that it thought with.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>The tools that the model calls, in its order; the last may be cut off where the answer is.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>How likely each token was, JSON of an object each; empty where nobody asked for it.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> LogProbs { get; init; } = [];

    /// <summary>This and what another generation went on with, as one.</summary>
    public GenerationResult With(GenerationResult next) => next with
    {
        Text = Joined(Text, next.Text),
        Reasoning = Joined(Reasoning, next.Reasoning),
        Tokens = [.. Tokens, .. next.Tokens],
        ReasoningTokens = ReasoningTokens + next.ReasoningTokens,
        LogProbs = [.. LogProbs, .. next.LogProbs],
        PromptTokens = PromptTokens,
        CachedTokens = CachedTokens,
        TimeToFirstToken = TimeToFirstToken,
        DecodeTime = DecodeTime + next.TimeToFirstToken + next.DecodeTime,
    };

    private static ReadOnlyMemory<byte> Joined(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
        => first.IsEmpty ? second : second.IsEmpty ? first : (byte[])[.. first.Span, .. second.Span];

    /// <summary>Of a generation that was stopped before its turn came.</summary>
    public static GenerationResult Unbegun { get; } = new(default, StopReason.Stopped, null, [], 0, 0, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>Why a generation ended.</summary>
public enum StopReason
{
    /// <summary>The model ended its turn.</summary>
    EndOfTurn,

    /// <summary>The limit of new tokens was reached.</summary>
    MaxTokens,

    /// <summary>A stop text appeared.</summary>
    StopText,

    /// <summary>The context window is full.</summary>
    ContextFull,

    /// <summary>The model calls tools, and waits for their results.</summary>
    ToolCalls,

    /// <summary>It was stopped from outside.</summary>
    Stopped,
}
