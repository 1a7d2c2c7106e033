namespace NativeHost.Workers;

/// <summary>The last lines that a worker wrote to stderr: what there is to say about a crash. Safe to call from any thread.</summary>
internal sealed class WorkerLines
{
    private const int KeptLines = 20;
    private const int MaxLineLength = 500;

    private readonly StreamReader _errors;
    private readonly Queue<string> _last = new();
    private readonly Thread _reading;

    /// <summary>Reads on a thread of its own, until the stream ends.</summary>
    public WorkerLines(StreamReader errors)
    {
        _errors = errors;
        _reading = new Thread(Read) { IsBackground = true, Name = "worker lines" };
        _reading.Start();
    }

    /// <summary>The last lines, once the stream has ended.</summary>
    /// <param name="patience">How long its end is waited for.</param>
    public IReadOnlyList<string> Last(TimeSpan patience)
    {
        _reading.Join(patience);
        lock (_last)
        {
            return [.. _last];
        }
    }

    private void Read()
    {
        try
        {
            while (_errors.ReadLine() is { } line)
            {
                Keep(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // No more lines, then.
        }
    }

    private void Keep(string line)
    {
        lock (_last)
        {
            _last.Enqueue(line.Length <= MaxLineLength ? line : line[..MaxLineLength]);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }
        }
    }
}
