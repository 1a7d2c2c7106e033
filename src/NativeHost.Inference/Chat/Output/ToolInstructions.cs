using System.Text;

namespace NativeHost.Inference.Chat.Output;

/// <summary>Tells a model about tools whose template cannot.</summary>
internal static class ToolInstructions
{
    /// <summary>A text for the system's turn. The model is asked for <see cref="CallStyles.Generic"/>.</summary>
    public static string For(IReadOnlyList<ToolDefinition> tools, bool mustCall)
    {
        var text = new StringBuilder(
            "You can call the tools below. To call one, write nothing but this, with the tool's name and an object of arguments that fits its parameters:\n"
            + "<tool_call>\n{\"name\": \"the tool's name\", \"arguments\": {}}\n</tool_call>\n"
            + "Each call stands in its own <tool_call> block; you may write several, one after the other. Its result comes in the next message.\n"
            + (mustCall ? "You must call a tool now.\n" : "Where no tool is of use, answer in plain words without such a block.\n")
            + "\nThe tools, one JSON object in each line, with the JSON Schema of the parameters:\n");
        foreach (var tool in tools)
        {
            text.Append("{\"name\": ").Append(CallWriter.Quoted(tool.Name));
            if (tool.Description is not null)
            {
                text.Append(", \"description\": ").Append(CallWriter.Quoted(tool.Description));
            }

            text.Append(", \"parameters\": ").Append(tool.Parameters?.ReplaceLineEndings(" ") ?? "{\"type\": \"object\"}").Append("}\n");
        }

        return text.ToString();
    }
}
