using System.Text.Json;

namespace NativeHost.Inference.Chat.Output;

/// <summary>The tools that a model was given, with what their parameters may be.</summary>
internal sealed class ToolSet
{
    private readonly Dictionary<string, IReadOnlyList<ToolParameter>> _tools = new(StringComparer.Ordinal);

    /// <summary>The schemas are read for what they tell; one that cannot be read tells nothing.</summary>
    public ToolSet(IEnumerable<ToolDefinition> tools)
    {
        foreach (var tool in tools)
        {
            _tools[tool.Name] = ParametersOf(tool);
        }
    }

    /// <summary>No tools.</summary>
    public static ToolSet Empty { get; } = new([]);

    public bool Has(string name) => _tools.ContainsKey(name);

    /// <summary>Which kinds of value a parameter may have; all where nothing is known of it.</summary>
    public JsonKinds KindsOf(string tool, string parameter)
    {
        return _tools.GetValueOrDefault(tool)?.FirstOrDefault(one => one.Name == parameter)?.Kinds ?? JsonKinds.Any;
    }

    /// <summary>The parameter at a place, from 0, in the schema's order; null where it has fewer.</summary>
    public string? ParameterAt(string tool, int place)
    {
        return _tools.GetValueOrDefault(tool) is { } parameters && place < parameters.Count ? parameters[place].Name : null;
    }

    /// <summary>The parameters of a tool, in the schema's order; none where it cannot be read.</summary>
    public static IReadOnlyList<ToolParameter> ParametersOf(ToolDefinition tool)
    {
        try
        {
            using var document = JsonDocument.Parse(tool.Parameters ?? "{}");
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            {
                return [];
            }

            // What a parameter refers to lies in the whole's definitions.
            var definitions = string.Concat(((string[])["$defs", "definitions"])
                .Where(name => root.TryGetProperty(name, out _)).Select(name => $"\"{name}\": {root.GetProperty(name).GetRawText()}, "));
            string SchemaOf(JsonElement one) => one.GetRawText() is var text && definitions.Length > 0 && text.Contains("\"$ref\"", StringComparison.Ordinal)
                ? string.Concat("{", definitions, text.AsSpan(1))
                : text;
            var required = root.TryGetProperty("required", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()).ToHashSet()
                : [];
            return [.. properties.EnumerateObject().Select(one =>
                new ToolParameter(one.Name, SchemaOf(one.Value), required.Contains(one.Name), KindsOf(one.Value)))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text in it has half of a surrogate pair.
            return [];
        }
    }

    /// <summary>The schema of a tool's arguments, which are an object whether it says so or not; null where any object is right.</summary>
    public static string? ArgumentsSchemaOf(ToolDefinition tool)
    {
        try
        {
            using var document = JsonDocument.Parse(tool.Parameters ?? "{}");
            return document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.EnumerateObject().Any() ? null
                : document.RootElement.TryGetProperty("type", out _) ? tool.Parameters
                : string.Concat("{\"type\": \"object\", ", document.RootElement.GetRawText().AsSpan(1));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonKinds KindsOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return JsonKinds.Any;
        }

        if (schema.TryGetProperty("type", out var type))
        {
            return type.ValueKind == JsonValueKind.Array ? Union(type.EnumerateArray().Select(KindNamed)) : KindNamed(type);
        }

        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array)
        {
            return Union(values.EnumerateArray().Select(KindOfValue));
        }

        foreach (var union in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(union, out var choices) && choices.ValueKind == JsonValueKind.Array)
            {
                return Union(choices.EnumerateArray().Select(KindsOf));
            }
        }

        return schema.TryGetProperty("const", out var value) ? KindOfValue(value) : JsonKinds.Any;
    }

    private static JsonKinds Union(IEnumerable<JsonKinds> kinds)
    {
        var union = kinds.Aggregate(JsonKinds.None, (sum, kind) => sum | kind);
        return union == JsonKinds.None ? JsonKinds.Any : union;
    }

    private static JsonKinds KindNamed(JsonElement type) => type.ValueKind != JsonValueKind.String ? JsonKinds.Any : type.GetString() switch
    {
        "string" => JsonKinds.Text,
        "number" or "integer" => JsonKinds.Number,
        "boolean" => JsonKinds.Boolean,
        "null" => JsonKinds.Null,
        "object" => JsonKinds.Object,
        "array" => JsonKinds.Array,
        _ => JsonKinds.Any,
    };

    private static JsonKinds KindOfValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonKinds.Text,
        JsonValueKind.Number => JsonKinds.Number,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.Null => JsonKinds.Null,
        JsonValueKind.Object => JsonKinds.Object,
        _ => JsonKinds.Array,
    };
}

/// <summary>A parameter of a tool.</summary>
/// <param name="Schema">JSON text of what its value may be.</param>
internal sealed record ToolParameter(string Name, string Schema, bool IsRequired, JsonKinds Kinds);

/// <summary>Kinds of JSON value.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Text = 1,
    Number = 2,
    Boolean = 4,
    Null = 8,
    Object = 16,
    Array = 32,
    Any = 63,
}
