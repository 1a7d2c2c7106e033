namespace NativeHost.Inference.Embedding;

/// <summary>
/// Beginnings of a text, of which the first that surely fills a context is made tokens of: tokens of all of a text of megabytes would take seconds and its memory
/// several times over, only to be cut.
/// </summary>
/// <remarks>
/// Whether a text fits is told as all of it would: one that is longer in characters but not in tokens, such as one with many blanks, is read to its end. An exception is a
/// single word of more characters than a beginning has, of which a vocabulary may make one unknown token.
/// </remarks>
internal static class TextBeginnings
{
    /// <summary>Where a beginning is cut, its last tokens may differ from those that all of the text has there.</summary>
    private const int Margin = 64;

    /// <summary>Of the first beginning, for each token of the context: most texts have two to six.</summary>
    private const int CharactersOfToken = 16;

    private const int LeastCharacters = 16 * 1024;
    private const int Growth = 4;

    /// <summary>Appends the tokens of a text as far as they have room.</summary>
    /// <param name="tokens">What they are added to.</param>
    /// <param name="start">Where in it the tokens begin that have the room together.</param>
    /// <param name="room">Most tokens from there on.</param>
    /// <param name="tokenize">Appends all tokens of a part.</param>
    /// <returns>Whether all of them had room.</returns>
    public static bool AppendTo(List<Token> tokens, int start, int room, string text, Action<string, List<Token>> tokenize)
    {
        var before = tokens.Count;
        foreach (var part in Of(text, room))
        {
            tokens.RemoveRange(before, tokens.Count - before);
            tokenize(part, tokens);
            if (IsEnough(tokens.Count - start, room))
            {
                break;
            }
        }

        if (tokens.Count - start <= room)
        {
            return true;
        }

        tokens.RemoveRange(start + room, tokens.Count - start - room);
        return false;
    }

    /// <summary>Whether a beginning with so many tokens tells that the text does not fit.</summary>
    public static bool IsEnough(int tokens, int room) => tokens > room + Margin;

    /// <summary>Longer and longer beginnings that end at a blank where there is one; the last one is all of the text.</summary>
    /// <param name="tokens">Of the context.</param>
    public static IEnumerable<string> Of(string text, int tokens)
    {
        for (var length = Math.Max(LeastCharacters, (long)CharactersOfToken * tokens); length < text.Length / 2; length *= Growth)
        {
            yield return text[..EndOf(text, (int)length)];
        }

        yield return text;
    }

    private static int EndOf(string text, int length)
    {
        for (var end = length; end > length / 2; end--)
        {
            if (char.IsWhiteSpace(text[end]))
            {
                return end;
            }
        }

        return char.IsLowSurrogate(text[length]) ? length - 1 : length;
    }
}
