using System.Buffers;
using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>Reads the tools of a request, and how they are to be used.</summary>
internal static class ChatTools
{
    /// <summary>More would fill a context window.</summary>
    private const int MostTools = 128;

    private const int MostNameCharacters = 64;

    private static readonly SearchValues<char> NameCharacters
        = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <exception cref="RequestException">One of them is none, or two have the same name.</exception>
    public static IReadOnlyList<ToolDefinition> Read(IReadOnlyList<ToolField?>? fields)
    {
        if (fields is null or { Count: 0 })
        {
            return [];
        }

        if (fields.Count > MostTools)
        {
            throw RequestFields.Invalid("tools", $"at most {MostTools} are taken");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var tools = new List<ToolDefinition>();
        foreach (var field in fields)
        {
            var tool = Read(field, tools.Count);
            if (!names.Add(tool.Name))
            {
                throw RequestFields.Invalid("tools", $"two have the name {tool.Name}");
            }

            tools.Add(tool);
        }

        return tools;
    }

    /// <summary>Puts <c>tool_choice</c> into a request.</summary>
    /// <exception cref="RequestException">It is none, or names a tool that is not there.</exception>
    public static GenerationRequest Choose(GenerationRequest request, JsonElement choice)
    {
        switch (WholeTexts.Check(choice, "tool_choice").ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return request;
            case JsonValueKind.String:
                var use = choice.GetString() switch
                {
                    "auto" => ToolUse.Auto,
                    "none" => ToolUse.None,
                    "required" or "any" => ToolUse.Required,
                    _ => throw InvalidChoice(),
                };
                return use != ToolUse.Required || request.Tools.Count > 0
                    ? request with { ToolUse = use }
                    : throw RequestFields.Invalid("tool_choice", "there are no tools that could be called");
            case JsonValueKind.Object:
                var name = NameOf(choice) ?? throw InvalidChoice();
                return request.Tools.Any(tool => tool.Name == name)
                    ? request with { ToolUse = ToolUse.Required, RequiredTool = name }
                    : throw RequestFields.Invalid("tool_choice", "it names a tool that is not among tools");
            default:
                throw InvalidChoice();
        }
    }

    private static ToolDefinition Read(ToolField? field, int index)
    {
        var flat = field?.Name is { } named ? new FunctionField(named) { Description = field.Description, Parameters = field.Parameters } : null;
        if ((field?.Function ?? flat) is not { } function || (field!.Type is not null && field.Type != "function"))
        {
            throw RequestFields.Invalid($"tools[{index}]", "a tool has the type function, and a function with a name");
        }

        if (function.Name is not { Length: > 0 and <= MostNameCharacters } name || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw RequestFields.Invalid($"tools[{index}]", "a tool's name is 1 to 64 letters, digits, _, - and .");
        }

        return new ToolDefinition(name, function.Description, WholeTexts.Check(function.Parameters, $"tools[{index}]").ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.Object => function.Parameters.GetRawText(),
            _ => throw RequestFields.Invalid($"tools[{index}]", "parameters is the JSON Schema of an object"),
        });
    }

    // {"type": "function", "function": {"name": …}}, or the same without the inner object.
    private static string? NameOf(JsonElement choice)
    {
        var holder = choice.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object ? function : choice;
        return holder.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
    }

    private static RequestException InvalidChoice()
        => RequestFields.Invalid("tool_choice", """it is auto, none, required, or {"type": "function", "function": {"name": …}}""");
}
