using System.Threading.Tasks.Sources;

namespace NativeHost.Inference.Generation;

/// <summary>Events on their way from the thread that generates to an asynchronous reader, no more than a bounded number of them.</summary>
/// <remarks>
/// One writer, one reader. The writer blocks where the reader is far behind; nothing is allocated once the queue is made, which
/// is why it is no <see cref="System.Threading.Channels.Channel{T}"/>.
/// </remarks>
/// <param name="resumesInline">
/// Whether the reader goes on inside <see cref="Write"/>, on the writer's thread: saves a wake-up with each event where the writer has
/// nothing better to do, and the reader never blocks.
/// </param>
public sealed class EventRelay(bool resumesInline = false) : IValueTaskSource<bool>
{
    /// <summary>How far the reader may be behind before the writer waits for it, in events.</summary>
    public const int LargestLead = 64;

    // What comes once the bound is lifted: the event that waited for room, the held text, and the end.
    private const int EventsBeyond = 3;

    private readonly object _gate = new();
    private readonly Queue<GenerationEvent> _events = new(LargestLead + EventsBeyond);

    private ManualResetValueTaskSourceCore<bool> _somethingNew = new() { RunContinuationsAsynchronously = !resumesInline };
    private bool _isReaderWaiting;
    private bool _isBoundLifted;
    private bool _isComplete;
    private Exception? _failure;

    /// <summary>Adds an event; waits for room while the bound holds. Nothing is added after the end.</summary>
    public void Write(in GenerationEvent next)
    {
        bool wakes;
        lock (_gate)
        {
            while (_events.Count >= LargestLead && !_isBoundLifted)
            {
                Monitor.Wait(_gate);
            }

            if (_isComplete)
            {
                return;
            }

            _events.Enqueue(next);
            wakes = TakeWaiting();
        }

        WakeReader(wakes);
    }

    /// <summary>Lets the writer through from now on, because it will write little more.</summary>
    public void LiftBound()
    {
        lock (_gate)
        {
            _isBoundLifted = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the stream; what was written before can still be read.</summary>
    /// <param name="failure">What the reader gets at the end; null for a plain end.</param>
    public void Complete(Exception? failure)
    {
        bool wakes;
        lock (_gate)
        {
            if (_isComplete)
            {
                return;
            }

            _isComplete = true;
            _failure = failure;
            wakes = TakeWaiting();
        }

        WakeReader(wakes);
    }

    /// <summary>Waits until there is an event to take, or perhaps one.</summary>
    /// <returns>False at the end. The end may also come as the exception that <see cref="Complete"/> was told.</returns>
    public ValueTask<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_events.Count > 0)
            {
                return ValueTask.FromResult(true);
            }

            if (_isComplete)
            {
                return _failure is null ? ValueTask.FromResult(false) : ValueTask.FromException<bool>(_failure);
            }

            _somethingNew.Reset();
            _isReaderWaiting = true;
            return new ValueTask<bool>(this, _somethingNew.Version);
        }
    }

    public bool TryTake(out GenerationEvent next)
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
            return _events.TryDequeue(out next);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _somethingNew.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _somethingNew.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _somethingNew.OnCompleted(continuation, state, token, flags);

    private bool TakeWaiting()
    {
        var wasWaiting = _isReaderWaiting;
        _isReaderWaiting = false;
        return wasWaiting;
    }

    // Outside the lock, because the reader may go on from here. It waits until it is woken, so nobody else can wake it meanwhile.
    private void WakeReader(bool isWaiting)
    {
        if (isWaiting)
        {
            _somethingNew.SetResult(true);
        }
    }
}
