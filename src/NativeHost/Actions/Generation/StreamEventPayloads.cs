using System.Text.Json.Serialization;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>A generation that waits.</summary>
/// <remarks><see cref="UpdateEncoder"/> writes it by hand.</remarks>
/// <param name="Position">Its place in the queue of the model; 1 for the one that is next.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record GenerationQueuedPayload(int Position, string StreamId, long Seq);

/// <summary>A step of a generation.</summary>
/// <remarks><see cref="UpdateEncoder"/> writes it by hand, because one comes with every token.</remarks>
/// <param name="Phase">Whether the prompt is read, the model thinks, or the answer comes.</param>
/// <param name="Token">Text to append to the answer; empty while the prompt is read and while the model thinks.</param>
/// <param name="Reasoning">Text to append to what the model thinks; absent in other phases.</param>
/// <param name="Tps">Tokens a second so far, as a text with one decimal; null until there are two.</param>
/// <param name="NumTokens">Tokens of the answer so far.</param>
/// <param name="Done">Tokens of the prompt that are computed; only while it is read, as the next two.</param>
/// <param name="Total">Tokens of the prompt.</param>
/// <param name="Cached">Tokens of the prompt that need not be computed, because they were before.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record GenerationUpdatePayload(
    [property: OneOf("prefill", "reasoning", "decode")] string Phase,
    string Token,
    string? Reasoning,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Tps,
    int NumTokens,
    int? Done,
    int? Total,
    int? Cached,
    string StreamId,
    long Seq);

/// <summary>A step of a tool call: the first of a call has its id and name, all have a piece of its arguments.</summary>
/// <remarks><see cref="UpdateEncoder"/> writes it by hand.</remarks>
/// <param name="Index">Which call of the answer, from 0.</param>
/// <param name="Id">Of the call; in its first event alone.</param>
/// <param name="Name">The tool's; in the call's first event alone.</param>
/// <param name="Arguments">Text to append to the JSON of the arguments.</param>
/// <param name="NumTokens">Tokens of the answer so far.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record ToolCallUpdatePayload(int Index, string? Id, string? Name, string Arguments, int NumTokens, string StreamId, long Seq);

/// <summary>How likely a token was.</summary>
/// <remarks><see cref="UpdateEncoder"/> writes it by hand.</remarks>
/// <param name="Logprobs">Of the next token.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record TokenLogProbsPayload(TokenLogProb Logprobs, string StreamId, long Seq);

/// <summary>Messages that the model is not shown any more, because the conversation is larger than its context.</summary>
/// <remarks><see cref="UpdateEncoder"/> writes it by hand.</remarks>
/// <param name="Dropped">How many were dropped now, the oldest behind the system message.</param>
/// <param name="Kept">How many are left.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record ContextOverflowPayload(int Dropped, int Kept, string StreamId, long Seq);
