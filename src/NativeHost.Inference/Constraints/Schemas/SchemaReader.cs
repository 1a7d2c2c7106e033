using System.Text.Json;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Reads the keywords of schemas into facts. One reading of schemas that have to hold together.</summary>
internal sealed class SchemaReader
{
    private readonly SchemaDocument _document;
    private readonly IReadOnlyDictionary<string, int> _chosen;
    private readonly SchemaFacts _facts = new();
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<string> _path = [];

    private SchemaReader(SchemaDocument document, IReadOnlyDictionary<string, int> chosen) => (_document, _chosen) = (document, chosen);

    /// <param name="chosen">Which option of an "anyOf" or "oneOf" holds, by the list's pointer.</param>
    /// <exception cref="ConstraintException">A schema is malformed, or uses what is not supported.</exception>
    public static SchemaFacts Read(SchemaDocument document, IEnumerable<SchemaPart> schemas, IReadOnlyDictionary<string, int> chosen)
    {
        var reader = new SchemaReader(document, chosen);
        foreach (var schema in schemas)
        {
            reader.Add(schema);
        }

        return reader._facts;
    }

    private void Add(SchemaPart schema)
    {
        if (!_path.Add(schema.Pointer))
        {
            throw schema.Fault("The schema refers to itself with nothing in between. Remove the reference.");
        }

        if (_path.Count > ConstraintLimits.References)
        {
            throw schema.Fault($"More than {ConstraintLimits.References} references follow each other here. Refer to the last one.");
        }

        if (_seen.Add(schema.Pointer))
        {
            switch (schema.Element.ValueKind)
            {
                case JsonValueKind.True:
                    break;
                case JsonValueKind.False:
                    Restrict(JsonTypes.None);
                    break;
                case JsonValueKind.Object:
                    AddKeywords(schema);
                    break;
                default:
                    throw schema.Fault("A schema has to stand here: an object, true or false.");
            }
        }

        _path.Remove(schema.Pointer);
    }

    private void AddKeywords(SchemaPart schema)
    {
        AddObject(schema);
        AddArray(schema);
        foreach (var keyword in schema.Element.EnumerateObject())
        {
            AddKeyword(keyword.Name, schema.Child(keyword.Name, keyword.Value));
        }
    }

    private void AddKeyword(string name, SchemaPart value)
    {
        switch (name)
        {
            case "title" or "description" or "default" or "examples" or "$schema" or "$id" or "$comment" or "$defs" or "definitions"
                or "deprecated" or "readOnly" or "writeOnly" or "contentEncoding" or "contentMediaType":
            case "properties" or "patternProperties" or "additionalProperties" or "prefixItems" or "items":
                break;
            case "type":
                Restrict(JsonTypeNames.Parse(value));
                _facts.HasTypes = true;
                break;
            case "enum":
                RestrictValues(value.Element.ValueKind == JsonValueKind.Array ? [.. value.Element.EnumerateArray()] : throw value.Fault("A list of values has to stand here."));
                break;
            case "const":
                RestrictValues([value.Element]);
                break;
            case "$ref":
                Add(_document.Resolve(value));
                break;
            case "allOf":
                value.Children().ForEach(Add);
                break;
            case "anyOf" or "oneOf":
                AddGroup(value, name == "oneOf");
                break;
            case "required":
                Mean(JsonTypes.Object);
                _facts.Required.UnionWith(value.Element.ValueKind == JsonValueKind.Array
                    ? value.Element.EnumerateArray().Select(item => value.Child("0", item).Text())
                    : throw value.Fault("A list of names has to stand here."));
                break;
            case "minProperties":
                Mean(JsonTypes.Object);
                _facts.LeastProperties = _facts.LeastProperties is { } fewest && fewest.Count() >= value.Count() ? fewest : value;
                break;
            case "maxProperties":
                Mean(JsonTypes.Object);
                _facts.MostProperties = _facts.MostProperties is { } most && most.Count() <= value.Count() ? most : value;
                break;
            case "minItems":
                Mean(JsonTypes.Array);
                _facts.LeastItems = Math.Max(_facts.LeastItems, value.Count());
                break;
            case "maxItems":
                Mean(JsonTypes.Array);
                _facts.MostItems = Math.Min(_facts.MostItems ?? int.MaxValue, value.Count());
                break;
            case "uniqueItems" when value.Element.ValueKind == JsonValueKind.False:
                break;
            case "minLength":
                Mean(JsonTypes.String);
                _facts.LeastLength = Math.Max(_facts.LeastLength, value.Count());
                break;
            case "maxLength":
                Mean(JsonTypes.String);
                _facts.MostLength = Math.Min(_facts.MostLength ?? int.MaxValue, value.Count());
                break;
            case "pattern":
                Mean(JsonTypes.String);
                _facts.Patterns.Add(value);
                break;
            case "format":
                // Those of numbers say how they are stored.
                _facts.Meant |= StringFormats.IsKnown(value.Text()) ? JsonTypes.String : JsonTypes.None;
                _facts.Formats.Add(value);
                break;
            case "minimum" or "exclusiveMinimum":
                Mean(JsonTypes.Number);
                _facts.AddLeast(new Bound(value.Number(), name != "minimum"));
                break;
            case "maximum" or "exclusiveMaximum":
                Mean(JsonTypes.Number);
                _facts.AddMost(new Bound(value.Number(), name != "maximum"));
                break;
            case "multipleOf":
                Mean(JsonTypes.Number);
                _facts.MultipleOf = _facts.MultipleOf is null ? value : throw value.Fault("Two multiples of one value are not supported together. Give their least common multiple.");
                break;
            case var other when other.StartsWith("x-", StringComparison.Ordinal):
                break;
            default:
                throw value.Fault($"The keyword '{name}' is not supported. Remove it, or say it in the description and check the answer yourself.");
        }
    }

