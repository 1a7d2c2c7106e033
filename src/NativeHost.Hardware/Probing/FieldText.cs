using System.Globalization;

namespace NativeHost.Hardware.Probing;

/// <summary>Fields in the texts that systems tell about themselves in.</summary>
internal static class FieldText
{
    /// <summary>Highest number of a processor that is believed.</summary>
    private const int MostProcessors = 4096;

    /// <summary>A whole number, not negative; null for anything else.</summary>
    public static long? Number(string? text)
        => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The number after a name that starts a line and ends with a space, such as <c>MemTotal:  12 kB</c>.</summary>
    public static long? NumberOf(string name, string? text)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == name)
            {
                return Number(words[1]);
            }
        }

        return null;
    }

    /// <summary>What stands behind a name and a separator, in the first line that starts with both; null where nothing does.</summary>
    public static string? Of(string name, char separator, string? text)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            var at = line.IndexOf(separator, StringComparison.Ordinal);
            if (at > 0 && line[..at].Trim() == name)
            {
                return line[(at + 1)..].Trim() is { Length: > 0 } value ? value : null;
            }
        }

        return null;
    }

    /// <summary>A number in hexadecimal digits, with or without 0x before them.</summary>
    public static int? Hexadecimal(string? text)
    {
        var digits = (text ?? "").Trim();
        digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The numbers of a list such as <c>0-3,8-11</c>, as Linux writes sets of processors.</summary>
    public static IReadOnlyList<int> NumbersIn(string? list)
    {
        var numbers = new List<int>();
        foreach (var part in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (Number(ends[0]) is { } first && Number(ends[^1]) is { } last)
            {
                for (var number = first; number <= Math.Min(last, MostProcessors); number++)
                {
                    numbers.Add((int)number);
                }
            }
        }

        return numbers;
    }
}
