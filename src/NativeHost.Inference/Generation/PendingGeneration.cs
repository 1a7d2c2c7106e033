using System.Diagnostics;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Constraints;

namespace NativeHost.Inference.Generation;

/// <summary>One generation between its reader and the scheduler thread: its place in the queue, its events, its stop.</summary>
/// <remarks>
/// Its life goes forwards only (queued, running, ended), each step under one lock, so it ends once. <see cref="Stop"/> may come
/// from any thread; <see cref="TryStart"/>, <see cref="Send"/> and the two ends are the scheduler's. The reader goes on inside them, on
/// the scheduler's thread and under no lock: to wake another thread with every token costs the engine more than the reader does.
/// </remarks>
internal sealed class PendingGeneration : IGenerationOutlet
{
    private readonly Lock _gate = new();
    private State _state = State.Queued;
    private StepStops? _stops;
    private Action? _wakeScheduler;
    private volatile bool _stopRequested;
    private volatile bool _answerRequested;

    /// <param name="prompt">The request's prompt, where it is made already.</param>
    /// <param name="constraint">What the answer has to look like, compiled for the model; null for anything.</param>
    public PendingGeneration(GenerationRequest request, BuiltPrompt? prompt = null, Constraint? constraint = null)
    {
        (Request, Prompt, Constraint) = (request, prompt, constraint);
        Events = new EventRelay(resumesInline: true, onRoom: () => _wakeScheduler?.Invoke());
    }

    private enum State
    {
        Queued,
        Running,
        Ended,
    }

    public GenerationRequest Request { get; }

    public BuiltPrompt? Prompt { get; }

    public Constraint? Constraint { get; }

    /// <summary>What its reader reads.</summary>
    public EventRelay Events { get; }

    public bool StopRequested => _stopRequested;

    /// <summary>Whether the model is to think no longer, and to answer.</summary>
    public bool AnswerRequested => _answerRequested;

    /// <summary>Whether its reader is near enough to take more. Where it is not, the scheduler is woken once it is.</summary>
    public bool HasRoom => !Events.IsFull;

    /// <summary>Whether it was stopped before its turn came.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _state == State.Ended;
            }
        }
    }

    /// <summary>Where it stands in the step under way; belongs to <see cref="StepStops"/>.</summary>
    public StepMembership Membership { get; set; }

    /// <summary>Puts it into a queue.</summary>
    /// <param name="wakeScheduler">Called, on any thread, when it is stopped or its reader has caught up.</param>
    public void JoinQueue(Action wakeScheduler) => _wakeScheduler = wakeScheduler;

    /// <summary>Takes it from the queue.</summary>
    /// <param name="stops">Told when it shall stop.</param>
    /// <returns>False where it was stopped while it waited; it has ended then.</returns>
    public bool TryStart(StepStops stops)
    {
        lock (_gate)
        {
            if (_state != State.Queued)
            {
                return false;
            }

            _state = State.Running;
            _stops = stops;
            return true;
        }
    }

    public void Send(in GenerationEvent next)
    {
        Debug.Assert(next.Kind != GenerationEventKind.Completed, "End makes the last event.");
        Events.Post(next);
    }

    /// <summary>Ends it with its last event.</summary>
    public void End(GenerationResult result)
    {
        lock (_gate)
        {
            _state = State.Ended;
        }

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

    /// <summary>Lets the model answer where it thinks. From any thread.</summary>
    public void AnswerNow() => _answerRequested = true;

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
                _stops!.Request(this);
                Events.LiftBound();
            }
        }

        _wakeScheduler?.Invoke();
    }

    private void WriteEnd(GenerationResult result)
    {
        Events.Post(new GenerationEvent(GenerationEventKind.Completed, Result: result));
        Events.Complete(failure: null);
    }
}
