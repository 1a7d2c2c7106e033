using System.Text.Json;
using NativeHost.Actions.Generation.Requests;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Responses;

/// <summary>Reads the items of a <c>responses</c> request into messages.</summary>
internal static class InputItems
{
    /// <exception cref="RequestException">It is neither a text nor a list of items.</exception>
    public static IReadOnlyList<MessageField?> Read(JsonElement input, string? instructions)
    {
        var messages = new List<MessageField?>();
        if (!string.IsNullOrEmpty(instructions))
        {
            messages.Add(new MessageField("system") { Content = TextOf(instructions) });
        }

        switch (WholeTexts.Check(input, "input").ValueKind)
        {
            case JsonValueKind.String:
                messages.Add(new MessageField("user") { Content = input });
                break;
            case JsonValueKind.Array:
                foreach (var item in input.EnumerateArray())
                {
                    Add(messages, item);
                }

                break;
            default:
                throw RequestFields.Invalid("input", "it is a text, or a list of items");
        }

        return messages;
    }

    private static void Add(List<MessageField?> messages, JsonElement item)
    {
        switch (StringOf(item, "type") ?? "message")
        {
            case "message":
                var message = new MessageField(StringOf(item, "role") ?? throw Invalid("a message has a role")) { Content = item.TryGetProperty("content", out var content) ? content : default };

                // What it thought before it said that is the same message.
                if (message.Role == "assistant" && messages is [.., { Role: "assistant", ReasoningContent: { } thought, ToolCalls: null } before] && before.Content.ValueEquals(""))
                {
                    messages[^1] = message with { ReasoningContent = thought };
                }
                else
                {
                    messages.Add(message);
                }

                break;
            case "function_call":
                var call = new ToolCallField
                {
                    Id = StringOf(item, "call_id"),
                    Function = new CalledFunction(StringOf(item, "name") ?? throw Invalid("a function_call has a name")) { Arguments = item.TryGetProperty("arguments", out var arguments) ? arguments : default },
                };

                // Calls in a row, and the words or thoughts before them, are one message.
                if (messages is [.., { ToolCalls: List<ToolCallField?> calls }])
                {
                    calls.Add(call);
                }
                else if (messages is [.., { Role: "assistant" } last])
                {
                    messages[^1] = last with { ToolCalls = new List<ToolCallField?> { call } };
                }
                else
                {
                    messages.Add(new MessageField("assistant") { ToolCalls = new List<ToolCallField?> { call } });
                }

                break;
            case "function_call_output":
                messages.Add(new MessageField("tool")
                {
                    ToolCallId = StringOf(item, "call_id"),
                    Content = item.TryGetProperty("output", out var output) ? output : throw Invalid("a function_call_output has an output"),
                });
                break;
            case "reasoning":
                messages.Add(new MessageField("assistant") { Content = TextOf(""), ReasoningContent = ThoughtOf(item) });
                break;
            case var other:
                throw Invalid($"there are no items of type {RequestFields.Beginning(other, 40)} here; there are message, function_call, function_call_output and reasoning");
        }
    }

    private static string? ThoughtOf(JsonElement item)
        => item.TryGetProperty("content", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? string.Concat(parts.EnumerateArray().Select(part => StringOf(part, "text")))
            : null;

    private static string? StringOf(JsonElement item, string name)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement TextOf(string text)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStringValue(text);
        }

        return JsonElement.Parse(buffer.ToArray());
    }

    private static RequestException Invalid(string problem) => RequestFields.Invalid("input", problem);
}
