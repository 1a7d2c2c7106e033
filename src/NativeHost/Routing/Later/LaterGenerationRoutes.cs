using System.Text.Json;

namespace NativeHost.Routing.Later;

/// <summary>Routes that generate, stop, and set how.</summary>
internal static class LaterGenerationRoutes
{
    public static IReadOnlyList<LaterRoute> All { get; } =
    [
        new("chat", "generate", WriteChat, WriteChatCompletion),
        new("responses", "generate", WriteResponsesRequest, WriteResponse),
        new("generate", "generate", WritePrompt, WriteTextCompletion),
        new("stop_generation", "stop_generation", (json, payload) => payload.Copy(json, "request_id", "targetRequestId"), WriteStopped),
        new("get_halt_status", "list_streams", static (_, _) => { }, WriteHaltStatus),
        new("get_params", "get_params", static (_, _) => { }, WriteParams),
        new("set_params", "set_params", WriteNewParams, (json, _) => WriteSuccess(json, "Parameters updated successfully")),
        new("stats", "get_model_state", static (_, _) => { }, WriteStatistics),
    ];

    /// <summary>Writes that something was done.</summary>
    public static void WriteSuccess(Utf8JsonWriter json, string message)
    {
        json.WriteBoolean("success"u8, true);
        json.WriteString("message"u8, message);
    }

    private static void WriteChat(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("modelPath"u8, payload.Text("model"));
        if (payload.Find("messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
        {
            throw LaterPayload.Bad("messages", "it is required, a list of messages");
        }

        payload.Copy(json, "messages");
        WriteSettings(json, payload);
    }

    private static void WriteResponsesRequest(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("modelPath"u8, payload.Text("model"));
        json.WritePropertyName("messages"u8);
        switch (payload.Find("input"))
        {
            case { ValueKind: JsonValueKind.Array } messages:
                messages.WriteTo(json);
                break;

            case { ValueKind: JsonValueKind.String }:
                json.WriteStartArray();
                json.WriteStartObject();
                json.WriteString("role"u8, "user"u8);
                json.WriteString("content"u8, payload.Text("input"));
                json.WriteEndObject();
                json.WriteEndArray();
                break;

            default:
                throw LaterPayload.Bad("input", "it is required, a text or a list of messages");
        }

        WriteSettings(json, payload);
    }

    private static void WritePrompt(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteString("modelPath"u8, payload.Text("model"));
        json.WriteString("prompt"u8, payload.Text("prompt"));
        WriteSettings(json, payload);
    }

    private static void WriteSettings(Utf8JsonWriter json, LaterPayload payload)
    {
        json.WriteStartObject("settings"u8);
        foreach (var name in (ReadOnlySpan<string>)["temperature", "max_tokens", "top_p", "top_k", "frequency_penalty", "presence_penalty", "seed", "stop"])
        {
            payload.Copy(json, name);
        }

        json.WriteEndObject();
    }

    private static void WriteNewParams(Utf8JsonWriter json, LaterPayload payload)
    {
        payload.FindNumber("max_tokens", 1, 100_000);
        json.WriteStartObject("params"u8);
        foreach (var name in (ReadOnlySpan<string>)["temperature", "max_tokens", "top_p", "frequency_penalty", "presence_penalty", "stop"])
        {
            payload.Copy(json, name);
        }

        json.WriteEndObject();
    }

    private static void WriteParams(Utf8JsonWriter json, LaterAnswer answer)
    {
        var given = answer.Frame.GetProperty("params"u8);
        foreach (var name in (ReadOnlySpan<string>)["temperature", "max_tokens", "top_p", "frequency_penalty", "presence_penalty", "stop"])
        {
            json.WritePropertyName(name);
            given.GetProperty(name).WriteTo(json);
        }
    }

    private static void WriteChatCompletion(Utf8JsonWriter json, LaterAnswer answer)
    {
        WriteHead(json, answer, "chatcmpl", "chat.completion");
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        answer.Copy(json, "content", "output");
        json.WriteEndObject();
        WriteFinishReason(json, answer);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, answer, "prompt_tokens", "completion_tokens");
    }

    private static void WriteTextCompletion(Utf8JsonWriter json, LaterAnswer answer)
    {
        WriteHead(json, answer, "cmpl", "text_completion");
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        answer.Copy(json, "text", "output");
        json.WriteNumber("index"u8, 0);
        WriteFinishReason(json, answer);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, answer, "prompt_tokens", "completion_tokens");
    }

    private static void WriteResponse(Utf8JsonWriter json, LaterAnswer answer)
    {
        WriteHead(json, answer, "resp", "response");
        answer.Copy(json, "response", "output");
        answer.Copy(json, "output_text", "output");
        answer.Payload.Copy(json, "input");
        WriteUsage(json, answer, "input_tokens", "output_tokens");
    }

    private static void WriteHead(Utf8JsonWriter json, LaterAnswer answer, string prefix, string kind)
    {
        json.WriteString("id"u8, $"{prefix}-{answer.Id}");
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, answer.Now.ToUnixTimeSeconds());
        json.WriteString("model"u8, answer.Payload.Text("model"));
    }

    private static void WriteFinishReason(Utf8JsonWriter json, LaterAnswer answer)
        => json.WriteString("finish_reason"u8, answer.Find("stopReason")?.GetString() is "max_tokens" or "context_full" ? "length"u8 : "stop"u8);

    private static void WriteUsage(Utf8JsonWriter json, LaterAnswer answer, string ofPrompt, string ofAnswer)
    {
        var (prompt, made) = (answer.Find("promptTokens")!.Value.GetInt32(), answer.Find("numTokens")!.Value.GetInt32());
        json.WriteStartObject("usage"u8);
        json.WriteNumber(ofPrompt, prompt);
        json.WriteNumber(ofAnswer, made);
        json.WriteNumber("total_tokens"u8, prompt + made);
        json.WriteEndObject();
    }

    private static void WriteStopped(Utf8JsonWriter json, LaterAnswer answer)
    {
        WriteSuccess(json, answer.Frame.GetProperty("message"u8).GetString()!);
        answer.Copy(json, "stopped_requests", "stopped");
    }

    private static void WriteHaltStatus(Utf8JsonWriter json, LaterAnswer answer)
    {
        var active = answer.Find("streams")!.Value.EnumerateArray().Count(stream => stream.GetProperty("state"u8).GetString() is "queued" or "running");
        json.WriteBoolean("is_halted"u8, false);
        json.WriteNumber("active_requests"u8, active);
        json.WriteNull("last_halt_time"u8);
    }

    private static void WriteStatistics(Utf8JsonWriter json, LaterAnswer answer)
    {
        foreach (var name in (ReadOnlySpan<string>)["time_to_first_token", "tokens_per_second", "input_tokens", "output_tokens", "total_time"])
        {
            answer.Copy(json, name, name);
        }
    }
}
