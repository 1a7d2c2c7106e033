using System.Text.Json;

namespace NativeHost.Messages;

// What the type of a field does not say of it, for the generated documents and clients. The program itself does not read these;
// tests hold each one to what the host does with such a request.

/// <summary>The field is another name of one of the same record.</summary>
/// <param name="property">That of the record.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SynonymOfAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}

/// <summary>What a number in a request may be; the host refuses others.</summary>
/// <param name="least">Itself allowed.</param>
/// <param name="most">Itself allowed; by default no bound is told.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeAttribute(double least, double most = double.PositiveInfinity) : Attribute
{
    public double Least { get; } = least;

    public double Most { get; } = most;
}

/// <summary>What a field of a request counts as where it is absent, and the record itself does not tell.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DefaultAttribute(object value) : Attribute
{
    public object Value { get; } = value;
}

/// <summary>A request needs one of these fields, under whatever name; one of each of several such lists.</summary>
/// <param name="properties">Those of the record.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
internal sealed class RequiresAttribute(params string[] properties) : Attribute
{
    public IReadOnlyList<string> Properties { get; } = properties;
}

/// <summary>What a field of any JSON is read as.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ReadAsAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}

/// <summary>The field takes settings; of a record, that its fields are settings.</summary>
/// <param name="tables">Classes that list them.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
internal sealed class SettingsAttribute(params Type[] tables) : Attribute
{
    public IReadOnlyList<Type> Tables { get; } = tables;
}

/// <summary>The words that a text may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute : Attribute
{
    public OneOfAttribute(params string[] words) => Words = words;

    /// <summary>Those of all values of an enum.</summary>
    public OneOfAttribute(Type values) => Words = [.. Enum.GetNames(values).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public IReadOnlyList<string> Words { get; }
}