    private void AddGroup(SchemaPart list, bool isOneOf)
    {
        var options = list.Children();
        if (_chosen.TryGetValue(list.Pointer, out var option))
        {
            Add(options[option]);
        }
        else
        {
            _facts.Groups.Add(new OptionGroup(list, options, isOneOf));
        }
    }

    private void AddObject(SchemaPart schema)
    {
        var properties = MembersOf(schema, "properties");
        var patterns = MembersOf(schema, "patternProperties");
        SchemaPart? additional = schema.Element.TryGetProperty("additionalProperties", out var others) ? schema.Child("additionalProperties", others) : null;
        if (properties is not null || patterns is not null || additional is not null)
        {
            Mean(JsonTypes.Object);
            _facts.Objects.Add(new ObjectPart(properties ?? [], patterns ?? [], additional));
        }
    }

    private static List<KeyValuePair<string, SchemaPart>>? MembersOf(SchemaPart schema, string keyword)
    {
        if (!schema.Element.TryGetProperty(keyword, out var members))
        {
            return null;
        }

        var place = schema.Child(keyword, members);
        if (members.ValueKind != JsonValueKind.Object)
        {
            throw place.Fault("An object with schemas has to stand here.");
        }

        // Of a name that stands twice, the last counts, as in all JSON.
        var found = new OrderedDictionary<string, SchemaPart>(StringComparer.Ordinal);
        foreach (var member in members.EnumerateObject())
        {
            found[member.Name] = place.Child(member.Name, member.Value);
        }

        return [.. found];
    }

    private void AddArray(SchemaPart schema)
    {
        var first = schema.Element.TryGetProperty("prefixItems", out var prefix) ? schema.Child("prefixItems", prefix).Children() : [];
        SchemaPart? others = schema.Element.TryGetProperty("items", out var items) ? schema.Child("items", items) : null;
        if (others is { Element.ValueKind: JsonValueKind.Array } list)
        {
            throw list.Fault("A list of schemas for the items has the name 'prefixItems' since draft 2020-12.");
        }

        if (first.Count > 0 || others is not null)
        {
            Mean(JsonTypes.Array);
            _facts.Arrays.Add(new ArrayPart(first, others));
        }
    }

    private void Mean(JsonTypes types) => _facts.Meant |= types;

    private void Restrict(JsonTypes types) => _facts.Types &= types;

    private void RestrictValues(List<JsonElement> values) =>
        _facts.Values = _facts.Values is { } old ? old.FindAll(value => values.Exists(other => JsonElement.DeepEquals(value, other))) : values;
}
