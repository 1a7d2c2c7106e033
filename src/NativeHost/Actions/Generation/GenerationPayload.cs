using System.Globalization;
using System.Text;
using NativeHost.Actions.Models;
using NativeHost.Conversations;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Pages;

namespace NativeHost.Actions.Generation;

/// <summary>A whole answer, with its figures.</summary>
internal sealed record GenerationPayload
{
    /// <summary>
    /// Most bytes of text in one final frame. JSON may make six of one, and the frame holds 1 MiB; the stream had it all.
    /// </summary>
    private const int MaxOutputBytes = 160 * 1024;

    /// <summary>The same where thoughts, calls of tools or log probabilities stand beside it.</summary>
    private const int MaxBesideBytes = 64 * 1024;

    /// <summary>The answer's text.</summary>
    public required string Output { get; init; }

    /// <summary>The same text again, for clients that read this field; absent where the frame has no room for it.</summary>
    public string? GeneratedText { get; init; }

    /// <summary>What the model thought before it answered; absent where it did not, or its template does not tell thoughts from answers.</summary>
    public string? Reasoning { get; init; }

    /// <summary>True where the thoughts are cut to fit the frame; the events had all of them.</summary>
    public bool? ReasoningTruncated { get; init; }

    /// <summary>The tools that the model calls; absent where it calls none. A message of role <c>tool</c> with the call's id brings each result back.</summary>
    public IReadOnlyList<CalledTool>? ToolCalls { get; init; }

    /// <summary>True where the text is cut to fit the frame; the events had all of it.</summary>
    public bool? OutputTruncated { get; init; }

    /// <summary>How likely the tokens were; absent where the request did not ask.</summary>
    public AnswerLogProbs? Logprobs { get; init; }

    /// <summary>True where they do not fit the frame, and are left out; the events had them.</summary>
    public bool? LogprobsTruncated { get; init; }

    /// <summary>Why it ended: the model's own end, a setting's, a full context, or somebody stopped it.</summary>
    [OneOf(typeof(StopReason))]
    public required string StopReason { get; init; }

    /// <summary>The stop text that ended it.</summary>
    public string? StopText { get; init; }

    /// <summary>Tokens a second, as a text with one decimal.</summary>
    public required string Tps { get; init; }

    /// <summary>Tokens generated.</summary>
    public required int NumTokens { get; init; }

