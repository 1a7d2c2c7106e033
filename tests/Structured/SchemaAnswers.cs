using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace NativeHost.Testing;

/// <summary>Holds answers to schemas by a validator of others.</summary>
internal static class SchemaAnswers
{
    public static JsonSchema Validator(string schema) => JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    public static bool IsValid(JsonSchema schema, string answer)
    {
        using var text = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 1000 });
        using var counted = JsonDocument.Parse(WithSingleCharacters(text.RootElement)?.ToJsonString() ?? "null");
        return schema.Evaluate(counted.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true }).IsValid;
    }

    /// <summary>The validator counts a letter and its accents as one character, where the standard counts code points.</summary>
    private static JsonNode? WithSingleCharacters(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return string.Concat(value.GetString()!.EnumerateRunes().Select(rune => rune.Value < 0x20 ? "#" : rune.IsAscii ? rune.ToString() : "é"));
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(WithSingleCharacters)]);
            case JsonValueKind.Object:
                var copy = new JsonObject();
                foreach (var property in value.EnumerateObject())
                {
                    copy[property.Name] = WithSingleCharacters(property.Value);
                }

                return copy;
            default:
                return JsonNode.Parse(value.GetRawText());
        }
    }
}
