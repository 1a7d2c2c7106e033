using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Actions.Conversations;

/// <summary>Reads a message's content: a text, or OpenAI's list of parts, of which only texts can be kept.</summary>
internal sealed class ContentConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("a content is a text, or a list of parts");
        }

        var text = new StringBuilder();
        using var parts = JsonDocument.ParseValue(ref reader);
        foreach (var part in parts.RootElement.EnumerateArray())
        {
            text.Append(part.ValueKind == JsonValueKind.Object
                && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
                && part.TryGetProperty("text", out var content) && content.ValueKind == JsonValueKind.String
                ? content.GetString()
                : throw new JsonException("of a content only parts of the type text can be kept; attachments say what else belongs to a message"));
        }

        return text.ToString();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
