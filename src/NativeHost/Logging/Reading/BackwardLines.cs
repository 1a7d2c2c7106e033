namespace NativeHost.Logging.Reading;

/// <summary>The whole lines of a file, the last one first. Reads no more of it than is asked for, a block at a time.</summary>
internal static class BackwardLines
{
    /// <summary>Most bytes of a line; a longer one comes in pieces of this size.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private const int BlockBytes = 16 * 1024;

    /// <summary>Reads the lines that end before <paramref name="end"/>, which is the file's start or lies behind the end of a line.</summary>
    public static IEnumerable<string> Read(Stream file, long end)
    {
        // The bytes between position and position + held, of which no line's start has been seen yet.
        var buffer = new byte[MaxLineBytes + BlockBytes];
        var held = 0;
        var position = end;
        while (position > 0)
        {
            var wanted = (int)Math.Min(BlockBytes, position);
            Array.Copy(buffer, 0, buffer, wanted, held);
            position -= wanted;
            file.Position = position;
            file.ReadExactly(buffer, 0, wanted);
            held += wanted;

            // The byte at held - 1 ends the last line; the one before it ends at the newline that is looked for.
            int newline;
            while (held > 1 && (newline = buffer.AsSpan(0, held - 1).LastIndexOf((byte)'\n')) >= 0)
            {
                yield return Text(buffer, newline + 1, held);
                held = newline + 1;
            }

            if (held > MaxLineBytes)
            {
                yield return Text(buffer, held - MaxLineBytes, held);
                held -= MaxLineBytes;
            }
        }

        if (held > 0)
        {
            yield return Text(buffer, 0, held);
        }
    }

    /// <summary>Where the last whole line of a file ends: what comes behind it is still being written.</summary>
    public static long EndOfLastLine(Stream file)
    {
        var buffer = new byte[BlockBytes];
        for (var position = file.Length; position > 0;)
        {
            var wanted = (int)Math.Min(BlockBytes, position);
            position -= wanted;
            file.Position = position;
            file.ReadExactly(buffer, 0, wanted);
            var newline = buffer.AsSpan(0, wanted).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                return position + newline + 1;
            }
        }

        return 0;
    }

    private static string Text(byte[] buffer, int start, int end)
    {
        var line = buffer.AsSpan(start, end - start);
        return LogLine.TextOf(line.EndsWith("\n"u8) ? line[..^1] : line);
    }
}
