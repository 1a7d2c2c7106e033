using System.Text;

namespace NativeHost.Inference.Generation;

/// <summary>Finds stop texts in an answer that arrives in pieces, and says how much of its end may still become one.</summary>
/// <remarks>The answer may be cut anywhere: the same stop text is found at the same place, however the pieces fall.</remarks>
internal sealed class StopTextMatcher
{
    private readonly string[] _texts;
    private readonly byte[][] _patterns;

    /// <param name="stopTexts">None of them empty.</param>
    public StopTextMatcher(IReadOnlyList<string> stopTexts)
    {
        _texts = [.. stopTexts];
        _patterns = [.. stopTexts.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Finds the stop text that is complete first; of two that end together, the longer one.</summary>
    /// <param name="tail">The answer from the first byte that could belong to a stop text.</param>
    /// <param name="start">Where in <paramref name="tail"/> it starts.</param>
    /// <returns>The stop text; null where there is none.</returns>
    public string? Find(ReadOnlySpan<byte> tail, out int start)
    {
        start = -1;
        var end = int.MaxValue;
        string? found = null;
        for (var i = 0; i < _patterns.Length; i++)
        {
            var at = tail.IndexOf(_patterns[i]);
            if (at < 0)
            {
                continue;
            }

            var patternEnd = at + _patterns[i].Length;
            if (patternEnd < end || (patternEnd == end && at < start))
            {
                (start, end, found) = (at, patternEnd, _texts[i]);
            }
        }

        return found;
    }

    /// <summary>Length of the longest end of <paramref name="tail"/> that starts a stop text, in bytes.</summary>
    public int HeldBytes(ReadOnlySpan<byte> tail)
    {
        var held = 0;
        foreach (var pattern in _patterns)
        {
            for (var length = Math.Min(pattern.Length - 1, tail.Length); length > held; length--)
            {
                if (tail.EndsWith(pattern.AsSpan(0, length)))
                {
                    held = length;
                    break;
                }
            }
        }

        return held;
    }
}
