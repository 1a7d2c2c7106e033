using System.Buffers;

namespace NativeHost.Inference.Chat.Output;

/// <summary>Texts that are looked for in one that still grows.</summary>
/// <remarks>The same marks are found at the same places, however the text is cut.</remarks>
internal sealed class Marks
{
    // The longer ones first.
    private readonly string[] _marks;
    private readonly SearchValues<string> _any;

    /// <param name="marks">None of them empty.</param>
    public Marks(IEnumerable<string> marks)
    {
        _marks = [.. marks.Distinct(StringComparer.Ordinal).OrderByDescending(mark => mark.Length)];
        _any = SearchValues.Create(_marks, StringComparison.Ordinal);
    }

    /// <summary>Finds the mark that starts first; of two that start together, the longer one.</summary>
    /// <param name="text">The text so far.</param>
    /// <param name="hasEnded">Whether it is the whole.</param>
    /// <param name="length">How many characters are surely before any mark: up to the one that was found, or to where one may start.</param>
    /// <returns>The mark; null where there is none, or it could still become another one.</returns>
    public string? Find(ReadOnlySpan<char> text, bool hasEnded, out int length)
    {
        var at = text.IndexOfAny(_any);
        length = at >= 0 ? at : text.Length;
        var found = at >= 0 ? LongestAt(text[at..]) : null;
        if (hasEnded)
        {
            return found;
        }

        var partial = text.Length - HeldLength(text);
        if (partial < text.Length && partial <= length)
        {
            length = partial;
            return null;
        }

        return found;
    }

    private string? LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var mark in _marks)
        {
            if (text.StartsWith(mark, StringComparison.Ordinal))
            {
                return mark;
            }
        }

        return null;
    }

    /// <summary>Length of the longest end of the text that is the start of a mark, and not all of it.</summary>
    private int HeldLength(ReadOnlySpan<char> text)
    {
        var held = 0;
        foreach (var mark in _marks)
        {
            for (var length = Math.Min(mark.Length - 1, text.Length); length > held; length--)
            {
                if (text.EndsWith(mark.AsSpan(0, length), StringComparison.Ordinal))
                {
                    held = length;
                    break;
                }
            }
        }

        return held;
    }
}
