using System.Text.Json;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Tells whether two schemas surely never hold for the same value, as the options of a "oneOf" must.</summary>
internal sealed class OptionExclusion(SchemaDocument document)
{
    private const int Depth = 4;

    public bool Holds(SchemaFacts a, SchemaFacts b) => Holds(a, b, 0);

    private bool Holds(SchemaFacts a, SchemaFacts b, int depth)
    {
        var types = a.Types & b.Types & TypesOf(a.Values) & TypesOf(b.Values);
        if (types == JsonTypes.None
            || (a.Values is { } values && b.Values is { } others && !values.Exists(value => others.Exists(other => JsonElement.DeepEquals(value, other))))
            || (a.Values is not null && a.Values.TrueForAll(value => IsRefused(b, value)))
            || (b.Values is not null && b.Values.TrueForAll(value => IsRefused(a, value))))
        {
            return true;
        }

        if ((types & ~JsonTypes.Number) == JsonTypes.None)
        {
            return IsBelow(a, b) || IsBelow(b, a);
        }

        if (types == JsonTypes.String)
        {
            return a.MostLength < b.LeastLength || b.MostLength < a.LeastLength;
        }

        return types == JsonTypes.Object && depth < Depth && a.Required.Union(b.Required).Any(name =>
            a.Required.Contains(name) && b.Required.Contains(name) ? Holds(FactsOf(a, name), FactsOf(b, name), depth + 1)
            : a.Required.Contains(name) ? FactsOf(b, name).Types == JsonTypes.None : FactsOf(a, name).Types == JsonTypes.None);
    }

    private static JsonTypes TypesOf(List<JsonElement>? values) => values?.Aggregate(JsonTypes.None, (types, value) => types | JsonTypeNames.Of(value)) ?? JsonTypes.All;

    private static bool IsRefused(SchemaFacts facts, JsonElement value) => (JsonTypeNames.Of(value) & facts.Types) == JsonTypes.None
        || (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && !NumberNodes.Allows(facts, number));

    private static bool IsBelow(SchemaFacts a, SchemaFacts b) => a.Most is { } most && b.Least is { } least
        && (most.Value < least.Value || (most.Value == least.Value && (most.IsExclusive || least.IsExclusive)));

    private SchemaFacts FactsOf(SchemaFacts facts, string name)
    {
        var schemas = facts.Objects.Where(part => part.Patterns.Count == 0).Select(part => part.Find(name) ?? part.Additional).OfType<SchemaPart>();
        return SchemaReader.Read(document, schemas, new Dictionary<string, int>());
    }
}
