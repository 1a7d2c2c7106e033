using System.Text;
using System.Text.Json;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Reads a call's arguments where they are written in JSON, and passes them on while they come.</summary>
internal static class JsonArguments
{
    /// <summary>Reads one JSON value behind whitespace into the open call.</summary>
    /// <param name="closers">Where broken arguments end; where none of them comes, they go on to the end of the output.</param>
    /// <param name="result">Whether the value is whole.</param>
    public static IEnumerable<NeedsText> Read(TextCursor cursor, CallWriter calls, Marks closers, Outcome result)
    {
        result.IsWhole = false;
        while (cursor.SkipsWhitespace())
        {
            yield return default;
        }

        // Some models write the arguments as a text that holds JSON.
        var unquotes = cursor.Rest.StartsWith('"');
        var scanner = new JsonScanner();
        var decoder = unquotes ? new JsonTextDecoder() : null;
        var text = new StringBuilder();
        while (!cursor.IsAtEnd)
        {
            var isBroken = Take(cursor, scanner, decoder, text);
            calls.Arguments(text.ToString());
            text.Clear();
            if (isBroken || scanner.IsDone)
            {
                break;
            }

            if (cursor.Lacks(1))
            {
                yield return default;
            }
        }

        if (scanner.CanEnd)
        {
            (result.IsWhole, result.IsBroken) = (decoder?.IsWholeValue ?? true, false);
            yield break;
        }

        result.IsBroken = true;

        while (!cursor.IsAtEnd)
        {
            var closer = closers.Find(cursor.Rest, cursor.HasEnded, out var length);
            calls.Arguments(cursor.Rest[..length]);
            cursor.Advance(length);
            if (closer is not null)
            {
                yield break;
            }

            if (!cursor.HasEnded)
            {
                yield return default;
            }
        }
    }

    /// <summary>Reads one JSON value behind whitespace and gives its text.</summary>
    /// <param name="longest">Most characters that it may have.</param>
    /// <param name="taken">The text; null where the value is broken, unfinished or too long.</param>
    public static IEnumerable<NeedsText> TakeValue(TextCursor cursor, int longest, Taken taken)
    {
        taken.Text = null;
        while (cursor.SkipsWhitespace())
        {
            yield return default;
        }

        var scanner = new JsonScanner();
        var text = new StringBuilder();
        while (!cursor.IsAtEnd)
        {
            if (Take(cursor, scanner, null, text) || scanner.IsDone || text.Length > longest)
            {
                break;
            }

            if (cursor.Lacks(1))
            {
                yield return default;
            }
        }

        taken.Text = scanner.CanEnd && text.Length <= longest ? text.ToString() : null;
    }

    /// <summary>Whether a text is one JSON value.</summary>
    public static bool IsWhole(string text)
    {
        var scanner = new JsonScanner();
        return text.All(scanner.Accept) && scanner.CanEnd;
    }

    /// <summary>The characters of a JSON text; null where it is none.</summary>
    public static string? Decode(string? json)
    {
        if (json is null || !json.StartsWith('"'))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is for half of a surrogate pair.
            return null;
        }
    }

    /// <returns>True if the next character is no part of the value.</returns>
    private static bool Take(TextCursor cursor, JsonScanner scanner, JsonTextDecoder? decoder, StringBuilder text)
    {
        var rest = cursor.Rest;
        var count = 0;
        var isBroken = false;
        while (count < rest.Length && !scanner.IsDone && !isBroken)
        {
            var c = rest[count];
            var wasInText = scanner.IsInText;
            isBroken = !scanner.Accept(c);
            if (isBroken)
            {
                break;
            }

            count++;
            if (decoder is not null)
            {
                decoder.Accept(c, text);
            }
            else if (wasInText && c < ' ')
            {
                text.Append(CallWriter.Escaped([c]));
            }
            else
            {
                text.Append(c);
            }
        }

        cursor.Advance(count);
        return isBroken;
    }
}

/// <summary>How an iterator ended.</summary>
internal sealed class Outcome
{
    /// <summary>Whether what it read is whole.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Whether nothing is known of what comes next.</summary>
    public bool IsBroken { get; set; }
}
