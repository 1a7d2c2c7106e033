using NativeHost.Messages;

namespace NativeHost.Actions.Streams;

/// <summary>What a generation has told, in order and numbered from 1, so that a client which was away gets the rest.</summary>
/// <remarks>
/// One writer; one reader at a time, and each new one ends the one before it. Safe to call from any thread. It lives in memory: a
/// disk that is full or slow cannot hold an answer up. Where it is full, what a reader has had goes first; where that is not
/// enough, the writer waits.
/// </remarks>
/// <param name="capacity">Most entries kept.</param>
internal sealed class Journal(int capacity = Journal.LargestCount)
{
    /// <summary>Entries that one journal keeps: more than a context window has tokens.</summary>
    public const int LargestCount = 262_144;

    private const int FirstLength = 64;

    private JournalEntry[] _ring = new JournalEntry[Math.Min(FirstLength, capacity)];
    private JournalReader? _reader;
    private TaskCompletionSource? _room;
    private bool _isBoundLifted;

    /// <summary>Guards the journal and its readers.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Number of the last entry; 0 before the first.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Whether no entry comes any more.</summary>
    internal bool IsComplete { get; private set; }

    // What was taken for good, and may be dropped where room is needed.
    private long Delivered { get; set; }

    // What was dropped.
    private long Dropped { get; set; }

    /// <summary>Adds an entry. Completes at once where there is room; the reader may go on inside this call.</summary>
    public ValueTask AppendAsync(in JournalEntry entry) => TryAppend(entry) ? ValueTask.CompletedTask : new(AppendLaterAsync(entry));

    /// <summary>Lets the writer through from now on, because it will write little more.</summary>
    public void LiftBound()
    {
        lock (Gate)
        {
            _isBoundLifted = true;
            _room?.TrySetResult();
        }
    }

    /// <summary>Ends the journal; what is in it can still be read.</summary>
    public void Complete()
    {
        JournalReader? woken;
        lock (Gate)
        {
            IsComplete = true;
            woken = _reader?.TakeWaiting();
        }

        woken?.Wake();
    }

    /// <summary>Begins to read, and ends whoever read before.</summary>
    /// <param name="after">Number of the last entry that the reader has; 0 for none.</param>
    /// <exception cref="RequestException">There is no such entry, or what follows it is not kept any more.</exception>
    public JournalReader ReadAfter(long after)
    {
        JournalReader reader;
        JournalReader? woken;
        lock (Gate)
        {
            if (after < 0 || after > LastSeq)
            {
                throw new RequestException(ErrorCode.InvalidRequest, $"Invalid request: after is 0 to {LastSeq} here.");
            }

            if (after < Dropped)
            {
                throw new RequestException(ErrorCode.StreamGap, $"The stream's events up to {Dropped} are not kept any more. Resume after one of the later ones.");
            }

            woken = _reader?.End(isTaken: true);
            Delivered = after;
            _room?.TrySetResult();
            _room = null;
            _reader = reader = new JournalReader(this, after);
        }

        woken?.Wake();
        return reader;
    }

    /// <summary>The entry of this number, where it is there. Under <see cref="Gate"/>.</summary>
    internal bool TryTake(long seq, out JournalEntry entry)
    {
        Delivered = seq - 1;
        _room?.TrySetResult();
        _room = null;
        entry = seq <= LastSeq ? _ring[seq % _ring.Length] : default;
        return seq <= LastSeq;
    }

    private bool TryAppend(in JournalEntry entry)
    {
        JournalReader? woken;
        lock (Gate)
        {
            if (!MakeRoom())
            {
                return false;
            }

            _ring[++LastSeq % _ring.Length] = entry;
            woken = _reader?.TakeWaiting();
        }

        woken?.Wake();
        return true;
    }

    private async Task AppendLaterAsync(JournalEntry entry)
    {
        while (!TryAppend(entry))
        {
            Task room;
            lock (Gate)
            {
                if (_isBoundLifted || Delivered > Dropped)
                {
                    continue;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room;
        }
    }

    private bool MakeRoom()
    {
        var count = LastSeq - Dropped;
        if (count < _ring.Length)
        {
            return true;
        }

        if (count < capacity || _isBoundLifted)
        {
            Grow();
            return true;
        }

        if (Delivered == Dropped)
        {
            return false;
        }

        Dropped++;
        return true;
    }

    private void Grow()
    {
        var larger = new JournalEntry[_isBoundLifted ? _ring.Length * 2 : Math.Min(_ring.Length * 2, capacity)];
        for (var seq = Dropped + 1; seq <= LastSeq; seq++)
        {
            larger[seq % larger.Length] = _ring[seq % _ring.Length];
        }

        _ring = larger;
    }
}
