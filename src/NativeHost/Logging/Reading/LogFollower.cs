namespace NativeHost.Logging.Reading;

/// <summary>Reads what is added to a log, whichever file it is added to.</summary>
/// <remarks>
/// Every file is looked at each time: processes of one role share its files and roll over one by one, so that an older file may
/// still grow when the newer one is there. There are a handful of files of each role.
/// </remarks>
/// <param name="folder">May not be there yet.</param>
/// <param name="role">Null for every role.</param>
/// <param name="ends">How far each file has been read, by its path; files that are not among them are read from their start.</param>
internal sealed class LogFollower(string folder, string? role, IReadOnlyDictionary<string, long> ends)
{
    /// <summary>Most bytes of a file that are read at once; a longer line comes in pieces of this size.</summary>
    private const int BlockBytes = BackwardLines.MaxLineBytes;

    private readonly byte[] _buffer = new byte[BlockBytes];
    private Dictionary<string, Place> _places = ends.ToDictionary(entry => entry.Key, entry => new Place(entry.Value, DateTimeOffset.MinValue));

    /// <summary>The whole lines that were added since the last call, in the order of their times; none when all has been read.</summary>
    /// <remarks>At most a block of each file, so that a log that grew by much takes several calls and little memory.</remarks>
    public IReadOnlyList<LogLine> ReadMore()
    {
        var lines = new List<LogLine>();
        var places = new Dictionary<string, Place>();
        foreach (var file in LogFile.In(folder, role))
        {
            places[file.Path] = ReadMore(file, _places.GetValueOrDefault(file.Path), lines);
        }

        // Files that are gone are forgotten.
        _places = places;
        return [.. lines.OrderBy(line => line.Time)];
    }

    private Place ReadMore(LogFile file, Place place, List<LogLine> lines)
    {
        using var stream = file.TryOpen();
        if (stream is null || stream.Length == place.Position)
        {
            return place;
        }

        // A file that is shorter than before is another one of the same name.
        stream.Position = stream.Length < place.Position ? 0 : place.Position;
        var start = stream.Position;
        var filled = stream.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false);

        // Up to the last whole line: what comes behind it is still being written, or is read next time.
        var whole = _buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
        var taken = whole == 0 && filled == _buffer.Length ? filled : whole;
        var time = place.Time;
        for (int from = 0, length; from < taken; from += length + 1)
        {
            length = _buffer.AsSpan(from, taken - from).IndexOf((byte)'\n');
            length = length < 0 ? taken - from : length;
            var text = LogLine.TextOf(_buffer.AsSpan(from, length));
            time = LogLine.TimeOf(text) ?? time;
            lines.Add(new LogLine(file.Role, time, text));
        }

        return new Place(start + taken, time);
    }

    /// <summary>How far a file has been read.</summary>
    /// <param name="Position">In bytes.</param>
    /// <param name="Time">Of the last line that had one.</param>
    private readonly record struct Place(long Position, DateTimeOffset Time);
}
