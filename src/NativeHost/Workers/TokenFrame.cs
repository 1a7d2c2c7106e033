using System.Text.Json;

namespace NativeHost.Workers;

/// <summary>The report that comes with every token, without making objects of it: <c>{"t":number,"c":tokens,"s":"text"}</c>.</summary>
internal static class TokenFrame
{
    public static void Write(Utf8JsonWriter json, (int Number, int TokenCount, ReadOnlyMemory<byte> Text) report)
    {
        json.WriteStartObject();
        json.WriteNumber("t"u8, report.Number);
        json.WriteNumber("c"u8, report.TokenCount);
        json.WriteString("s"u8, report.Text.Span);
        json.WriteEndObject();
    }

    /// <summary>Whether a frame's JSON is such a report.</summary>
    public static bool IsOne(ReadOnlySpan<byte> json) => json.StartsWith("{\"t\":"u8);

    /// <exception cref="JsonException">It is none.</exception>
    public static int NumberOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return ReadNumber(ref reader);
    }

    /// <param name="text">Gets the text's bytes; its length is a bound of theirs.</param>
    /// <returns>The text's bytes.</returns>
    /// <exception cref="JsonException">It is none.</exception>
    public static int Read(ReadOnlySpan<byte> json, Span<byte> text, out int tokenCount)
    {
        var reader = new Utf8JsonReader(json);
        ReadNumber(ref reader);
        tokenCount = ReadNumber(ref reader);
        reader.Read();
        reader.Read();
        return reader.CopyString(text);
    }

    private static int ReadNumber(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.Number)
        {
        }

        return reader.GetInt32();
    }
}
