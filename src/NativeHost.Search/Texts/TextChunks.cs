using System.Globalization;

namespace NativeHost.Search.Texts;

/// <summary>Cuts a text into parts of a length that an embedding model reads well and a prompt has room for.</summary>
/// <remarks>
/// Parts are whole sentences, as many as fit; a sentence that is longer than a part is cut at its words, or within a word where it has no blanks, and then
/// between characters as readers see them. A part begins with the last sentence of the one before it where that is short: what a sentence means often hangs on
/// the one before, and a heading stays with what it heads. One sentence is enough for that, because no part begins in the middle of one; it costs at most a
/// third more parts.
/// </remarks>
public static class TextChunks
{
    /// <summary>Most UTF-16 units of a part, where nothing else is said: about 150 words, which all common models read whole.</summary>
    public const int UsualLength = 800;

    /// <summary>A sentence is repeated up to this part of the length.</summary>
    private const int RepeatedPart = 4;

    /// <summary>The parts in the order of the text, none empty, and none with blanks around it; all that is not blank is in one of them.</summary>
    /// <param name="length">Most UTF-16 units of a part, at least 2.</param>
    public static IReadOnlyList<TextSpan> Of(string text, int length = UsualLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var parts = new List<TextSpan>();
        TextSpan? part = null;
        TextSpan last = default;
        foreach (var sentence in Sentences.Of(text))
        {
            foreach (var piece in Pieces(text, sentence, length))
            {
                if (part is { } open && piece.End - open.Start > length)
                {
                    parts.Add(open);
                    var isRepeated = last.Start > open.Start && last.Length <= length / RepeatedPart && piece.End - last.Start <= length;
                    part = isRepeated ? last : piece;
                }

                part = new TextSpan((part ?? piece).Start, piece.End);
                last = piece;
            }
        }

        if (part is { } rest)
        {
            parts.Add(rest);
        }

        return parts;
    }

    /// <summary>A sentence, or its parts where it is too long.</summary>
    private static IEnumerable<TextSpan> Pieces(string text, TextSpan sentence, int length)
    {
        var start = sentence.Start;
        while (sentence.End - start > length)
        {
            var end = CutOf(text, start, length);
            yield return new TextSpan(start, end);
            start = end;
            while (char.IsWhiteSpace(text[start]))
            {
                start++;
            }
        }

        yield return new TextSpan(start, sentence.End);
    }

    /// <summary>Where to cut at the latest: behind a word in the second half, else between characters.</summary>
    private static int CutOf(string text, int start, int length)
    {
        for (var end = start + length; end > start + (length / 2); end--)
        {
            if (char.IsWhiteSpace(text[end]) && !char.IsWhiteSpace(text[end - 1]))
            {
                return end;
            }
        }

        // One more unit tells whether the last character goes on.
        var window = text.AsSpan(start, length + 1);
        var cut = 0;
        while (StringInfo.GetNextTextElementLength(window[cut..]) is var element && cut + element <= length)
        {
            cut += element;
        }

        var hardCut = length - (char.IsHighSurrogate(text[start + length - 1]) && char.IsLowSurrogate(text[start + length]) ? 1 : 0);
        return start + TrimmedLength(window, cut > 0 ? cut : hardCut);
    }

    private static int TrimmedLength(ReadOnlySpan<char> window, int cut) => window[..cut].TrimEnd().Length;
}
