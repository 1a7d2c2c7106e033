using System.Collections.Frozen;

namespace NativeHost.Search.Texts;

/// <summary>Finds the sentences of a text.</summary>
/// <remarks>
/// One ends behind its marks (. ! ? … and those of other scripts) and what closes with them, at a blank line, and at a line's end unless the next line
/// goes on in small letters, as in text that was wrapped. No end is a point within a word or number, behind an abbreviation or an initial, behind the number
/// of a list's entry, or before a small letter. What is neither blank nor told apart by these rules belongs to one sentence, whatever its length.
/// </remarks>
public static class Sentences
{
    /// <summary>Ends of sentences that have a blank behind them.</summary>
    private const string SpacedEnds = ".!?…‽؟۔।॥";

    /// <summary>Ends of sentences in scripts without blanks.</summary>
    private const string UnspacedEnds = "。！？｡︒．";

    /// <summary>What may stand between the end of a sentence and the blank behind it.</summary>
    private const string Closers = "\"'”’»›)]}」』）】》〉］｝";

    private const string LineEnds = "\n\r\u000B\u000C\u0085\u2028\u2029";

    /// <summary>Letters of the longest word that may be an abbreviation.</summary>
    private const int LongestShort = 8;

    /// <summary>Letters between the points of an abbreviation that has several.</summary>
    private const int MostBetweenPoints = 2;

    /// <summary>Words that have a point behind them within sentences; those at whose end a sentence often ends, such as etc., are not here.</summary>
    private static readonly FrozenSet<string> Abbreviations = FrozenSet.ToFrozenSet(
        [
            "al", "approx", "ave", "bzw", "ca", "cf", "dept", "dr", "dra", "eds", "eq", "eqs", "evtl", "fig", "figs", "gen", "ggf", "gov", "hon", "inkl", "lt",
            "mlle", "mme", "mr", "mrs", "ms", "mt", "nr", "op", "pp", "pres", "prof", "refs", "resp", "rev", "sen", "sgt", "sog", "sr", "sra", "st", "str",
            "vgl", "viz", "vol", "vols", "vs",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Words that have a point behind them before a number.</summary>
    private static readonly FrozenSet<string> BeforeNumbers = FrozenSet.ToFrozenSet(
        ["art", "cap", "ch", "no", "nos", "sec", "tab"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The sentences in the order of the text, without the blanks around them; all that is not blank is in one of them.</summary>
    public static IEnumerable<TextSpan> Of(string text)
    {
        var start = SkipBlanks(text, 0);
        var at = start;
        while (start < text.Length)
        {
            var end = NextEnd(text, start, ref at);
            yield return new TextSpan(start, end);
            start = SkipBlanks(text, Math.Max(at, end));
            at = start;
        }
    }

    /// <summary>Where the sentence ends that begins at a place.</summary>
    /// <param name="at">Where to look on; where nothing was looked at afterwards.</param>
    private static int NextEnd(string text, int start, ref int at)
    {
        while (at < text.Length)
        {
            var character = text[at];
            if (LineEnds.Contains(character))
            {
                var end = TrimEnd(text, start, at);
                if (EndsLine(text, ref at))
                {
                    return end;
                }
            }
            else if (UnspacedEnds.Contains(character) && (character != '．' || !IsDigit(text, at + 1)))
            {
                return at = SkipMarks(text, at);
            }
            else if (SpacedEnds.Contains(character))
            {
                var mark = at;
                at = SkipMarks(text, at);
                if (EndsAt(text, start, mark, at))
                {
                    return at;
                }
            }
            else
            {
                at++;
            }
        }

        return TrimEnd(text, start, text.Length);
    }

    /// <summary>Whether a sentence ends with a line; goes to the next character that is not blank.</summary>
    private static bool EndsLine(string text, ref int at)
    {
        var lines = 0;
        for (; at < text.Length && char.IsWhiteSpace(text[at]); at++)
        {
            lines += LineEnds.Contains(text[at]) && !(text[at] == '\n' && at > 0 && text[at - 1] == '\r') ? 1 : 0;
        }

        return lines > 1 || at == text.Length || !char.IsLower(text[at]);
    }

    /// <param name="mark">Where its marks begin.</param>
    /// <param name="end">Behind them and what closes.</param>
    private static bool EndsAt(string text, int start, int mark, int end)
    {
        if (end == text.Length)
        {
            return true;
        }

        if (!char.IsWhiteSpace(text[end]))
        {
            return false;
        }

        var next = SkipBlanksOfLine(text, end);
        return !(next < text.Length && char.IsLower(text[next]))
            && !(text[mark] == '.' && end == mark + 1 && IsAbbreviated(text, start, mark, isBeforeNumber: IsDigit(text, next)));
    }

    private static bool IsAbbreviated(string text, int start, int point, bool isBeforeNumber)
    {
        var first = point;
        while (first > start && point - first <= LongestShort && !char.IsWhiteSpace(text[first - 1]))
        {
            first--;
        }

        if (point - first > LongestShort)
        {
            return false;
        }

        var word = text.AsSpan(first, point - first).TrimStart("([{\"'“‘«„");
        var isNumberOfEntry = word.Length is 1 or 2 && first == start && !word.ContainsAnyExceptInRange('0', '9');
        var isInitial = word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I';
        return isNumberOfEntry
            || isInitial
            || HasSeveralPoints(word)
            || Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)
            || (isBeforeNumber && BeforeNumbers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word));
    }

    // As e.g. and Ph.D. have.
    private static bool HasSeveralPoints(ReadOnlySpan<char> word)
    {
        if (!word.Contains('.'))
        {
            return false;
        }

        foreach (var part in word.Split('.'))
        {
            if (word[part].Length is 0 or > MostBetweenPoints || word[part].ContainsAnyInRange('0', '9'))
            {
                return false;
            }
        }

        return true;
    }

    private static int SkipMarks(string text, int at)
    {
        while (at < text.Length && (SpacedEnds.Contains(text[at]) || UnspacedEnds.Contains(text[at])))
        {
            at++;
        }

        while (at < text.Length && Closers.Contains(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    // A line's end has rules of its own.
    private static int SkipBlanksOfLine(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]) && !LineEnds.Contains(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int TrimEnd(string text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private static bool IsDigit(string text, int at) => at < text.Length && char.IsDigit(text[at]);
}
