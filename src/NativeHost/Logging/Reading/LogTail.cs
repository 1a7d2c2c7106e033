namespace NativeHost.Logging.Reading;

/// <summary>The last lines of a log, of all its roles, in the order of their times.</summary>
/// <param name="Lines">Oldest first. A line that is still being written is not among them.</param>
/// <param name="Ends">How far each file was looked at, by its path: what comes behind is yet to be read.</param>
internal sealed record LogTail(IReadOnlyList<LogLine> Lines, IReadOnlyDictionary<string, long> Ends)
{
    /// <summary>Reads them from the ends of the files: what is read grows with the lines that are asked for, not with the files.</summary>
    /// <param name="files">In the order in which those of each role were written.</param>
    public static LogTail Read(IReadOnlyList<LogFile> files, int count)
    {
        var ends = files.ToDictionary(file => file.Path, EndOf);
        var roles = files.GroupBy(file => file.Role).Select(role => Entries(role.Reverse(), ends, count).GetEnumerator()).ToList();
        try
        {
            return new LogTail(Latest(roles, count), ends);
        }
        finally
        {
            roles.ForEach(role => role.Dispose());
        }
    }

    /// <summary>Takes the latest entry of any role again and again, until there are enough lines.</summary>
    private static List<LogLine> Latest(List<IEnumerator<Entry>> roles, int count)
    {
        // Last line first.
        var lines = new List<LogLine>();
        var left = count > 0 ? roles.Where(role => role.MoveNext()).ToList() : [];
        while (left.Count > 0 && lines.Count < count)
        {
            // Of equal times the later role's comes first from behind, so that they stand in the order of the roles.
            var latest = left[^1];
            for (var index = left.Count - 2; index >= 0; index--)
            {
                latest = left[index].Current.Time > latest.Current.Time ? left[index] : latest;
            }

            var entry = latest.Current;
            lines.AddRange(entry.LastFirst.Take(count - lines.Count).Select(text => new LogLine(entry.Role, entry.Time, text)));
            if (!latest.MoveNext())
            {
                left.Remove(latest);
            }
        }

        lines.Reverse();
        return lines;
    }

    /// <summary>The entries of one role, the last one first.</summary>
    private static IEnumerable<Entry> Entries(IEnumerable<LogFile> lastFirst, Dictionary<string, long> ends, int mostLines)
    {
        foreach (var file in lastFirst)
        {
#pragma warning disable CA2000 // It is disposed with the enumerator at the latest, which the analyzer does not see.
            using var stream = file.TryOpen();
#pragma warning restore CA2000
            if (stream is null)
            {
                continue;
            }

            // Lines before a file's first time go with what comes behind them.
            var time = DateTimeOffset.MinValue;
            var lines = new List<string>();
            foreach (var text in BackwardLines.Read(stream, ends[file.Path]))
            {
                // Of a long stack trace, no more is kept than can be asked for; but its time is still above it.
                if (lines.Count < mostLines)
                {
                    lines.Add(text);
                }

                if (LogLine.TimeOf(text) is { } own)
                {
                    time = own;
                    yield return new Entry(file.Role, time, lines);
                    lines = [];
                }
            }

            if (lines.Count > 0)
            {
                yield return new Entry(file.Role, time, lines);
            }
        }
    }

    private static long EndOf(LogFile file)
    {
        using var stream = file.TryOpen();
        return stream is null ? 0 : BackwardLines.EndOfLastLine(stream);
    }

    /// <summary>A line with a time, and the lines that follow it without one.</summary>
    private sealed record Entry(string Role, DateTimeOffset Time, List<string> LastFirst);
}
