using System.Text.Json;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Makes JSON of a value that was written as text.</summary>
internal static class TextValue
{
    /// <param name="kinds">What it may be.</param>
    public static string ToJson(string text, JsonKinds kinds)
    {
        var trimmed = text.Trim();
        var candidate = trimmed switch
        {
            "True" => "true",
            "False" => "false",
            "None" => "null",
            _ => trimmed,
        };
        if (KindOf(candidate) is { } kind && (kinds & kind) != 0)
        {
            // Where a text is allowed too, one in quotation marks may be meant with them.
            return kind == JsonKinds.Text && kinds != JsonKinds.Any ? CallWriter.Quoted(text) : candidate;
        }

        return CallWriter.Quoted(text);
    }

    private static JsonKinds? KindOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.String => JsonKinds.Text,
                JsonValueKind.Number => JsonKinds.Number,
                JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
                JsonValueKind.Null => JsonKinds.Null,
                JsonValueKind.Object => JsonKinds.Object,
                _ => JsonKinds.Array,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
