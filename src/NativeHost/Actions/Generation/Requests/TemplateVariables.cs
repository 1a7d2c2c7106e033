using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>Reads what a request tells the model's chat template beside the messages.</summary>
internal static class TemplateVariables
{
    /// <returns>JSON text of an object; null for nothing.</returns>
    /// <exception cref="RequestException">They are no object.</exception>
    public static string? Read(GenerateFields request)
    {
        var given = request.ChatTemplateKwargs;
        return given.ValueKind switch
        {
            JsonValueKind.Object => given.GetRawText(),
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            _ => throw RequestFields.Invalid("chat_template_kwargs", "it is an object, with variables by their names"),
        };
    }
}
