using System.Text;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>Reads what a request tells the model's chat template beside the messages.</summary>
internal static class TemplateVariables
{
    private const string Thinking = "enable_thinking";

    /// <returns>JSON text of an object; null for nothing.</returns>
    /// <exception cref="RequestException">They are no object.</exception>
    public static string? Read(GenerateFields request)
    {
        var given = request.ChatTemplateKwargs;
        var thinks = request.EnableThinking ?? request.EnableThinkingCamel;
        if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            throw RequestFields.Invalid("chat_template_kwargs", "it is an object, with variables by their names");
        }

        if (thinks is null)
        {
            return given.ValueKind == JsonValueKind.Object ? given.GetRawText() : null;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (given.ValueKind == JsonValueKind.Object)
            {
                foreach (var variable in given.EnumerateObject().Where(variable => variable.Name != Thinking))
                {
                    variable.WriteTo(json);
                }
            }

            json.WriteBoolean(Thinking, thinks.Value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
