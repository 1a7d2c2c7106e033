using System.Threading.Tasks.Sources;

namespace NativeHost.Inference.Generation;

/// <summary>Events on their way from the thread that generates to an asynchronous reader, no more than a bounded number of them.</summary>
/// <remarks>
/// One writer, one reader. Where the reader is far behind, as <see cref="IsFull"/> tells, the writer does something else until it is called
/// back: nobody waits for a reader in here. Nothing is allocated once the queue is made, which is why it is no <see cref="System.Threading.Channels.Channel{T}"/>.
/// </remarks>
/// <param name="resumesInline">
/// Whether the reader goes on inside <see cref="Post"/>, on the writer's thread: saves a wake-up with each event where the writer has
/// nothing better to do, and the reader never blocks.
/// </param>
/// <param name="onRoom">Called, on any thread, once there is much room again after <see cref="IsFull"/> has said that there is none.</param>
public sealed class EventRelay(bool resumesInline = false, Action? onRoom = null) : IValueTaskSource<bool>
{
    /// <summary>How far the reader may be behind before the writer should wait for it, in events.</summary>
    public const int LargestLead = 64;

    // What comes at once in spite of the bound: the texts of a step whose guesses were all right, the held text, and the end.
    private const int EventsBeyond = PromptLookup.LongestGuess + 3;

    private readonly Lock _gate = new();
    private readonly Queue<GenerationEvent> _events = new(LargestLead + EventsBeyond);

    private ManualResetValueTaskSourceCore<bool> _somethingNew = new() { RunContinuationsAsynchronously = !resumesInline };
    private bool _isReaderWaiting;
    private bool _isBoundLifted;
    private bool _isComplete;
    private bool _isRoomAwaited;
    private Exception? _failure;

    /// <summary>Whether the reader is so far behind that nothing should be added yet.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                _isRoomAwaited = HasNoRoom;
                return _isRoomAwaited;
            }
        }
    }

    private bool HasNoRoom => _events.Count >= LargestLead && !_isBoundLifted;

    /// <summary>Whether <see cref="IsFull"/> has said that there is no room, and nobody was called back since.</summary>
    public bool IsRoomAwaited
    {
        get
        {
            lock (_gate)
            {
                return _isRoomAwaited;
            }
        }
    }

    /// <summary>Adds an event, whether there is room or not. Nothing is added after the end.</summary>
    public void Post(in GenerationEvent next)
    {
        bool wakes;
        lock (_gate)
        {
            wakes = Enqueue(next);
        }

        WakeReader(wakes);
    }

    /// <summary>Lets the writer through from now on, because it will write little more.</summary>
    public void LiftBound()
    {
        bool tells;
        lock (_gate)
        {
            _isBoundLifted = true;
            tells = TakeAwaited();
        }

        TellOfRoom(tells);
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
        bool isTaken;
        bool tells;
        lock (_gate)
        {
            isTaken = _events.TryDequeue(out next);
            tells = TakeAwaited();
        }

        TellOfRoom(tells);
        return isTaken;
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _somethingNew.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _somethingNew.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _somethingNew.OnCompleted(continuation, state, token, flags);

    /// <returns>Whether the writer waits for room, and there is enough to be worth the way.</returns>
    private bool TakeAwaited()
    {
        var isThere = _isRoomAwaited && (_events.Count <= LargestLead / 2 || _isBoundLifted);
        _isRoomAwaited &= !isThere;
        return isThere;
    }

    private void TellOfRoom(bool isAwaited)
    {
        if (isAwaited)
        {
            onRoom?.Invoke();
        }
    }

    /// <returns>Whether the reader is to be woken.</returns>
    private bool Enqueue(in GenerationEvent next)
    {
        if (_isComplete)
        {
            return false;
        }

        _events.Enqueue(next);
        return TakeWaiting();
    }

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
