using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Inference.Chat;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Whose it is, in any letter case; <c>developer</c> counts as the system's.</param>
internal sealed record MessageField([property: OneOf(typeof(ChatRole))] string Role)
{
    /// <summary>Its text; or a list of parts, <c>{"type": "text", "text": …}</c>, that are put together. Null or absent where an assistant only called tools.</summary>
    public JsonElement Content { get; init; }

    /// <summary>Assistant: what it thought before it answered.</summary>
    [JsonPropertyName("reasoning_content")]
    public string? ReasoningContent { get; init; }

    [SynonymOf(nameof(ReasoningContent))]
    public string? Reasoning { get; init; }

    /// <summary>Assistant: the tools that it called, as the answer told them.</summary>
    [JsonPropertyName("tool_calls")]
    public IReadOnlyList<ToolCallField?>? ToolCalls { get; init; }

    [SynonymOf(nameof(ToolCalls))]
    [JsonPropertyName("toolCalls")]
    public IReadOnlyList<ToolCallField?>? ToolCallsCamel { get; init; }

    /// <summary>Tool: the id of the call that this is the result of.</summary>
    [JsonPropertyName("tool_call_id")]
    public string? ToolCallId { get; init; }

    [SynonymOf(nameof(ToolCallId))]
    [JsonPropertyName("toolCallId")]
    public string? ToolCallIdCamel { get; init; }

    /// <summary>Tool: the tool's name. Others: the speaker's.</summary>
    public string? Name { get; init; }
}

/// <summary>A call of a tool.</summary>
internal sealed record ToolCallField
{
    /// <summary>Names the call among those of its conversation.</summary>
    public string? Id { get; init; }

    /// <summary>Always the same.</summary>
    [OneOf("function")]
    public string? Type { get; init; }

    /// <summary>What is called.</summary>
    public CalledFunction? Function { get; init; }
}

/// <summary>What a tool call calls.</summary>
/// <param name="Name">The tool's name.</param>
internal sealed record CalledFunction(string Name)
{
    /// <summary>The arguments: an object, or its JSON as a text. The answer has a text, as the model wrote it.</summary>
    public JsonElement Arguments { get; init; }
}
