using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>Reads what a request tells the model's chat template beside the messages.</summary>
internal static class TemplateVariables
{
    // As deep as values are read for a template.
    private const int MostDepth = 60;

    /// <returns>JSON text of an object; null for nothing.</returns>
    /// <exception cref="RequestException">They are no object.</exception>
    public static string? Read(GenerateFields request)
    {
        var given = WholeTexts.Check(request.ChatTemplateKwargs, "chat_template_kwargs");
        return given.ValueKind switch
        {
            JsonValueKind.Object when DepthOf(given) > MostDepth => throw RequestFields.Invalid("chat_template_kwargs", $"it is more than {MostDepth} deep"),
            JsonValueKind.Object => given.GetRawText(),
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            _ => throw RequestFields.Invalid("chat_template_kwargs", "it is an object, with variables by their names"),
        };
    }

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
