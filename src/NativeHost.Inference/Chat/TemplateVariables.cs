using System.Text.Json;
using NativeHost.Jinja;

namespace NativeHost.Inference.Chat;

/// <summary>Puts a conversation into the values that chat templates read, under the names that Hugging Face gives them.</summary>
/// <remarks>
/// Roles, and the words of the format itself, are the host's own and so trusted; whatever somebody wrote is not, and can never name a control token.
/// </remarks>
/// <param name="beginText">What the template's <c>bos_token</c> is.</param>
/// <param name="endText">What its <c>eos_token</c> is.</param>
/// <param name="noTools">What its <c>tools</c> is where there are none: Transformers' none, which templates ask for, or an empty list, which some rely on.</param>
internal sealed class TemplateVariables(string beginText, string endText, JinjaValue noTools)
{
    // As deep as System.Text.Json reads by itself.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };

    /// <param name="asParts">Whether contents are lists of parts, as templates for images want them, in place of texts.</param>
    /// <param name="opensAnswer">Whether the head of the model's turn is to end the prompt.</param>
    public JinjaDict Of(Conversation conversation, bool asParts, bool opensAnswer)
    {
        var variables = new JinjaDict
        {
            ["bos_token"] = JinjaString.Trusted(beginText),
            ["eos_token"] = JinjaString.Trusted(endText),
        };
        if (conversation.Variables is { } more)
        {
            using var document = JsonDocument.Parse(more, Reading);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                variables.Set(JinjaString.Untrusted(property.Name), JsonValues.Read(property.Value));
            }
        }

        variables["messages"] = new JinjaList(conversation.Messages.Select(message => Message(message, asParts)));
        variables["add_generation_prompt"] = JinjaValue.Of(opensAnswer);

        variables["tools"] = conversation.Tools.Count > 0 ? new JinjaList(conversation.Tools.Select(Tool)) : noTools;
        return variables;
    }

    private static JinjaDict Message(ChatMessage message, bool asParts)
    {
        var content = JinjaString.Untrusted(message.Content);
        var values = new JinjaDict
        {
            ["role"] = JinjaString.Trusted(RoleNames.Of(message.Role)),
            ["content"] = asParts
                ? new JinjaList([new JinjaDict { ["type"] = JinjaString.Trusted("text"), ["text"] = content }])
                : content,
        };
        SetText(values, "name", message.Name);
        SetText(values, "tool_call_id", message.ToolCallId);
        SetText(values, "reasoning_content", message.Reasoning);
        if (message.ToolCalls is { Count: > 0 } calls)
        {
            values["tool_calls"] = new JinjaList(calls.Select(Call));
        }

        return values;
    }

    private static JinjaDict Call(ToolCall call) => new()
    {
        ["id"] = JinjaString.Untrusted(call.Id),
        ["type"] = JinjaString.Trusted("function"),
        ["function"] = new JinjaDict
        {
            ["name"] = JinjaString.Untrusted(call.Name),
            ["arguments"] = ReadOr(call.Arguments, JinjaString.Untrusted(call.Arguments)),
        },
    };

    private static JinjaDict Tool(ToolDefinition tool)
    {
        var function = new JinjaDict { ["name"] = JinjaString.Untrusted(tool.Name) };
        SetText(function, "description", tool.Description);
        function["parameters"] = tool.Parameters is { } schema ? ReadOr(schema, AnyObject()) : AnyObject();
        return new JinjaDict { ["type"] = JinjaString.Trusted("function"), ["function"] = function };
    }

    private static JinjaDict AnyObject() => new() { ["type"] = JinjaString.Trusted("object"), ["properties"] = new JinjaDict() };

    private static void SetText(JinjaDict values, string name, string? text)
    {
        if (text is not null)
        {
            values[name] = JinjaString.Untrusted(text);
        }
    }

    /// <summary>The value of a JSON text; a model may have written one that cannot be read.</summary>
    private static JinjaValue ReadOr(string json, JinjaValue other)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            return document.RootElement.ValueKind == JsonValueKind.Object ? JsonValues.Read(document.RootElement) : other;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return other;
        }
    }
}
