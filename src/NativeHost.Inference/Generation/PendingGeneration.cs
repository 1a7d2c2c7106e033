using System.Diagnostics;
using System.Threading.Channels;

namespace NativeHost.Inference.Generation;

/// <summary>One generation between its reader and the scheduler thread: its place in the queue, its events, its stop.</summary>
/// <remarks>
/// Every step of its life is taken under one lock and only forwards (queued, running, ended), so it ends once. Safe from any
/// thread; <see cref="Send"/> is the scheduler's, the reading half the reader's.
/// </remarks>
internal sealed class PendingGeneration(GenerationRequest request) : IGenerationOutlet
{
    /// <summary>How far a reader may be behind before the generation waits for it, in events.</summary>
    public const int LargestLead = 64;

    private static readonly GenerationResult StoppedInQueue =
        new(default, StopReason.Stopped, null, [], 0, 0, TimeSpan.Zero, TimeSpan.Zero);

    // Bounded by LargestLead, save for what a stop lets through: at most the event that waited, the held text, and the end.
    private readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly object _gate = new();
    private State _state = State.Queued;
    private AbortSignal? _abort;
    private volatile bool _stopRequested;
    private int _unread;

    private enum State
    {
        Queued,
        Running,
        Ended,
    }

    public GenerationRequest Request { get; } = request;

    public bool StopRequested => _stopRequested;

    /// <summary>Takes it from the queue.</summary>
    /// <param name="abort">Raised when it shall stop.</param>
    /// <returns>False where it was stopped while it waited; it has ended then.</returns>
    public bool TryStart(AbortSignal abort)
    {
        lock (_gate)
        {
            if (_state != State.Queued)
            {
                return false;
            }

            _state = State.Running;
            _abort = abort;
            abort.Lower();
            return true;
        }
    }

    public void Send(in GenerationEvent next)
    {
        Debug.Assert(next.Kind != GenerationEventKind.Completed, "End makes the last event.");
        lock (_gate)
        {
            while (_unread >= LargestLead && !_stopRequested)
            {
                Monitor.Wait(_gate);
            }

            _unread++;
        }

        _events.Writer.TryWrite(next);
    }

    /// <summary>Ends it with its last event.</summary>
    public void End(GenerationResult result)
    {
        lock (_gate)
        {
            EndLocked(result);
        }
    }

    /// <summary>Ends it with an exception, which the reader gets.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _state = State.Ended;
            _events.Writer.TryComplete(failure);
        }
    }

    /// <summary>Ends it if it waits in the queue; stops it soon if it runs; changes nothing if it has ended.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopRequested = true;
            if (_state == State.Queued)
            {
                EndLocked(StoppedInQueue);
            }
            else if (_state == State.Running)
            {
                _abort!.Raise();
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Waits for the next event.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="Exception">What <see cref="Fail"/> was told.</exception>
    public ValueTask<bool> WaitForEventAsync() => _events.Reader.WaitToReadAsync(CancellationToken.None);

    public bool TryTake(out GenerationEvent next)
    {
        if (!_events.Reader.TryRead(out next))
        {
            return false;
        }

        lock (_gate)
        {
            _unread--;
            Monitor.Pulse(_gate);
        }

        return true;
    }

    private void EndLocked(GenerationResult result)
    {
        _state = State.Ended;
        if (_events.Writer.TryWrite(new GenerationEvent(GenerationEventKind.Completed, Result: result)))
        {
            _unread++;
        }

        _events.Writer.TryComplete();
    }
}
