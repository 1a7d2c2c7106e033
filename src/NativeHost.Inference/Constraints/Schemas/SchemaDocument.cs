using System.Globalization;
using System.Text.Json;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>A schema's JSON, with places in it found by JSON pointers.</summary>
internal sealed class SchemaDocument
{
    /// <exception cref="ConstraintException">It is no JSON, or too large.</exception>
    public SchemaDocument(string text)
    {
        if (text.Length > ConstraintLimits.Characters)
        {
            throw new ConstraintException($"The schema has {text.Length:N0} characters; at most {ConstraintLimits.Characters:N0} are read. Make it smaller.");
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = ConstraintLimits.Depth });
            Root = new SchemaPart(document.RootElement.Clone(), "#");
        }
        catch (JsonException fault)
        {
            throw new ConstraintException($"The schema is no JSON, or nested more than {ConstraintLimits.Depth} deep: {fault.Message}");
        }
    }

    public SchemaPart Root { get; }

    /// <summary>Finds what a reference points to.</summary>
    /// <exception cref="ConstraintException">It points out of the schema, or to nothing.</exception>
    public SchemaPart Resolve(SchemaPart reference)
    {
        if (reference.Element.ValueKind != JsonValueKind.String || reference.Element.GetString() is not { } pointer || !(pointer == "#" || pointer.StartsWith("#/", StringComparison.Ordinal)))
        {
            throw reference.Fault("Only references within the schema are supported: \"#\" or \"#/$defs/…\". Put what is referred to into $defs.");
        }

        var found = Root;
        foreach (var step in pointer.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var isFound = found.Element.ValueKind switch
            {
                JsonValueKind.Object => found.Element.TryGetProperty(name, out var member) && Set(found.Child(name, member)),
                JsonValueKind.Array => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < found.Element.GetArrayLength()
                    && Set(found.Child(name, found.Element[index])),
                _ => false,
            };
            if (!isFound)
            {
                throw reference.Fault($"The schema has nothing at {pointer}.");
            }
        }

        return found;

        bool Set(SchemaPart part)
        {
            found = part;
            return true;
        }
    }
}

/// <summary>A place in a schema.</summary>
/// <param name="Pointer">From the schema's root on, as in a <c>$ref</c>.</param>
internal readonly record struct SchemaPart(JsonElement Element, string Pointer)
{
    public SchemaPart Child(string name, JsonElement element) =>
        new(element, $"{Pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}");

    /// <exception cref="ConstraintException">It is no list, or an empty one.</exception>
    public List<SchemaPart> Children()
    {
        if (Element.ValueKind != JsonValueKind.Array || Element.GetArrayLength() == 0)
        {
            throw Fault("A list with at least one schema has to stand here.");
        }

        var place = this;
        return [.. Element.EnumerateArray().Select((child, i) => place.Child(i.ToString(CultureInfo.InvariantCulture), child))];
    }

    public ConstraintException Fault(string message) => new(message, Pointer);

    /// <summary>A number of things: a length, a count.</summary>
    public int Count()
    {
        // 3.0 is a whole number too.
        if (Element.ValueKind == JsonValueKind.Number && Element.TryGetDecimal(out var value) && value == decimal.Truncate(value) && value is >= 0 and <= int.MaxValue)
        {
            return (int)value;
        }

        throw Fault($"A whole number from 0 to {int.MaxValue} has to stand here.");
    }

    public decimal Number() => Element.ValueKind == JsonValueKind.Number && Element.TryGetDecimal(out var value)
        ? value
        : throw Fault("A number of up to 28 digits has to stand here.");

    public string Text() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Fault("A string has to stand here.");
}
