using System.Text.Json.Serialization;
using NativeHost.Inference.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Responses;

/// <summary>A whole answer in the shape of OpenAI's responses.</summary>
/// <param name="Id">Of the answer.</param>
/// <param name="Object">Always the same.</param>
/// <param name="CreatedAt">When it was asked for, in seconds since 1970.</param>
/// <param name="Status">Incomplete where a limit ended it, or somebody stopped it.</param>
/// <param name="Model">What the model is called.</param>
/// <param name="Output">Its items: what the model thought, what it says, the tools that it calls; those that are not there are left out.</param>
/// <param name="OutputText">The text alone; absent where it is long, and stands in the items only.</param>
/// <param name="Usage">Tokens.</param>
internal sealed record ResponsePayload(
    string Id,
    [property: OneOf("response")] string Object,
    [property: JsonPropertyName("created_at")] long CreatedAt,
    [property: OneOf("completed", "incomplete")] string Status,
    string Model,
    IReadOnlyList<ResponseItem> Output,
    [property: JsonPropertyName("output_text")] string? OutputText,
    ResponseUsage Usage)
{
    /// <summary>The stream's name, as in its events; absent where it was stopped before there was one.</summary>
    public string? StreamId { get; init; }

    /// <summary>True where the text is cut to fit the frame; the deltas had all of it.</summary>
    [JsonPropertyName("output_truncated")]
    public bool? OutputTruncated { get; init; }

    public static ResponsePayload Of(GenerationPayload answer, string model, long created) => new(
        "resp_" + (answer.StreamId ?? "none"),
        "response",
        created,
        answer.OutputTruncated != true && (answer.StopReason == WireWord.Of(StopReason.EndOfTurn) || answer.StopReason == WireWord.Of(StopReason.StopText) || answer.StopReason == WireWord.Of(StopReason.ToolCalls))
            ? "completed"
            : "incomplete",
        model,
        [.. ResponseItem.Of(answer)],
        answer.GeneratedText,
        new ResponseUsage(answer.PromptTokens, answer.NumTokens, answer.PromptTokens + answer.NumTokens))
    {
        StreamId = answer.StreamId,
        OutputTruncated = answer.OutputTruncated,
    };
}

/// <summary>An item of an answer; it can be sent back as it is.</summary>
/// <param name="Type">Which of the fields are there.</param>
internal sealed record ResponseItem([property: OneOf("reasoning", "message", "function_call")] string Type)
{
    /// <summary>Message: always the same.</summary>
    [OneOf("assistant")]
    public string? Role { get; init; }

    /// <summary>Message, reasoning: its text, one part.</summary>
    public IReadOnlyList<ResponsePart>? Content { get; init; }

    /// <summary>Function call: names the call; its output is sent back under it.</summary>
    [JsonPropertyName("call_id")]
    public string? CallId { get; init; }

    /// <summary>Function call: the tool's name.</summary>
    public string? Name { get; init; }

    /// <summary>Function call: JSON of an object, as the model wrote it.</summary>
    public string? Arguments { get; init; }

    /// <summary>Function call: true where the arguments do not fit the frame, and are left out; the deltas had them.</summary>
    [JsonPropertyName("arguments_truncated")]
    public bool? ArgumentsTruncated { get; init; }

    public static IEnumerable<ResponseItem> Of(GenerationPayload answer)
    {
        if (answer.Reasoning is { } thought)
        {
            yield return new ResponseItem("reasoning") { Content = [new ResponsePart("reasoning_text", thought)] };
        }

        if (answer.Output.Length > 0 || answer.ToolCalls is null)
        {
            yield return new ResponseItem("message") { Role = "assistant", Content = [new ResponsePart("output_text", answer.Output)] };
        }

        foreach (var call in answer.ToolCalls ?? [])
        {
            yield return new ResponseItem("function_call") { CallId = call.Id, Name = call.Function.Name, Arguments = call.Function.Arguments, ArgumentsTruncated = call.Function.ArgumentsTruncated };
        }
    }
}

/// <summary>A part of an item.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Text">Its text.</param>
internal sealed record ResponsePart([property: OneOf("output_text", "reasoning_text")] string Type, string Text);

/// <summary>Tokens that an answer took.</summary>
/// <param name="InputTokens">Of the prompt.</param>
/// <param name="OutputTokens">Generated.</param>
/// <param name="TotalTokens">Both.</param>
internal sealed record ResponseUsage(
    [property: JsonPropertyName("input_tokens")] int InputTokens,
    [property: JsonPropertyName("output_tokens")] int OutputTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens);
