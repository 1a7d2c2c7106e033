using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Conversion;

/// <summary>A JSON file of a checkpoint, read as a stranger's: everything of a wrong kind is refused by its name.</summary>
internal sealed class CheckpointJson : IDisposable
{
    private const long MostBytes = 256L * 1024 * 1024;

    private readonly JsonDocument _document;

    private CheckpointJson(string path, JsonDocument document)
    {
        _document = document;
        Root = new JsonField(path, "", document.RootElement);
    }

    public JsonField Root { get; }

    /// <exception cref="ModelFormatException">It is no JSON object.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static CheckpointJson Read(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > MostBytes)
        {
            throw new ModelFormatException(path, 0, $"it has {stream.Length} bytes; at most {MostBytes} are read.");
        }

        try
        {
            return new CheckpointJson(path, JsonDocument.Parse(stream));
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(path, e.BytePositionInLine ?? 0, $"it is no JSON (line {e.LineNumber + 1}).");
        }
    }

    public void Dispose() => _document.Dispose();
}

/// <summary>One value in a <see cref="CheckpointJson"/>. A null counts as a field that is not there.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="name">Where in it, for messages.</param>
internal readonly struct JsonField(string path, string name, JsonElement element)
{
    public bool IsText => element.ValueKind == JsonValueKind.String;

    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    public bool IsNumber => element.ValueKind == JsonValueKind.Number;

    /// <summary>A field of this object; null where it is missing.</summary>
    public JsonField? Find(string field)
    {
        if (!IsObject)
        {
            throw Refused("is no object");
        }

        return element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null
            ? new JsonField(path, name.Length == 0 ? field : $"{name}.{field}", value)
            : null;
    }

    public JsonField Object(string field) => Find(field) is { IsObject: true } found ? found : throw Refused($"has no object {field}");

    public IReadOnlyList<(string Name, JsonField Value)> Properties()
    {
        var properties = new List<(string, JsonField)>();
        foreach (var property in element.EnumerateObject())
        {
            try
            {
                properties.Add((property.Name, new JsonField(path, $"{name}.{property.Name}", property.Value)));
            }
            catch (InvalidOperationException)
            {
                throw Refused("has a field whose name is no UTF-8");
            }
        }

        return properties;
    }

    public IEnumerable<JsonField> Items()
    {
        var (file, place) = (path, name);
        return IsArray ? element.EnumerateArray().Select(item => new JsonField(file, $"{place}[]", item)) : throw Refused("is no list");
    }

    public string Text()
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Refused("is no text");
        }
        catch (InvalidOperationException)
        {
            throw Refused("is no text in UTF-8");
        }
    }

    public string? Text(string field) => Find(field)?.Text();

    [SuppressMessage("Naming", "CA1720", Justification = "JSON has one kind of whole number.")]
    public int Integer() => IsNumber && element.TryGetInt32(out var number) ? number : throw Refused("is no whole number that fits");

    public int? Count(string field)
        => Find(field) is not { } found ? null : found.Integer() is >= 0 and var number ? number : throw found.Refused("is below 0");

    public double? Real(string field)
        => Find(field) is not { } found ? null : found.IsNumber ? found.Number() : throw found.Refused("is no number");

    public bool? Flag(string field) => Find(field) is not { } found ? null : found.Flag();

    /// <param name="problem">What is wrong with it, as the rest of a sentence.</param>
    public ModelFormatException Refused(string problem) => new(path, 0, $"{(name.Length == 0 ? "it" : name)} {problem}.");

    private double Number() => element.GetDouble();

    private bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refused("is neither true nor false"),
    };
}
