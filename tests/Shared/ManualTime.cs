namespace NativeHost.Testing;

/// <summary>A clock that stands until a test moves it. Safe to call from any thread.</summary>
/// <param name="begin">What the clock shows at first: the first second of 1970 unless told.</param>
internal sealed class ManualTime(DateTimeOffset begin = default) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _begin = begin == default ? DateTimeOffset.UnixEpoch : begin;
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => _begin.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, whoever waits for it.</summary>
    public void Advance(TimeSpan time)
    {
        _ = TryAdvance(time, waiting: null);
    }

    /// <summary>Moves the clock, once exactly so many wait for it: what is still on its way to wait would miss it.</summary>
    public async Task AdvanceAsync(TimeSpan time, int waiting, CancellationToken cancellationToken)
    {
        while (!TryAdvance(time, waiting))
        {
            await Task.Delay(1, cancellationToken);
        }
    }

    private bool TryAdvance(TimeSpan time, int? waiting)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            if (waiting is { } expected && _timers.Count != expected)
            {
                return false;
            }

            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
        {
            timer.Ring();
        }

        return true;
    }

    /// <summary>A timer that rings once.</summary>
    private sealed class ManualTimer(ManualTime time, Action ring) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._now + dueTime;
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
