using System.Text.Json;
using NativeHost.Inference.Chat.Capabilities;
using NativeHost.Inference.Chat.Output;
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
    /// <param name="capabilities">How the template wants calls, reasoning and such.</param>
    public JinjaDict Of(Conversation conversation, bool asParts, bool opensAnswer, ChatCapabilities capabilities)
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

        if (conversation.Thinks is { } thinks && capabilities.ThinkingSwitch is { } thinking)
        {
            variables[thinking.Variable] = ReadOr(thinks ? thinking.On : thinking.Off, JinjaValue.None, JsonValueKind.Undefined);
        }

        variables["messages"] = new JinjaList(conversation.Messages.Select(message => Message(message, asParts, capabilities)));
        if (capabilities.ToolsAsFunctionsText)
        {
            variables["functions"] = JinjaString.Untrusted($"[{string.Join(", ", conversation.Tools.Select(FunctionText))}]");
        }

        variables["add_generation_prompt"] = JinjaValue.Of(opensAnswer);

        variables["tools"] = conversation.Tools.Count > 0 ? new JinjaList(conversation.Tools.Select(Tool)) : noTools;
        return variables;
    }

    private static JinjaDict Message(ChatMessage message, bool asParts, ChatCapabilities capabilities)
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
        SetText(values, capabilities.ReasoningField ?? "reasoning_content", message.Reasoning);
        if (message.ToolCalls is { Count: > 0 } calls)
        {
            values["tool_calls"] = new JinjaList(calls.Select(call => Call(call, capabilities)));
        }

        return values;
    }

    private static JinjaDict Call(ToolCall call, ChatCapabilities capabilities) => new()
    {
        ["id"] = JinjaString.Untrusted(call.Id),
        ["type"] = JinjaString.Trusted("function"),
        ["function"] = new JinjaDict
        {
            ["name"] = JinjaString.Untrusted(call.Name),
            ["arguments"] = capabilities.CallArguments == CallArgumentsForm.Text
                ? JinjaString.Untrusted(call.Arguments)
                : ReadOr(call.Arguments, JinjaString.Untrusted(call.Arguments)),
        },
    };

    private static JinjaDict Tool(ToolDefinition tool)
    {
        var function = new JinjaDict { ["name"] = JinjaString.Untrusted(tool.Name) };
        SetText(function, "description", tool.Description);
        function["parameters"] = tool.Parameters is { } schema ? ReadOr(schema, AnyObject()) : AnyObject();
        return new JinjaDict { ["type"] = JinjaString.Trusted("function"), ["function"] = function };
    }

    private static string FunctionText(ToolDefinition tool)
        => $$"""{"name": {{CallWriter.Quoted(tool.Name)}}, "description": {{CallWriter.Quoted(tool.Description ?? "")}}, "parameters": {{tool.Parameters ?? """{"type": "object"}"""}}}""";

    private static JinjaDict AnyObject() => new() { ["type"] = JinjaString.Trusted("object"), ["properties"] = new JinjaDict() };

    private static void SetText(JinjaDict values, string name, string? text)
    {
        if (text is not null)
        {
            values[name] = JinjaString.Untrusted(text);
        }
    }

    /// <summary>The value of a JSON text; a model may have written one that cannot be read.</summary>
    /// <param name="kind">What it has to be; undefined for anything.</param>
    private static JinjaValue ReadOr(string json, JinjaValue other, JsonValueKind kind = JsonValueKind.Object)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            return kind == JsonValueKind.Undefined || document.RootElement.ValueKind == kind ? JsonValues.Read(document.RootElement) : other;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return other;
        }
    }
}
