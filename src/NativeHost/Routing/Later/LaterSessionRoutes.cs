using System.Text.Json;

namespace NativeHost.Routing.Later;

/// <summary>Routes about the host and the user's token.</summary>
internal static class LaterSessionRoutes
{
    public static IReadOnlyList<LaterRoute> All { get; } =
    [
        new("health", "ping", static (_, _) => { }, WriteHealth),
        new("set_hf_token", "set_hf_token", static (json, payload) => json.WriteString("token"u8, payload.Text("token")), WriteMessage),
        new("get_hf_token_status", "get_hf_token_status", static (_, _) => { }, WriteTokenStatus),
        new("clear_hf_token", "clear_hf_token", static (_, _) => { }, WriteMessage),
    ];

    private static void WriteHealth(Utf8JsonWriter json, LaterAnswer answer)
    {
        json.WriteString("status"u8, "ok"u8);
        json.WriteString("service"u8, "tabagent-native-messaging"u8);
        answer.Copy(json, "version", "version");
        json.WriteString("timestamp"u8, answer.Now);
    }

    private static void WriteTokenStatus(Utf8JsonWriter json, LaterAnswer answer)
    {
        answer.Copy(json, "has_token", "hasToken");
        WriteMessage(json, answer);
    }

    private static void WriteMessage(Utf8JsonWriter json, LaterAnswer answer) => answer.Copy(json, "message", "message");
}
