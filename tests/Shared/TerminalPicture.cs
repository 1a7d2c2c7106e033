using System.Text;

namespace NativeHost.Testing;

/// <summary>What a terminal shows of what was written to it: the sequences that the program uses, and no others.</summary>
internal static class TerminalPicture
{
    /// <returns>The lines that stay; styles are left out.</returns>
    public static string Of(string written)
    {
        var lines = new List<StringBuilder> { new() };
        var column = 0;
        for (var at = 0; at < written.Length; at++)
        {
            switch (written[at])
            {
                case '\r':
                    column = 0;
                    break;
                case '\n':
                    lines.Add(new StringBuilder());
                    column = 0;
                    break;
                case '\e':
                    var end = written.IndexOfAny(['K', 'm', 'h', 'l'], at);
                    if (written[end] == 'K')
                    {
                        lines[^1].Length = Math.Min(lines[^1].Length, column);
                    }

                    at = end;
                    break;
                default:
                    if (column == lines[^1].Length)
                    {
                        lines[^1].Append(written[at]);
                    }
                    else
                    {
                        lines[^1][column] = written[at];
                    }

                    column++;
                    break;
            }
        }

        return string.Join('\n', lines);
    }
}
