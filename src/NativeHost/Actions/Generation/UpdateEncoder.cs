using System.Buffers.Text;
using System.Text.Json;
using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Generation;

/// <summary>A piece of an answer.</summary>
/// <param name="Text">Whole characters in UTF-8.</param>
/// <param name="TokenCount">Tokens generated so far.</param>
/// <param name="Elapsed">Time since the first piece.</param>
internal readonly record struct TextUpdate(ReadOnlyMemory<byte> Text, int TokenCount, TimeSpan Elapsed);

/// <summary>Writes the payload of <c>generationUpdate</c>, without making a text of it: it comes with every token.</summary>
internal static class UpdateEncoder
{
    /// <summary><c>{"phase":"prefill","token":"","tps":null,"numTokens":0,"done":…,"total":…,"cached":…}</c></summary>
    public static void WritePrefill(Utf8JsonWriter json, PrefillProgress progress)
    {
        json.WriteStartObject();
        json.WriteString("phase"u8, "prefill"u8);
        json.WriteString("token"u8, ""u8);
        json.WriteNull("tps"u8);
        json.WriteNumber("numTokens"u8, 0);
        json.WriteNumber("done"u8, progress.Done);
        json.WriteNumber("total"u8, progress.Total);
        json.WriteNumber("cached"u8, progress.Cached);
        json.WriteEndObject();
    }

    /// <summary><c>{"phase":"decode","token":"…","tps":"12.3","numTokens":…}</c>; tps is null until there are two tokens.</summary>
    public static void WriteText(Utf8JsonWriter json, TextUpdate update)
    {
        json.WriteStartObject();
        json.WriteString("phase"u8, "decode"u8);
        json.WriteString("token"u8, update.Text.Span);
        if (update.TokenCount > 1 && update.Elapsed > TimeSpan.Zero)
        {
            Span<byte> tps = stackalloc byte[32];
            Utf8Formatter.TryFormat((update.TokenCount - 1) / update.Elapsed.TotalSeconds, tps, out var written, new('F', 1));
            json.WriteString("tps"u8, tps[..written]);
        }
        else
        {
            json.WriteNull("tps"u8);
        }

        json.WriteNumber("numTokens"u8, update.TokenCount);
        json.WriteEndObject();
    }
}
