using System.Diagnostics;

namespace NativeHost.Inference.Generation;

/// <summary>One generation between its reader and the scheduler thread: its place in the queue, its events, its stop.</summary>
/// <remarks>
/// Its life goes forwards only (queued, running, ended), each step under one lock, so it ends once. <see cref="Stop"/> may come
/// from any thread; <see cref="TryStart"/>, <see cref="Send"/> and the two ends are the scheduler's. The reader goes on inside them, on
/// the scheduler's thread and under no lock: to wake another thread with every token costs the engine more than the reader does.
/// </remarks>
internal sealed class PendingGeneration(GenerationRequest request) : IGenerationOutlet
{
    private readonly Lock _gate = new();
    private State _state = State.Queued;
    private AbortSignal? _abort;
    private volatile bool _stopRequested;

    private enum State
    {
        Queued,
        Running,
        Ended,
    }

    public GenerationRequest Request { get; } = request;

    /// <summary>What its reader reads.</summary>
    public EventRelay Events { get; } = new(resumesInline: true);

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
        Events.Write(next);
    }

    /// <summary>Ends it with its last event.</summary>
    public void End(GenerationResult result)
    {
        lock (_gate)
        {
            _state = State.Ended;
        }

        // A generation that is done holds nobody up: its last event needs no room.
        Events.LiftBound();
        WriteEnd(result);
    }

    /// <summary>Ends it with an exception, which the reader gets.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _state = State.Ended;
        }

        Events.Complete(failure);
    }

    /// <summary>Ends it if it waits in the queue; stops it soon if it runs; changes nothing if it has ended.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopRequested = true;
            if (_state == State.Queued)
            {
                _state = State.Ended;

                // Whoever stops it may hold a lock that its reader needs.
                ThreadPool.UnsafeQueueUserWorkItem(static self => self.WriteEnd(GenerationResult.Unbegun), this, preferLocal: false);
            }
            else if (_state == State.Running)
            {
                _abort!.Raise();
                Events.LiftBound();
            }
        }
    }

    private void WriteEnd(GenerationResult result)
    {
        Events.Write(new GenerationEvent(GenerationEventKind.Completed, Result: result));
        Events.Complete(failure: null);
    }
}
