using System.Text.Json;
using NativeHost.Inference.Constraints.Automata;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>What one or several schemas together ask of a value, references and "allOf" resolved.</summary>
internal sealed class SchemaFacts
{
    /// <summary>The types that are allowed.</summary>
    public JsonTypes Types { get; set; } = JsonTypes.All;

    /// <summary>Whether a schema names types.</summary>
    public bool HasTypes { get; set; }

    /// <summary>Types that some keyword is about; where no types are named, these are meant.</summary>
    public JsonTypes Meant { get; set; }

    /// <summary>The only values that are allowed, from "enum" and "const"; null for any.</summary>
    public List<JsonElement>? Values { get; set; }

    public List<ObjectPart> Objects { get; } = [];

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>The least number of properties that is asked for, and where.</summary>
    public SchemaPart? LeastProperties { get; set; }

    public SchemaPart? MostProperties { get; set; }

    public List<ArrayPart> Arrays { get; } = [];

    public int LeastItems { get; set; }

    public int? MostItems { get; set; }

    /// <summary>In code points.</summary>
    public int LeastLength { get; set; }

    public int? MostLength { get; set; }

    public List<SchemaPart> Patterns { get; } = [];

    public List<SchemaPart> Formats { get; } = [];

    /// <summary>What <see cref="StringNodes"/> made of the rules for strings.</summary>
    public ByteAutomaton? Content { get; set; }

    public Bound? Least { get; set; }

    public Bound? Most { get; set; }

    public SchemaPart? MultipleOf { get; set; }

    /// <summary>Lists of schemas of which one has to hold, that were not chosen from yet.</summary>
    public List<OptionGroup> Groups { get; } = [];

    /// <summary>Whether nothing is asked but by <see cref="Groups"/>.</summary>
    public bool IsBare => Types == JsonTypes.All && Meant == JsonTypes.None && Values is null;

    /// <summary>The types of values to make.</summary>
    public JsonTypes TypesToMake => HasTypes || Meant == JsonTypes.None ? Types : Types & Meant;

    public bool HasStringRules => LeastLength > 0 || MostLength is not null || Patterns.Count > 0 || Formats.Count > 0;

    public void AddLeast(Bound bound) => Least = Least is { } old && (old.Value, old.IsExclusive).CompareTo((bound.Value, bound.IsExclusive)) >= 0 ? old : bound;

    public void AddMost(Bound bound) => Most = Most is { } old && (old.Value, bound.IsExclusive).CompareTo((bound.Value, old.IsExclusive)) <= 0 ? old : bound;
}

/// <summary>What one schema says of an object's properties.</summary>
/// <param name="properties">In the order in which they are declared.</param>
/// <param name="additional">For the others; null where nothing is said.</param>
internal sealed class ObjectPart(
    IReadOnlyList<KeyValuePair<string, SchemaPart>> properties, IReadOnlyList<KeyValuePair<string, SchemaPart>> patterns, SchemaPart? additional)
{
    private readonly Dictionary<string, SchemaPart> _byName = new(properties, StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, SchemaPart>> Properties { get; } = properties;

    public IReadOnlyList<KeyValuePair<string, SchemaPart>> Patterns { get; } = patterns;

    public SchemaPart? Additional { get; } = additional;

    public SchemaPart? Find(string name) => _byName.TryGetValue(name, out var schema) ? schema : null;
}

/// <summary>What one schema says of an array's items.</summary>
/// <param name="Others">For those behind the first; null where nothing is said.</param>
internal sealed record ArrayPart(IReadOnlyList<SchemaPart> First, SchemaPart? Others);

/// <param name="IsOneOf">Whether only one of them may hold.</param>
internal sealed record OptionGroup(SchemaPart Place, List<SchemaPart> Options, bool IsOneOf);

internal readonly record struct Bound(decimal Value, bool IsExclusive);
