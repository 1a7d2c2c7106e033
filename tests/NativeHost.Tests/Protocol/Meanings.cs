using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NativeHost.Actions;
using NativeHost.ModelCache.Suggestions;

namespace NativeHost.Tests.Protocol;

/// <summary>What code says of itself: the summaries that the compiler wrote beside the assemblies, as Markdown.</summary>
internal sealed partial class Meanings
{
    private readonly Dictionary<string, XElement> _members;

    private Meanings(IEnumerable<XElement> members) => _members = members.DistinctBy(NameOf).ToDictionary(NameOf);

    /// <summary>Those of the assemblies that declare messages.</summary>
    public static Meanings OfMessages()
    {
        Assembly[] assemblies = [typeof(ActionsJson).Assembly, typeof(SuggestedModel).Assembly, typeof(Meanings).Assembly];
        return new Meanings(assemblies.SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")));
    }

    /// <summary>Of a type; empty where nothing is said.</summary>
    public string Of(Type type) => Text(_members.GetValueOrDefault($"T:{NameOf(type)}")?.Element("summary"));

    /// <summary>Of a property, or of the parameter of a record that it is made from; empty where nothing is said.</summary>
    public string Of(PropertyInfo property)
    {
        var owner = NameOf(property.DeclaringType!);
        return Text(
            _members.GetValueOrDefault($"P:{owner}.{property.Name}")?.Element("summary")
            ?? _members.GetValueOrDefault($"T:{owner}")?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == property.Name));
    }

    /// <summary>Of a value of an enum.</summary>
    public string Of(Enum value) => Text(_members.GetValueOrDefault($"F:{NameOf(value.GetType())}.{value}")?.Element("summary"));

    private static string NameOf(XElement member) => (string)member.Attribute("name")!;

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Text(XElement? element)
        => element is null ? "" : Spaces().Replace(string.Concat(element.Nodes().Select(TextOf)), " ").Trim();

    private static string TextOf(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } cref => $"`{WireNameOf(cref.Value)}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{JsonNamingPolicy.CamelCase.ConvertName((string)parameter.Attribute("name")!)}`",
        XElement other => string.Concat(other.Nodes().Select(TextOf)),
        _ => "",
    };

    // "P:Namespace.Type.Property" as clients know it; of a type only its name.
    private static string WireNameOf(string cref)
    {
        var name = cref[(cref.LastIndexOf('.') + 1)..];
        if (!cref.StartsWith("P:", StringComparison.Ordinal))
        {
            return name;
        }

        var owner = cref[2..cref.LastIndexOf('.')];
        var property = new[] { typeof(ActionsJson), typeof(SuggestedModel) }.Select(type => type.Assembly.GetType(owner)?.GetProperty(name)).FirstOrDefault(found => found is not null);
        return property?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
