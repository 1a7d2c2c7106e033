using System.Text;
using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Storage.Messages;

namespace NativeHost.Conversations;

/// <summary>Calls of tools in a message's metadata: <c>tool_calls</c> of an assistant, <c>tool_call_id</c> and <c>name</c> of a tool's result.</summary>
internal static class StoredToolUse
{
    private const string Calls = "tool_calls";
    private const string CallId = "tool_call_id";
    private const string Name = "name";

    /// <returns>JSON text of an object; null where there is nothing to tell.</returns>
    public static string? MetadataOf(IReadOnlyList<ToolCall> calls) => calls.Count == 0 ? null : Write(json =>
    {
        json.WriteStartArray(Calls);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <inheritdoc cref="MetadataOf(IReadOnlyList{ToolCall})"/>
    public static string? MetadataOf(ChatMessage message)
        => message.ToolCalls is { Count: > 0 } calls ? MetadataOf(calls)
            : message.Role != ChatRole.Tool ? null
            : Write(json =>
            {
                json.WriteString(CallId, message.ToolCallId ?? "");
                json.WriteString(Name, message.Name ?? "");
            });

    /// <summary>Puts what the metadata tells of tools into a message of a conversation.</summary>
    public static ChatMessage Read(ChatMessage message, Message stored)
    {
        if (string.IsNullOrEmpty(stored.MetadataJson))
        {
            return message;
        }

        using var document = JsonDocument.Parse(stored.MetadataJson);
        var metadata = document.RootElement;
        return message.Role == ChatRole.Tool
            ? message with { ToolCallId = TextOf(metadata, CallId), Name = TextOf(metadata, Name) }
            : message with { ToolCalls = CallsOf(metadata) };
    }

    // Clients write metadata too, so it may hold anything.
    private static List<ToolCall>? CallsOf(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty(Calls, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<ToolCall> calls =
        [
            .. list.EnumerateArray()
                .Where(call => call.ValueKind == JsonValueKind.Object && call.TryGetProperty("function", out var function) && TextOf(function, "name") is not null)
                .Select(call => new ToolCall(TextOf(call, "id") ?? "", TextOf(call.GetProperty("function"), "name")!, TextOf(call.GetProperty("function"), "arguments") ?? "{}")),
        ];
        return calls.Count > 0 ? calls : null;
    }

    private static string? TextOf(JsonElement holder, string name)
        => holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static string Write(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
