namespace NativeHost.CommandLine;

/// <summary>Lays texts out in columns for a terminal. What would steer a terminal is left out of them: they may be a stranger's.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>One line for each row, the heading first; each column as wide as its widest text.</summary>
    /// <param name="rows">All of the heading's length.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [heading, .. rows.Select(row => row.Select(Printable).ToArray())];
        int[] widths = [.. heading.Select((_, column) => all.Max(row => row[column].Length))];
        return all.Select(row => string.Join(Gap, row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>One line for each fact, its name first; the texts below each other.</summary>
    /// <param name="facts">A name that is empty goes on with the fact before.</param>
    public static IEnumerable<string> Facts(IReadOnlyCollection<(string Name, string Text)> facts)
    {
        var width = facts.Max(fact => fact.Name.Length);
        return facts.Select(fact => $"{Gap}{fact.Name.PadRight(width)}{Gap}{Printable(fact.Text)}");
    }

    private static string Printable(string text) => text.Any(char.IsControl) ? new string([.. text.Where(c => !char.IsControl(c))]) : text;
}
