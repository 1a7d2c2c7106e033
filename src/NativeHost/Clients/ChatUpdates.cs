using System.Text.Json;
using Microsoft.Extensions.AI;

namespace NativeHost.Clients;

/// <summary>Reads answers of <c>chat_completions</c>.</summary>
internal static class ChatUpdates
{
    /// <summary>A piece of the answer, or of what the model thinks; null for a piece of a tool call, which comes whole at the end.</summary>
    public static ChatResponseUpdate? OfChunk(JsonElement chunk)
    {
        var delta = chunk.GetProperty("choices")[0].GetProperty("delta");
        AIContent? content = delta.TryGetProperty("content", out var text) ? new TextContent(text.GetString())
            : delta.TryGetProperty("reasoning_content", out var thought) ? new TextReasoningContent(thought.GetString())
            : null;
        return content is null ? null : Update(chunk, content);
    }

    /// <summary>What is known at the end: calls of tools, counts, why it ended.</summary>
    public static ChatResponseUpdate OfFinal(JsonElement completion)
    {
        var choice = completion.GetProperty("choices")[0];
        var usage = completion.GetProperty("usage");
        var update = Update(completion, new UsageContent(new UsageDetails
        {
            InputTokenCount = usage.GetProperty("prompt_tokens").GetInt64(),
            OutputTokenCount = usage.GetProperty("completion_tokens").GetInt64(),
            TotalTokenCount = usage.GetProperty("total_tokens").GetInt64(),
        }));
        update.FinishReason = new ChatFinishReason(choice.GetProperty("finish_reason").GetString()!);
        update.AdditionalProperties = new AdditionalPropertiesDictionary
        {
            [HostChatClient.TokensPerSecond] = completion.GetProperty("timings").GetProperty("tokens_per_second").GetDouble(),
        };
        if (choice.GetProperty("message").TryGetProperty("tool_calls", out var calls))
        {
            foreach (var call in calls.EnumerateArray())
            {
                update.Contents.Add(CallOf(call));
            }
        }

        return update;
    }

    private static ChatResponseUpdate Update(JsonElement answer, AIContent content) => new(ChatRole.Assistant, [content])
    {
        ResponseId = answer.GetProperty("id").GetString(),
        MessageId = answer.GetProperty("id").GetString(),
        ModelId = answer.GetProperty("model").GetString(),
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(answer.GetProperty("created").GetInt64()),
    };

    private static FunctionCallContent CallOf(JsonElement call)
    {
        var function = call.GetProperty("function");
        var (id, name) = (call.GetProperty("id").GetString()!, function.GetProperty("name").GetString()!);
        try
        {
            var arguments = JsonElement.Parse(function.GetProperty("arguments").GetString()!);
            return new FunctionCallContent(id, name, arguments.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The answer was cut off, or the model wrote what is no object.
            return new FunctionCallContent(id, name) { Exception = e };
        }
    }
}
