using System.Globalization;
using System.Text;

namespace NativeHost.Search.Texts;

/// <summary>Cuts text into the words that full-text search compares.</summary>
/// <remarks>
/// Runs of letters, digits and the marks on them, in small letters and without accents. Scripts that put no blanks between words (Chinese, Japanese,
/// Korean, Thai) give each pair of neighbouring characters, which finds words of any length.
/// </remarks>
public static class WordReader
{
    /// <summary>Characters of a word beyond this are not looked at.</summary>
    private const int MostLength = 64;

    /// <summary>The words of a text, in its order, with repetitions.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        string? before = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUnspaced(rune))
            {
                if (word.Length > 0)
                {
                    yield return Take(word);
                }

                var character = rune.ToString();
                yield return before is null ? character : before + character;
                before = character;
                continue;
            }

            before = null;
            if (Rune.IsLetterOrDigit(rune))
            {
                if (word.Length < MostLength)
                {
                    var small = Rune.ToLowerInvariant(rune);
                    word.Append(PlainLetters.Find(small.Value) ?? small.ToString());
                }
            }
            else if (word.Length > 0 && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark))
            {
                yield return Take(word);
            }
        }

        if (word.Length > 0)
        {
            yield return Take(word);
        }
    }

    private static bool IsUnspaced(Rune rune) => rune.Value is
        (>= 0x0E00 and <= 0x0E7F) // Thai
        or (>= 0x1100 and <= 0x11FF) // Korean, and below
        or (>= 0x3040 and <= 0x30FF) // Japanese
        or (>= 0x3400 and <= 0x9FFF)
        or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x3134F);

    private static string Take(StringBuilder word)
    {
        var taken = word.ToString();
        word.Clear();
        return taken;
    }
}
