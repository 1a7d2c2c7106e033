using System.Text.Json;
using NativeHost.Inference.Generation;

namespace NativeHost.Workers;

/// <summary>
/// The report that comes with every token, without making objects of it: <c>{"t":number,"c":tokens,"k":kind,"s":"text"}</c>.
/// </summary>
/// <remarks>The kind is that of the event as a number: the answer's text, reasoning, the arguments of the last tool call, or how likely the token was.</remarks>
internal static class TokenFrame
{
    public static void Write(Utf8JsonWriter json, (int Number, GenerationEvent Step) report)
    {
        json.WriteStartObject();
        json.WriteNumber("t"u8, report.Number);
        json.WriteNumber("c"u8, report.Step.TokenCount);
        json.WriteNumber("k"u8, (int)report.Step.Kind);
        json.WriteString("s"u8, report.Step.Text.Span);
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
    public static int Read(ReadOnlySpan<byte> json, Span<byte> text, out int tokenCount, out GenerationEventKind kind)
    {
        var reader = new Utf8JsonReader(json);
        ReadNumber(ref reader);
        tokenCount = ReadNumber(ref reader);
        kind = (GenerationEventKind)ReadNumber(ref reader);
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
