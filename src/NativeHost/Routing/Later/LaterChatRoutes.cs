using System.Text.Json;

namespace NativeHost.Routing.Later;

/// <summary>Routes about stored conversations, which the later envelope calls sessions.</summary>
internal static class LaterChatRoutes
{
    private const int MostMessages = 1000;

    public static IReadOnlyList<LaterRoute> All { get; } =
    [
        new("get_history", "get_conversation", WriteHistoryRequest, WriteHistory),
        new("save_message", "add_messages", WriteMessageRequest, WriteSaved),
    ];

    // The last messages, as many as are wanted; with a cursor those before a page.
    private static void WriteHistoryRequest(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("conversation_id"u8, payload.Text("session_id"));
        json.WriteString("from"u8, "end"u8);
        if (payload.FindNumber("limit", 1, MostMessages) is not null)
        {
            payload.Copy(json, "limit");
        }

        if (payload.FindText("cursor") is { } cursor)
        {
            json.WriteString("cursor"u8, cursor);
        }
    }

    private static void WriteHistory(Utf8JsonWriter json, LaterAnswer answer)
    {
        answer.Payload.Copy(json, "session_id");
        answer.Copy(json, "messages", "messages");
        answer.Copy(json, "total_count", "message_count");
        answer.Copy(json, "next_cursor", "next_cursor");
    }

    private static void WriteMessageRequest(Utf8JsonWriter json, LaterPayload payload)
    {
        if (payload.Find("message") is not { ValueKind: JsonValueKind.Object } given)
        {
            throw LaterPayload.Bad("message", "it is required, an object with role and content");
        }

        var message = LaterPayload.Of(given);
        json.WriteString("conversation_id"u8, payload.Text("session_id"));
        json.WriteBoolean("create"u8, true);
        json.WriteStartArray("messages"u8);
        json.WriteStartObject();
        json.WriteString("role"u8, message.Text("role"));
        message.Copy(json, "content");
        if (message.FindText("name") is { } name)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("name"u8, name);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteSaved(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteBoolean("success"u8, true);
        answer.Payload.Copy(json, "session_id");
        json.WriteString("message_id"u8, answer.Find("messages")!.Value[0].GetProperty("id"u8).GetString());
    }
}
