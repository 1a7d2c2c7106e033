using System.Text;
using NativeHost.Messages;

namespace NativeHost.Actions.Commands;

/// <summary>Splits the text of a command into words, by rules that docs/CONFIGURATION.md tells. No shell has a part in it.</summary>
/// <remarks>
/// Blanks and tabs part words. <c>'…'</c> is taken to the letter. A backslash stands for the character behind it where that is a quote or a
/// backslash, outside of quotes also a blank or a tab, and between double quotes only <c>"</c> and <c>\</c>; else it is a backslash. All other
/// characters, those that shells know among them, stand for themselves.
/// </remarks>
internal static class CommandWords
{
    public const int MaxLength = 8192;
    private const string EscapedOutside = "\"'\\ \t";
    private const string EscapedInside = "\"\\";

    /// <returns>At least one word; words may be empty where quotes say so.</returns>
    /// <exception cref="RequestException">There is no command, or it is not one line of whole quotes.</exception>
    public static IReadOnlyList<string> Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new RequestException(ErrorCode.InvalidRequest, "No command provided");
        }

        if (text.Length > MaxLength || !IsOneLine(text))
        {
            throw new RequestException(ErrorCode.InvalidRequest, $"The command has to be one line of at most {MaxLength} characters, without control characters.");
        }

        List<string> words = [];
        var word = new StringBuilder();
        var isInWord = false;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == '\\' && quote != '\'' && at + 1 < text.Length && (quote == '"' ? EscapedInside : EscapedOutside).Contains(text[at + 1]))
            {
                word.Append(text[++at]);
                isInWord = true;
            }
            else if (quote == '\0' && letter is ' ' or '\t')
            {
                End();
            }
            else if (quote == '\0' && letter is '"' or '\'')
            {
                (quote, isInWord) = (letter, true);
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else
            {
                word.Append(letter);
                isInWord = true;
            }
        }

        if (quote != '\0')
        {
            throw new RequestException(ErrorCode.InvalidRequest, $"The command has a quote {quote} that is not closed.");
        }

        End();
        return words;

        void End()
        {
            if (isInWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isInWord = false;
            }
        }
    }

    // Half of a surrogate pair would be another text for the program than for us.
    private static bool IsOneLine(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value != '\t'))
            {
                return false;
            }
        }

        return true;
    }
}
