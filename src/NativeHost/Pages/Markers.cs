using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeHost.Pages;

/// <summary>Reads the numbers in brackets by which an answer names excerpts.</summary>
internal static partial class Markers
{
    /// <summary>The numbers that a text names, where each stands, in order.</summary>
    /// <param name="most">Greater numbers name nothing.</param>
    public static IEnumerable<(int Position, int Number)> In(string text, int most)
    {
        foreach (Match marker in Pattern().Matches(text))
        {
            foreach (var number in NumbersOf(marker.Groups["numbers"].Value).Where(number => number >= 1 && number <= most))
            {
                yield return (marker.Index, number);
            }
        }
    }

    /// <summary>The text without them.</summary>
    public static string Without(string text) => Pattern().Replace(text, "");

    // 1, 2 and 4-6.
    private static IEnumerable<int> NumbersOf(string numbers)
    {
        foreach (var part in numbers.Split([',', ';'], StringSplitOptions.TrimEntries))
        {
            var ends = part.Split(['-', '–'], StringSplitOptions.TrimEntries).Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToList();
            for (var number = ends[0]; number <= ends[^1]; number++)
            {
                yield return number;
            }
        }
    }

    [GeneratedRegex(@"[\[【]\s*(?:excerpts?\s|sources?\s)?\s*(?<numbers>[0-9]{1,3}(?:\s*[,;–-]\s*[0-9]{1,3})*)\s*[\]】]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
