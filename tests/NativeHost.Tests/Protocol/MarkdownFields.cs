using System.Globalization;

namespace NativeHost.Tests.Protocol;

/// <summary>Tables of fields. A shape that has one place stands in it, with dotted names; one that has several gets a section of its own.</summary>
internal sealed class MarkdownFields
{
    private readonly Dictionary<WireShape, int> _uses = [];

    /// <param name="roots">All fields of the document's tables.</param>
    public MarkdownFields(IReadOnlyList<WireField> roots) => Count(roots);

    /// <summary>The shapes that get sections of their own.</summary>
    public IEnumerable<WireShape> Shared => _uses.Where(use => use.Value > 1).Select(use => use.Key);

    public static string Link(WireShape shape) => $"[{shape.Name}](#{shape.Name.ToLowerInvariant()})";

    /// <summary>"`a`, `b` or `c`".</summary>
    public static string OneOf(IReadOnlyList<string> words)
        => words.Count == 1 ? $"`{words[0]}`" : $"{string.Join(", ", words.SkipLast(1).Select(word => $"`{word}`"))} or `{words[^1]}`";

    public string RequestTable(IReadOnlyList<WireField> fields)
        => MarkdownParts.Table(
            ["field", "type", "default", "meaning"],
            Rows("", fields).Select(row => new[] { NamesOf(row), TypeOf(row.Field), row.Field.IsRequired ? "required" : DefaultOf(row.Field), MeaningOf(row.Field) }));

    public string AnswerTable(IReadOnlyList<WireField> fields)
        => MarkdownParts.Table(
            ["field", "type", "meaning"],
            Rows("", fields).Select(row => new[] { $"`{row.Name}`{(row.Field.IsRequired ? "" : "?")}", TypeOf(row.Field), MeaningOf(row.Field) }));

    private static string NamesOf((string Name, WireField Field) row)
        => row.Field.Synonyms.Count == 0 ? $"`{row.Name}`" : $"`{row.Name}` ({string.Join(", ", row.Field.Synonyms.Select(synonym => $"`{synonym}`"))})";

    // Of a shape that stands here, what it says of itself where the field says nothing.
    private string MeaningOf(WireField field)
        => field.Meaning.Length == 0 && ObjectIn(field.Type) is { } shape && !IsShared(shape) ? shape.Meaning : field.Meaning;

    private bool IsShared(WireShape shape) => _uses.GetValueOrDefault(shape) > 1;

    private static string DefaultOf(WireField field) => field.Default is { } value ? $"`{value}`" : "";

    /// <summary>"0 to 2"; empty for no range.</summary>
    public static string RangeOf(WireType type) => type switch
    {
        WireType.Integer number => Range(number.Least, number.Most, number.Also),
        WireType.Number number => Range(number.Least, number.Most, number.Also),
        _ => "",
    };

    private static string Range(double? least, double? most, double? also)
    {
        var range = (least, most) switch
        {
            ({ } from, null or int.MaxValue) => $"{Number(from)} or more",
            ({ } from, { } to) => $"{Number(from)} to {Number(to)}",
            _ => "",
        };
        return also is { } other ? $"{range}, or {Number(other)}" : range;
    }

    private static string Number(double number) => number == 1L << 53 ? "2^53" : number.ToString("#,0.###", CultureInfo.InvariantCulture);

    private void Count(IReadOnlyList<WireField> fields)
    {
        foreach (var shape in fields.Select(field => ObjectIn(field.Type)).OfType<WireShape>())
        {
            _uses[shape] = _uses.GetValueOrDefault(shape) + 1;
            if (_uses[shape] == 1)
            {
                Count(shape.Fields);
            }
        }
    }

    private static WireShape? ObjectIn(WireType type) => type switch
    {
        WireType.Object { Shape: var shape } => shape,
        WireType.List { Of: var item } => ObjectIn(item),
        WireType.Map { Of: var item } => ObjectIn(item),
        _ => null,
    };

    // "a", "a.b", "list[].c", "map.*.d"
    private IEnumerable<(string Name, WireField Field)> Rows(string prefix, IReadOnlyList<WireField> fields)
    {
        foreach (var field in fields)
        {
            var name = prefix + field.Name;
            yield return (name, field);
            if (ObjectIn(field.Type) is { } shape && !IsShared(shape))
            {
                var within = field.Type switch { WireType.List => "[].", WireType.Map => ".*.", _ => "." };
                foreach (var row in Rows(name + within, shape.Fields))
                {
                    yield return row;
                }
            }
        }
    }

    private string TypeOf(WireField field) => TypeOf(field.Type) + (field.IsNullable && field.IsRequired ? " or null" : "");

    private string TypeOf(WireType type) => type switch
    {
        WireType.Text => "text",
        WireType.Words { IsErrorCode: true } => "[error code](#error-codes)",
        WireType.Words words => OneOf(words.Values),
        WireType.Integer => RangeOf(type) is { Length: > 0 } range ? $"integer, {range}" : "integer",
        WireType.Number => RangeOf(type) is { Length: > 0 } range ? $"number, {range}" : "number",
        WireType.Flag => "true or false",
        WireType.Vector => "list of numbers, or text in base64",
        WireType.Texts { Most: null } => "text, or list of texts",
        WireType.Texts texts => $"text, or list of up to {texts.Most}",
        WireType.Id => "text or integer",
        WireType.Time => "date and time, ISO 8601",
        WireType.Any => "any JSON",
        WireType.List { Of: WireType.Text } => "list of texts",
        WireType.List { Of: WireType.Object { Shape: var shape } } => IsShared(shape) ? $"list of {Link(shape)}" : "list of objects",
        WireType.List list => $"list, each {TypeOf(list.Of)}",
        WireType.Map { Of: WireType.Object { Shape: var shape } } => IsShared(shape) ? $"{Link(shape)} by name" : "object by name",
        WireType.Map map => $"{TypeOf(map.Of)} by name",
        WireType.Object { Shape: var shape } => IsShared(shape) ? Link(shape) : "object",
        WireType.AllOf all => string.Join(" and ", all.Shapes.Select(Link)),
        _ => throw new NotSupportedException(type.ToString()),
    };
}
