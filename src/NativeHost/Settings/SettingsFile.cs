using System.Text.Json;

namespace NativeHost.Settings;

/// <summary>The file <c>settings.json</c>: one JSON object, with comments and commas at ends where the user likes them. Only the user writes it.</summary>
internal static class SettingsFile
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>With comments, and with commas at ends.</summary>
    public static readonly JsonReaderOptions AsPeopleWrite = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Where it is, whether or not it is there.</summary>
    public static string PathIn(string configFolder) => Path.Combine(configFolder, "settings.json");

    /// <summary>Where the JSON begins: some editors write a mark before it.</summary>
    public static int Start(ReadOnlySpan<byte> text) => text.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;

    /// <summary>Reads what stands in it.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="faults">Gets what keeps it from being read; then nothing of it counts.</param>
    /// <returns>Its entries in their order; none where there is no file.</returns>
    public static IReadOnlyList<SettingsEntry> Read(string path, ICollection<SettingFault> faults)
    {
        // Most users have none, and the first exception of a process costs milliseconds of its start.
        if (!Path.Exists(path))
        {
            return [];
        }

        try
        {
            return Parse(ReadBytes(path));
        }
        catch (JsonException e)
        {
            faults.Add(new SettingFault((int?)e.LineNumber + 1, $"the settings cannot be read: {WithoutPlace(e.Message)} Until then nothing in the file counts."));
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            faults.Add(new SettingFault(null, $"{path} cannot be read: {e.Message} Until then nothing in it counts."));
            return [];
        }
    }

    private static byte[] ReadBytes(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > MaxBytes)
        {
            throw new IOException($"It has over {MaxBytes} bytes.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <exception cref="JsonException">It is no JSON object.</exception>
    /// <exception cref="InvalidOperationException">A text in it is not valid Unicode.</exception>
    private static List<SettingsEntry> Parse(ReadOnlySpan<byte> json)
    {
        json = json[Start(json)..];
        var reader = new Utf8JsonReader(json, AsPeopleWrite);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("It has to be one JSON object.", path: null, lineNumber: 0, bytePositionInLine: 0);
        }

        List<SettingsEntry> entries = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var line = LineOf(json, reader.TokenStartIndex);
            reader.Read();
            var items = reader.TokenType == JsonTokenType.StartArray ? LinesOfItems(json, reader) : [];
            entries.Add(new SettingsEntry(name, line, JsonElement.ParseValue(ref reader), items));
        }

        // Nothing may follow the object; the reader says so.
        reader.Read();
        return entries;
    }

    // The reader is a copy, so that the caller's stays where it is.
    private static List<int> LinesOfItems(ReadOnlySpan<byte> json, Utf8JsonReader reader)
    {
        List<int> lines = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            lines.Add(LineOf(json, reader.TokenStartIndex));
            reader.Skip();
        }

        return lines;
    }

    private static int LineOf(ReadOnlySpan<byte> json, long position) => json[..(int)position].Count((byte)'\n') + 1;

    // The line is told from 1, and the parser's own place from 0.
    private static string WithoutPlace(string message)
        => message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}

/// <summary>One property of the settings file.</summary>
/// <param name="Line">Where its name stands, from 1.</param>
/// <param name="ItemLines">Where each item of a list stands; empty where it is none.</param>
internal sealed record SettingsEntry(string Name, int Line, JsonElement Value, IReadOnlyList<int> ItemLines);
