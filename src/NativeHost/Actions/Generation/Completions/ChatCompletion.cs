using System.Globalization;
using System.Text.Json.Serialization;
using NativeHost.Inference.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Completions;

/// <summary>A whole answer in OpenAI's shape.</summary>
/// <param name="Id">Of the answer.</param>
/// <param name="Object">Always the same.</param>
/// <param name="Created">When it was asked for, in seconds since 1970.</param>
/// <param name="Model">What the model is called.</param>
/// <param name="Choices">The answers, one for each that was asked for.</param>
/// <param name="Usage">Tokens of all of them.</param>
/// <param name="Timings">How fast the first of them came.</param>
internal sealed record ChatCompletion(
    string Id,
    [property: OneOf("chat.completion")] string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatChoice> Choices,
    ChatUsage Usage,
    ChatTimings Timings)
{
    /// <summary>Begins the answer's id, before the name of its first stream.</summary>
    public const string IdPrefix = "chatcmpl-";

    /// <param name="answers">At least one.</param>
    public static ChatCompletion Of(IReadOnlyList<GenerationPayload> answers, string model, long created) => new(
        IdPrefix + (answers[0].StreamId ?? "none"),
        "chat.completion",
        created,
        model,
        [.. answers.Select((answer, index) => ChatChoice.Of(answers.Count == 1 ? answer : answer.SharedBy(answers.Count), index))],
        ChatUsage.Of(answers),
        new ChatTimings(answers[0].TimeToFirstToken, double.Parse(answers[0].Tps, CultureInfo.InvariantCulture)));
}

/// <summary>One answer.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Message">What the model says.</param>
/// <param name="FinishReason">Why it ended: its own end, or a stop text; a limit of tokens, or of the context; its tools are to be called.</param>
internal sealed record ChatChoice(
    int Index,
    ChatAnswer Message,
    [property: OneOf("stop", "length", "tool_calls")]
    [property: JsonPropertyName("finish_reason")]
    string FinishReason)
{
    /// <summary>The stream's name, as in its events; absent where it was stopped before there was one.</summary>
    public string? StreamId { get; init; }

    /// <summary>The stop text that ended it; absent where something else did.</summary>
    [JsonPropertyName("stop_text")]
    public string? StopText { get; init; }

    /// <summary>How likely the tokens were; absent where the request did not ask, or they are too many for one frame.</summary>
    public AnswerLogProbs? Logprobs { get; init; }

    /// <summary>True where the text is cut to fit the frame; the chunks had all of it.</summary>
    [JsonPropertyName("output_truncated")]
    public bool? OutputTruncated { get; init; }

    /// <summary>True where the thoughts are.</summary>
    [JsonPropertyName("reasoning_truncated")]
    public bool? ReasoningTruncated { get; init; }

    /// <summary>True where the log probabilities are left out for that.</summary>
    [JsonPropertyName("logprobs_truncated")]
    public bool? LogprobsTruncated { get; init; }

    public static ChatChoice Of(GenerationPayload payload, int index) => new(index, ChatAnswer.Of(payload), FinishOf(payload))
    {
        OutputTruncated = payload.OutputTruncated,
        ReasoningTruncated = payload.ReasoningTruncated,
        LogprobsTruncated = payload.LogprobsTruncated,
        StreamId = payload.StreamId,
        StopText = payload.StopText,
        Logprobs = payload.Logprobs,
    };

    private static string FinishOf(GenerationPayload payload)
        => payload.OutputTruncated == true || payload.StopReason == WireWord.Of(StopReason.MaxTokens) || payload.StopReason == WireWord.Of(StopReason.ContextFull) ? "length"
            : payload.StopReason == WireWord.Of(StopReason.ToolCalls) ? "tool_calls"
            : "stop";
}

/// <summary>What the model says.</summary>
/// <param name="Role">Always the same.</param>
/// <param name="Content">The text; null where it only calls tools.</param>
internal sealed record ChatAnswer(
    [property: OneOf("assistant")] string Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Content)
{
    /// <summary>What it thought before; absent where it did not.</summary>
    [JsonPropertyName("reasoning_content")]
    public string? ReasoningContent { get; init; }

    /// <summary>The tools that it calls; absent where it calls none.</summary>
    [JsonPropertyName("tool_calls")]
    public IReadOnlyList<CalledTool>? ToolCalls { get; init; }

    public static ChatAnswer Of(GenerationPayload payload) => new("assistant", payload.Output.Length == 0 && payload.ToolCalls is not null ? null : payload.Output)
    {
        ReasoningContent = payload.Reasoning,
        ToolCalls = payload.ToolCalls,
    };
}

/// <summary>Tokens that an answer took.</summary>
/// <param name="PromptTokens">Of the prompt.</param>
/// <param name="CompletionTokens">Generated, for all answers together.</param>
/// <param name="TotalTokens">Both.</param>
/// <param name="PromptTokensDetails">Of those of the prompt.</param>
/// <param name="CompletionTokensDetails">Of those generated.</param>
internal sealed record ChatUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    [property: JsonPropertyName("prompt_tokens_details")] PromptDetails PromptTokensDetails,
    [property: JsonPropertyName("completion_tokens_details")] CompletionDetails CompletionTokensDetails)
{
    public static ChatUsage Of(IReadOnlyList<GenerationPayload> answers)
    {
        var (prompt, made) = (answers[0].PromptTokens, answers.Sum(answer => answer.NumTokens));
        return new ChatUsage(
            prompt, made, prompt + made, new PromptDetails(answers[0].CachedTokens), new CompletionDetails(answers.Sum(answer => answer.ReasoningTokens ?? 0)));
    }
}

/// <summary>Of the tokens of a prompt.</summary>
/// <param name="CachedTokens">Those that were not computed again.</param>
internal sealed record PromptDetails([property: JsonPropertyName("cached_tokens")] int CachedTokens);

/// <summary>Of generated tokens.</summary>
/// <param name="ReasoningTokens">Those that the model thought with.</param>
internal sealed record CompletionDetails([property: JsonPropertyName("reasoning_tokens")] int ReasoningTokens);

/// <summary>How fast an answer came.</summary>
/// <param name="TimeToFirstToken">Milliseconds until its first token.</param>
/// <param name="TokensPerSecond">From then on.</param>
internal sealed record ChatTimings(
    [property: JsonPropertyName("time_to_first_token")] double TimeToFirstToken,
    [property: JsonPropertyName("tokens_per_second")] double TokensPerSecond);
