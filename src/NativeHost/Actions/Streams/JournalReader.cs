using System.Threading.Tasks.Sources;
using NativeHost.Messages;

namespace NativeHost.Actions.Streams;

/// <summary>One client's place in a <see cref="Journal"/>.</summary>
/// <remarks>
/// One thread at a time reads; <see cref="Leave"/> may come from any. The reader goes on inside the call that woke it: with
/// every token a wake-up is saved. It must not block.
/// </remarks>
internal sealed class JournalReader(Journal journal, long after) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _somethingNew;
    private long _next = after + 1;
    private bool _isWaiting;
    private State _state;

    private enum State
    {
        Reading,
        Left,
        Taken,
    }

    /// <summary>Waits until there is an entry to take, or perhaps one.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="OperationCanceledException">The reader has left.</exception>
    /// <exception cref="RequestException">Another reader has taken the journal over.</exception>
    public ValueTask<bool> WaitAsync()
    {
        lock (journal.Gate)
        {
            switch (_state)
            {
                case State.Left:
                    return ValueTask.FromCanceled<bool>(new CancellationToken(canceled: true));
                case State.Taken:
                    return ValueTask.FromException<bool>(
                        new RequestException(ErrorCode.StreamTaken, "The stream goes on elsewhere: another request resumed it."));
                case State.Reading when _next <= journal.LastSeq:
                    return ValueTask.FromResult(true);
                case State.Reading when journal.IsComplete:
                    return ValueTask.FromResult(false);
                default:
                    _somethingNew.Reset();
                    _isWaiting = true;
                    return new ValueTask<bool>(this, _somethingNew.Version);
            }
        }
    }

    /// <summary>Takes the next entry. The one before it counts as delivered from now on.</summary>
    public bool TryTake(out long seq, out JournalEntry entry)
    {
        lock (journal.Gate)
        {
            seq = _next;
            entry = default;
            if (_state != State.Reading || !journal.TryTake(seq, out entry))
            {
                return false;
            }

            _next++;
            return true;
        }
    }

    /// <summary>Ends the reading: <see cref="WaitAsync"/> is cancelled.</summary>
    public void Leave()
    {
        JournalReader? woken;
        lock (journal.Gate)
        {
            woken = End(isTaken: false);
        }

        woken?.Wake();
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _somethingNew.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _somethingNew.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _somethingNew.OnCompleted(continuation, state, token, flags);

    /// <summary>Ends it, under the journal's gate.</summary>
    /// <returns>Itself where it is to be woken.</returns>
    internal JournalReader? End(bool isTaken)
    {
        _state = _state == State.Reading ? (isTaken ? State.Taken : State.Left) : _state;
        return TakeWaiting();
    }

    /// <summary>Under the journal's gate; itself where it waits, for <see cref="Wake"/> outside the gate.</summary>
    internal JournalReader? TakeWaiting()
    {
        var wasWaiting = _isWaiting;
        _isWaiting = false;
        return wasWaiting ? this : null;
    }

    /// <summary>Lets it look again.</summary>
    internal void Wake() => _somethingNew.SetResult(true);
}
