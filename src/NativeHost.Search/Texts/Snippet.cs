namespace NativeHost.Search.Texts;

/// <summary>Chooses the part of a text that shows best why it was found.</summary>
public static class Snippet
{
    /// <summary>Characters before the first word, so that a reader sees what it is about.</summary>
    private const int LeadIn = 40;

    /// <summary>The part of about a length in which most different words stand; the beginning where none does.</summary>
    /// <param name="words">As <see cref="WordReader"/> gives them.</param>
    /// <param name="length">UTF-16 units, at least 1; a little less comes where a word would be cut.</param>
    /// <returns>Where it begins and how long it is, in UTF-16 units; no character is cut.</returns>
    public static (int Offset, int Length) Of(string text, IReadOnlySet<string> words, int length)
    {
        if (text.Length <= length)
        {
            return (0, text.Length);
        }

        List<(int At, string Word)> hits = [.. Places(text).Where(place => words.Contains(place.Word))];
        var start = 0;
        var most = 0;
        var behind = 0;
        var there = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < hits.Count; i++)
        {
            for (; behind < hits.Count && (behind == i || hits[behind].At < hits[i].At + length - LeadIn); behind++)
            {
                there[hits[behind].Word] = there.GetValueOrDefault(hits[behind].Word) + 1;
            }

            if (there.Count > most)
            {
                (most, start) = (there.Count, hits[i].At - LeadIn);
            }

            if (--there[hits[i].Word] == 0)
            {
                there.Remove(hits[i].Word);
            }
        }

        start = AtWord(text, Math.Clamp(start, 0, text.Length - length));
        var end = AtWord(text, Math.Min(text.Length, start + length));
        if (end <= start)
        {
            // One long word, or a length less than a character.
            end = Math.Min(text.Length, start + length);
            end += end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
        }

        return (start, end - start);
    }

    /// <summary>The words of a text and where they begin.</summary>
    private static IEnumerable<(int At, string Word)> Places(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            while (at < text.Length && !char.IsLetterOrDigit(text[at]) && !char.IsSurrogate(text[at]))
            {
                at++;
            }

            var end = at;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || char.IsSurrogate(text[end])))
            {
                end++;
            }

            // Without blanks there is a word for each character, and from the second on it begins with the character before.
            List<string> words = [.. WordReader.Words(text[at..end])];
            var isUnspaced = words.Count > 1 && words.Count == end - at;
            for (var index = 0; index < words.Count; index++)
            {
                yield return (at + (isUnspaced ? Math.Max(0, index - 1) : 0), words[index]);
            }

            at = Math.Max(end, at + 1);
        }
    }

    /// <summary>The next beginning of a word at or before a place, if there is one near.</summary>
    private static int AtWord(string text, int at)
    {
        for (var back = at; back > 0 && back < text.Length && at - back < LeadIn; back--)
        {
            if (char.IsWhiteSpace(text[back - 1]))
            {
                return back;
            }
        }

        return at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
    }
}
