using System.Text;
using System.Text.Encodings.Web;

namespace NativeHost.Actions.Commands;

/// <summary>Keeps a text within the room that it may have in a frame.</summary>
internal static class JsonRoom
{
    private const int EscapeBytes = 6; // \u0000

    /// <summary>The beginning of a text that takes no more than so many bytes of JSON; all of it where it does not take more.</summary>
    public static string Cut(string text, int maxBytes)
    {
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += BytesOf(rune);
            if (bytes > maxBytes)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    // What is escaped takes at most as much as the longest escape, once for each half of a pair.
    private static int BytesOf(Rune rune)
        => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.WillEncode(rune.Value) ? EscapeBytes * rune.Utf16SequenceLength : rune.Utf8SequenceLength;
}
