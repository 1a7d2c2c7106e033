using System.Text;
using System.Text.Json;

namespace NativeHost.Settings;

/// <summary>The settings file as text: where its properties stand, and what it is with one more or one fewer.</summary>
internal sealed class SettingsText
{
    private readonly byte[] _text;
    private readonly List<PropertyPlace> _places = [];
    private readonly int _end;

    private SettingsText(byte[] text)
    {
        _text = text;
        var start = SettingsFile.Start(text);
        var reader = new Utf8JsonReader(text.AsSpan(start), SettingsFile.AsPeopleWrite);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("It has to be one JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, nameStart) = (reader.GetString()!, start + (int)reader.TokenStartIndex);
            reader.Read();
            var valueStart = start + (int)reader.TokenStartIndex;
            reader.Skip();
            _places.Add(new PropertyPlace(name, nameStart, valueStart, start + (int)reader.BytesConsumed));
        }

        _end = start + (int)reader.TokenStartIndex;
        reader.Read();
    }

    private string NewLine => _text.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";

    /// <exception cref="SettingsEditException">It is no JSON object.</exception>
    public static SettingsText Of(byte[] text)
    {
        try
        {
            return new SettingsText(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SettingsEditException($"The settings file has to be mended first: {e.Message}", e);
        }
    }

    /// <summary>Where a property stands first; null where it does not.</summary>
    public PropertyPlace? Find(string name) => _places.Find(place => place.Name == name);

    /// <summary>The text with another value of a property.</summary>
    public byte[] WithValue(PropertyPlace place, ReadOnlySpan<byte> value) => [.. _text.AsSpan(0, place.ValueStart), .. value, .. _text.AsSpan(place.ValueEnd)];

    /// <summary>The text with one more property, behind the others and what is said of the last of them.</summary>
    public byte[] With(string name, ReadOnlySpan<byte> value)
    {
        var property = (byte[])[.. Encoding.UTF8.GetBytes($"\"{name}\": "), .. value];
        if (_places.Count == 0)
        {
            var isOnLineOfItsOwn = _text[_end - 1] == '\n';
            return Inserted((_end, [.. Encoding.UTF8.GetBytes($"{(isOnLineOfItsOwn ? "" : NewLine)}  "), .. property, .. Encoding.UTF8.GetBytes(NewLine)]));
        }

        var last = _places[^1];
        var comma = CommaAfter(last.ValueEnd);
        var place = EndOfLine((comma ?? last.ValueEnd - 1) + 1);
        var before = place < _end ? NewLine + IndentOf(last.NameStart) : " ";
        (int, byte[]) added = (place, [.. Encoding.UTF8.GetBytes(before), .. property]);
        return comma is null ? Inserted((last.ValueEnd, [(byte)',']), added) : Inserted(added);
    }

    /// <summary>The text without a property and its comma, and without its line where nothing else stands on it.</summary>
    public byte[] Without(PropertyPlace place)
    {
        List<byte> text = [.. _text];
        if (CommaAfter(place.ValueEnd) is { } comma)
        {
            text.RemoveAt(comma);
        }

        text.RemoveRange(place.NameStart, place.ValueEnd - place.NameStart);
        var (start, end) = (place.NameStart, place.NameStart);
        while (start > 0 && text[start - 1] is (byte)' ' or (byte)'\t')
        {
            start--;
        }

        while (end < text.Count && text[end] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            end++;
        }

        if (start > 0 && text[start - 1] == '\n' && end < text.Count && text[end] == '\n')
        {
            text.RemoveRange(start, end + 1 - start);
        }

        return [.. text];
    }

    private byte[] Inserted(params ReadOnlySpan<(int Place, byte[] Bytes)> inserts)
    {
        List<byte> text = [];
        var from = 0;
        foreach (var (place, bytes) in inserts)
        {
            text.AddRange(_text.AsSpan(from, place - from));
            text.AddRange(bytes);
            from = place;
        }

        text.AddRange(_text.AsSpan(from));
        return [.. text];
    }

    /// <summary>The comma behind a value, with blanks and comments between them; null for none.</summary>
    private int? CommaAfter(int position)
    {
        while (position < _end && SkipComment(position) is var next && (next > position || char.IsWhiteSpace((char)_text[position])))
        {
            position = Math.Max(next, position + 1);
        }

        return position < _end && _text[position] == ',' ? position : null;
    }

    /// <summary>Where the line ends, or what comes next on it begins; comments belong to what is before them.</summary>
    private int EndOfLine(int position)
    {
        while (position < _end && SkipComment(position) is var next && (next > position || _text[position] is (byte)' ' or (byte)'\t'))
        {
            position = Math.Max(next, position + 1);
        }

        return position;
    }

    /// <summary>The place behind a comment that starts here; the same place where none does. The line's end is no part of it.</summary>
    private int SkipComment(int position)
    {
        var rest = _text.AsSpan(position, _end - position);
        if (rest.StartsWith("//"u8))
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            return end < 0 ? _end : position + end;
        }

        return rest.StartsWith("/*"u8) ? position + rest.IndexOf("*/"u8) + 2 : position;
    }

    private string IndentOf(int nameStart)
    {
        var start = nameStart;
        while (start > 0 && _text[start - 1] is (byte)' ' or (byte)'\t')
        {
            start--;
        }

        return start > 0 && _text[start - 1] == '\n' ? Encoding.UTF8.GetString(_text, start, nameStart - start) : "  ";
    }
}

/// <summary>Where a property stands in the file: bytes from its start.</summary>
internal sealed record PropertyPlace(string Name, int NameStart, int ValueStart, int ValueEnd);
