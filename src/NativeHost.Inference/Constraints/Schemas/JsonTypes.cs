using System.Text.Json;

namespace NativeHost.Inference.Constraints.Schemas;

[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,

    /// <summary>Numbers that are not whole. The type "number" is these and <see cref="Integer"/>.</summary>
    Fraction = 8,
    Number = Integer | Fraction,
    String = 16,
    Array = 32,
    Object = 64,
    All = Null | Boolean | Number | String | Array | Object,
}

internal static class JsonTypeNames
{
    /// <exception cref="ConstraintException">It is no type's name, or no list of them.</exception>
    public static JsonTypes Parse(SchemaPart part) => part.Element.ValueKind == JsonValueKind.Array
        ? part.Children().Aggregate(JsonTypes.None, (types, child) => types | ParseOne(child))
        : ParseOne(part);

    public static JsonTypes Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Number => value.TryGetDecimal(out var number) && number == decimal.Truncate(number) ? JsonTypes.Integer : JsonTypes.Fraction,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    };

    private static JsonTypes ParseOne(SchemaPart part) => part.Text() switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Number,
        "string" => JsonTypes.String,
        "array" => JsonTypes.Array,
        "object" => JsonTypes.Object,
        var other => throw part.Fault($"'{other}' is no type of JSON. There are null, boolean, integer, number, string, array and object."),
    };
}
