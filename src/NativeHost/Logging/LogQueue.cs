using Serilog;

namespace NativeHost.Logging;

/// <summary>Lines on their way to the log, in order. A thread of its own opens the log and writes them.</summary>
/// <remarks>
/// So no request waits for a disk, and the first answer does not wait for the log to be opened. Safe to call from any thread.
/// </remarks>
/// <param name="open">Opens the log; called on the writing thread, which also disposes of it.</param>
internal sealed class LogQueue(Func<ILogger> open) : IDisposable
{
    /// <summary>Most lines that wait; what comes while a disk stands still is dropped.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>What a client's first request is given before the log is opened.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the end waits for the last lines to be written.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly ManualResetEventSlim _ending = new();
    private Queue<Action<ILogger>> _waiting = new();
    private Thread? _writer;

    public void Add(Action<ILogger> line)
    {
        lock (_gate)
        {
            if (_ending.IsSet || _waiting.Count == MaxWaiting)
            {
                return;
            }

            _waiting.Enqueue(line);
            Monitor.Pulse(_gate);
            if (_writer is null)
            {
                _writer = new Thread(Run) { IsBackground = true, Name = "Log" };
                _writer.Start();
            }
        }
    }

    /// <summary>Writes what waits, for a second at most, and closes the log.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ending.Set();
            Monitor.Pulse(_gate);
        }

        _writer?.Join(LastWait);
    }

    private void Run()
    {
        _ending.Wait(HeadStart);
        try
        {
            var logger = open();
            using var closing = logger as IDisposable;
            for (var lines = Take(); lines.Count > 0; lines = Take())
            {
                foreach (var line in lines)
                {
                    line(logger);
                }
            }
        }
#pragma warning disable CA1031 // A log that cannot be written never stops the host, whatever the reason.
        catch (Exception)
#pragma warning restore CA1031
        {
            _ending.Set();
        }
    }

    /// <summary>Waits for lines and takes them all; none at the end.</summary>
    private Queue<Action<ILogger>> Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_ending.IsSet)
            {
                Monitor.Wait(_gate);
            }

            return Interlocked.Exchange(ref _waiting, new Queue<Action<ILogger>>());
        }
    }
}
