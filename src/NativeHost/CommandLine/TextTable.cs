namespace NativeHost.CommandLine;

/// <summary>Lays texts out in columns for a terminal.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>One line for each row, the heading first; each column as wide as its widest text.</summary>
    /// <param name="rows">All of the heading's length.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [heading, .. rows];
        int[] widths = [.. heading.Select((_, column) => all.Max(row => row[column].Length))];
        return all.Select(row => string.Join(Gap, row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
    }
}
