namespace NativeHost.Tests.Protocol;

/// <summary>What a JSON value may be.</summary>
internal abstract record WireType
{
    public sealed record Text : WireType;

    /// <summary>A text that is one of these.</summary>
    /// <param name="IsErrorCode">Whether they are those of failures, which have a list of their own.</param>
    public sealed record Words(IReadOnlyList<string> Values, bool IsErrorCode = false) : WireType;

    /// <param name="AsText">Whether it may come as a text, too.</param>
    public sealed record Integer(double? Least = null, double? Most = null, double? Also = null, bool AsText = false) : WireType;

    /// <inheritdoc cref="Integer"/>
    public sealed record Number(double? Least = null, double? Most = null, double? Also = null, bool AsText = false) : WireType;

    /// <param name="IsLenient">Whether numbers and texts that mean the same are taken, too.</param>
    public sealed record Flag(bool IsLenient = false) : WireType;

    /// <summary>A text or a list of texts.</summary>
    /// <param name="Most">Most texts of the list; null for any number.</param>
    /// <param name="MostLength">Most characters of each; null for any number, and none as well.</param>
    public sealed record Texts(int? Most = null, int? MostLength = null) : WireType;

    /// <summary>A list of numbers, or their bytes in base64.</summary>
    public sealed record Vector : WireType;

    /// <summary>Date and time as a text, ISO 8601.</summary>
    public sealed record Time : WireType;

    /// <summary>A text or an integer.</summary>
    public sealed record Id : WireType;

    public sealed record Any : WireType;

    public sealed record List(WireType Of, bool OfNullable) : WireType;

    /// <summary>An object whose names are the client's or the host's to choose.</summary>
    public sealed record Map(WireType Of) : WireType;

    public sealed record Object(WireShape Shape) : WireType;

    /// <summary>An object that has the fields of each.</summary>
    public sealed record AllOf(IReadOnlyList<WireShape> Shapes) : WireType;
}

/// <summary>An object on the wire.</summary>
internal sealed class WireShape(string name, string meaning)
{
    public string Name { get; set; } = name;

    public string Meaning { get; } = meaning;

    /// <summary>Set after construction, because shapes may hold themselves.</summary>
    public IReadOnlyList<WireField> Fields { get; set; } = [];

    /// <summary>Settings that it takes beside its fields.</summary>
    public IReadOnlyList<WireShape> Also { get; set; } = [];

    /// <summary>Groups of fields of which a request needs one.</summary>
    public IReadOnlyList<IReadOnlyList<WireField>> Needs { get; set; } = [];

    /// <summary>The fields, those as required as well that a request needs under one of their names.</summary>
    public IReadOnlyList<WireField> WithNeeds
        => [.. Fields.Select(known => Needs.Any(needed => needed.Count == 1 && needed[0] == known) ? known with { IsRequired = true } : known)];
}

/// <summary>A field of an object.</summary>
/// <param name="IsRequired">Whether a request must have it, and an answer always has.</param>
/// <param name="IsNullable">Whether it may be null where it is there.</param>
/// <param name="Default">JSON of what an absent one counts as; null where nothing short says it.</param>
internal sealed record WireField(
    string Name, WireType Type, string Meaning, bool IsRequired, bool IsNullable, string? Default, IReadOnlyList<string> Synonyms);
