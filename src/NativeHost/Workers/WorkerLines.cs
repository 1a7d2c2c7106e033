using NativeHost.LlamaCpp;
using NativeHost.Logging;
using Serilog.Events;

namespace NativeHost.Workers;

/// <summary>
/// What a worker writes to stderr, on its way into the broker's log: a line of the engine's log as <c>level: text</c>, and whatever
/// native code or the runtime says by itself. The last of it that matters is kept: it is what there is to say about a crash.
/// </summary>
/// <remarks>Workers have no log file of their own: they end by being killed, and could not close it. Safe to call from any thread.</remarks>
internal sealed class WorkerLines
{
    private const int KeptLines = 20;
    private const int MaxKeptLength = 500;
    private const int MaxLoggedLength = 2000;

    private readonly StreamReader _errors;
    private readonly int _pid;
    private readonly HostLog _log;
    private readonly Queue<string> _last = new();
    private readonly Thread _reading;

    /// <summary>Reads on a thread of its own, until the stream ends.</summary>
    public WorkerLines(WorkerProcess process, HostLog log)
    {
        (_errors, _pid, _log) = (process.Errors, process.Id, log);
        _reading = new Thread(Read) { IsBackground = true, Name = "worker lines" };
        _reading.Start();
    }

    /// <summary>The worker's end: a line of the engine's log, as the broker reads it.</summary>
    public static string Of(NativeLogLevel level, string text) => $"{NameOf(level)}: {text.ReplaceLineEndings(" ")}";

    /// <summary>The last lines that matter, once the stream has ended.</summary>
    /// <param name="patience">How long its end is waited for.</param>
    public IReadOnlyList<string> Last(TimeSpan patience)
    {
        _reading.Join(patience);
        lock (_last)
        {
            return [.. _last];
        }
    }

    private static string NameOf(NativeLogLevel level) => level switch
    {
        NativeLogLevel.Debug => "debug",
        NativeLogLevel.Info => "information",
        NativeLogLevel.Warning => "warning",
        _ => "error",
    };

    private void Read()
    {
        try
        {
            while (_errors.ReadLine() is { } line)
            {
                Take(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // No more lines, then.
        }
    }

    private void Take(string line)
    {
        foreach (var level in Enum.GetValues<NativeLogLevel>())
        {
            var prefix = $"{NameOf(level)}: ";
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                Take(Composition.LevelOf(level), level >= NativeLogLevel.Warning, line[prefix.Length..]);
                return;
            }
        }

        Take(LogEventLevel.Debug, isKept: true, line);
    }

    private void Take(LogEventLevel level, bool isKept, string text)
    {
        _log.Worker(level, _pid, Cut(text, MaxLoggedLength));
        if (isKept)
        {
            Keep(Cut(text, MaxKeptLength));
        }
    }

    private void Keep(string text)
    {
        lock (_last)
        {
            _last.Enqueue(text);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
