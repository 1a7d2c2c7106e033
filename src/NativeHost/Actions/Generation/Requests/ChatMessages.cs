using System.Text;
using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>Reads the messages of a request.</summary>
internal static class ChatMessages
{
    /// <exception cref="RequestException">One of them is none, or has a picture or a sound.</exception>
    public static IReadOnlyList<ChatMessage> Read(IReadOnlyList<MessageField?>? messages) => [.. (messages ?? []).Select(Read)];

    private static ChatMessage Read(MessageField? field, int index)
    {
        if (field is null)
        {
            throw Invalid(index, "a message is an object with role and content");
        }

        var role = RoleOf(field.Role, index);
        var calls = field.ToolCalls ?? field.ToolCallsCamel;
        if (calls is { Count: > 0 } && role != ChatRole.Assistant)
        {
            throw Invalid(index, "only an assistant calls tools");
        }

        WholeTexts.Check(field.Content, $"messages[{index}]");
        return new ChatMessage(role, TextOf(field.Content, index, mayBeAbsent: calls is { Count: > 0 }))
        {
            Reasoning = RequestFields.FirstOf(field.ReasoningContent, field.Reasoning),
            ToolCalls = calls is { Count: > 0 } ? [.. calls.Select(call => Read(call, index))] : null,
            ToolCallId = RequestFields.FirstOf(field.ToolCallId, field.ToolCallIdCamel),
            Name = RequestFields.FirstOf(field.Name),
        };
    }

    private static ToolCall Read(ToolCallField? call, int message)
    {
        if (call?.Function is not { } function || string.IsNullOrEmpty(function.Name))
        {
            throw Invalid(message, "a tool call has a function with a name");
        }

        WholeTexts.Check(function.Arguments, $"messages[{message}]");
        return new ToolCall(call.Id ?? "", function.Name, function.Arguments.ValueKind switch
        {
            JsonValueKind.String => function.Arguments.GetString()!,
            JsonValueKind.Object => function.Arguments.GetRawText(),
            JsonValueKind.Undefined or JsonValueKind.Null => "{}",
            _ => throw Invalid(message, "the arguments of a tool call are an object, or its JSON as a text"),
        });
    }

    private static ChatRole RoleOf(string role, int message) => role.ToLowerInvariant() switch
    {
        "system" or "developer" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        "tool" => ChatRole.Tool,
        _ => throw Invalid(message, "the role is system, user, assistant or tool"),
    };

    private static string TextOf(JsonElement content, int message, bool mayBeAbsent)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return content.GetString()!;
            case JsonValueKind.Array:
                var text = new StringBuilder();
                foreach (var part in content.EnumerateArray())
                {
                    text.Append(PartOf(part, message));
                }

                return text.ToString();
            case JsonValueKind.Undefined or JsonValueKind.Null when mayBeAbsent:
                return "";
            default:
                throw Invalid(message, "content is a text, or a list of parts");
        }
    }

    private static string? PartOf(JsonElement part, int message)
    {
        if (part.ValueKind == JsonValueKind.String)
        {
            return part.GetString();
        }

        var type = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var field) && field.ValueKind == JsonValueKind.String ? field.GetString() : null;
        return type switch
        {
            "text" or "input_text" or "output_text" when part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => text.GetString(),
            "text" or "input_text" or "output_text" => throw Invalid(message, "a part of type text has a text"),
            null => throw Invalid(message, "a part of a content is an object with type and text"),
            _ => throw new RequestException(
                ErrorCode.UnsupportedModality,
                $"A message has a part of type {RequestFields.Beginning(type, 40)}, and models here read text only. Send what it shows or says in words."),
        };
    }

    private static RequestException Invalid(int message, string problem) => RequestFields.Invalid($"messages[{message}]", problem);
}