    /// <summary>Those of them that the model thought with; absent where it did not.</summary>
    public int? ReasoningTokens { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that were not computed again.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Milliseconds until the first token.</summary>
    public required double TimeToFirstToken { get; init; }

    /// <summary>What the model is called.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The stream's name, as in its events; absent where it was stopped before there was one.</summary>
    public required string? StreamId { get; init; }

    /// <summary>Number of the stream's last event.</summary>
    public required long Seq { get; init; }

    /// <summary>Whether the question and the whole answer are stored; absent where the request named no conversation.</summary>
    public bool? Stored { get; init; }

    /// <summary>
    /// Why it is not: <c>store_false</c> as the request asked, <c>not_begun</c> where it was stopped before its model was there, or the code of
    /// an error, such as <c>database_busy</c> where another process of the host has the conversations. Absent where it is stored.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The conversation.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The answer's message; absent where nothing of it is stored.</summary>
    public string? MessageId { get; init; }

    /// <summary>The message that it answers; absent where none is stored.</summary>
    public string? UserMessageId { get; init; }

    /// <summary>Stored messages that were put before the prompt; absent where the request had messages of its own.</summary>
    public int? HistoryMessages { get; init; }

    /// <summary>Of <c>ask_page</c> alone, as the next two: the excerpts that the model was shown, the best first.</summary>
    public IReadOnlyList<PageSource>? Sources { get; init; }

    /// <summary>
    /// Which sentences of the pages the answer stands on, in its order: one for each marker that the model wrote; where it wrote none, up to three that say
    /// most of what the answer says. Empty where nothing in the excerpts supports it.
    /// </summary>
    public IReadOnlyList<Citation>? Citations { get; init; }

    /// <summary>How the excerpts were found: <c>text</c>, by words alone, where the model that embedded the page is loaded no more.</summary>
    [OneOf("hybrid", "text")]
    public string? Retrieval { get; init; }

    /// <summary>The answer to a request that was stopped before it began: an end that was asked for.</summary>
    public static Reply<GenerationPayload> NotBegun(string modelPath)
        => new() { Type = "generationStopped", Payload = Of(modelPath, GenerationResult.Unbegun, streamId: null, seq: 0) };

    /// <summary>The same with what became of the storing.</summary>
    public GenerationPayload With(StoredAnswer? stored, int? historyMessages) => stored is null ? this : this with
    {
        Stored = stored.IsStored,
        Reason = stored.Reason,
        ConversationId = stored.ConversationId,
        MessageId = stored.MessageId,
        UserMessageId = stored.QuestionId,
        HistoryMessages = historyMessages,
    };

    /// <param name="mostBytes">Of the text; more is cut off.</param>
    public static GenerationPayload Of(string modelPath, GenerationResult result, string? streamId, long seq, int mostBytes = MaxOutputBytes)
    {
        if (!result.Reasoning.IsEmpty || result.ToolCalls.Count > 0 || result.LogProbs.Count > 0)
        {
            // They need room too.
            mostBytes = Math.Min(mostBytes, MaxBesideBytes);
        }

        var (text, isCut) = Cut(result.Text.Span, mostBytes);
        var (thought, isThoughtCut) = Cut(result.Reasoning.Span, mostBytes / 2);
        var logProbs = AnswerLogProbs.Of(result, out var areCut);
        return new GenerationPayload
        {
            Output = text,
            GeneratedText = result.Text.Length <= mostBytes / 2 ? text : null,
            OutputTruncated = isCut ? true : null,
            Logprobs = logProbs,
            LogprobsTruncated = areCut ? true : null,
            Reasoning = result.Reasoning.IsEmpty ? null : thought,
            ReasoningTruncated = isThoughtCut ? true : null,
            ToolCalls = CalledTool.Of(result.ToolCalls),
            ReasoningTokens = result.ReasoningTokens > 0 ? result.ReasoningTokens : null,
            StopReason = WireWord.Of(result.Stop),
            StopText = result.StopText,
            Tps = GenerationFigures.Of(result).TokensPerSecond.ToString("0.0", CultureInfo.InvariantCulture),
            NumTokens = result.Tokens.Count,
            PromptTokens = result.PromptTokens,
            CachedTokens = result.CachedTokens,
            TimeToFirstToken = result.TimeToFirstToken.TotalMilliseconds,
            ModelPath = modelPath,
            StreamId = streamId,
            Seq = seq,
        };
    }

    /// <summary>The same with a part of the room, because others share the frame with it.</summary>
    /// <param name="answers">How many share it, at least 2.</param>
    public GenerationPayload SharedBy(int answers)
    {
        var (text, isCut) = Cut(Encoding.UTF8.GetBytes(Output), MaxBesideBytes / answers);
        var (thought, isThoughtCut) = Cut(Encoding.UTF8.GetBytes(Reasoning ?? ""), MaxBesideBytes / 2 / answers);
        var keepsLogProbs = Logprobs is null || Logprobs.Bytes <= AnswerLogProbs.MostBytes / answers;
        return this with
        {
            Output = text,
            GeneratedText = null,
            OutputTruncated = isCut ? true : OutputTruncated,
            Reasoning = Reasoning is null ? null : thought,
            ReasoningTruncated = isThoughtCut ? true : ReasoningTruncated,
            Logprobs = keepsLogProbs ? Logprobs : null,
            LogprobsTruncated = keepsLogProbs ? LogprobsTruncated : true,
            ToolCalls = ToolCalls is null ? null : [.. ToolCalls.Select(call => call.SharedBy(answers))],
        };
    }

    private static (string Text, bool IsCut) Cut(ReadOnlySpan<byte> utf8, int mostBytes)
    {
        if (utf8.Length <= mostBytes)
        {
            return (Encoding.UTF8.GetString(utf8), false);
        }

        // Back to the first byte of a character, so that none is cut.
        var end = mostBytes;
        while ((utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return (Encoding.UTF8.GetString(utf8[..end]), true);
    }
}
