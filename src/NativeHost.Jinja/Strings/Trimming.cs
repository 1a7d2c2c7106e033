using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Strings;

[Flags]
internal enum TrimSides
{
    Start = 1,
    End = 2,
    Both = Start | End,
}

/// <summary>Takes characters off the ends of a text.</summary>
internal static class Trimming
{
    /// <param name="text">The text.</param>
    /// <param name="characters">Those that are taken off; null for whitespace.</param>
    /// <param name="sides">Where.</param>
    /// <param name="budget">Counts the characters that are made.</param>
    public static JinjaString Trim(JinjaString text, JinjaString? characters, TrimSides sides, RenderBudget budget)
    {
        var (start, end) = (0, text.Length);
        while (start < end && (sides & TrimSides.Start) != 0 && IsTaken(text.Text[start], characters))
        {
            start++;
        }

        while (end > start && (sides & TrimSides.End) != 0 && IsTaken(text.Text[end - 1], characters))
        {
            end--;
        }

        budget.ChargeScan((text.Length - end + start) * (1L + (characters?.Length ?? 0)));
        return text.Slice(start, end - start, budget);
    }

    private static bool IsTaken(char character, JinjaString? characters)
        => characters is null ? char.IsWhiteSpace(character) : characters.Text.AsSpan().Contains(character);
}
