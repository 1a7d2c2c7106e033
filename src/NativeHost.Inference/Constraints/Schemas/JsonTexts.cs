using System.Text.Encodings.Web;
using System.Text.Json;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Values as JSON text in one spelling: compact, with as few escapes as there have to be.</summary>
internal static class JsonTexts
{
    public static string Of(string value) => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    public static byte[] Of(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return buffer.ToArray();
    }
}
