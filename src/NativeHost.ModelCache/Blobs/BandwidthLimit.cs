namespace NativeHost.ModelCache.Blobs;

/// <summary>Bytes a second that several downloads may take together.</summary>
/// <remarks>Any thread.</remarks>
public sealed class BandwidthLimit(TimeProvider time)
{
    /// <summary>How long bytes may be saved up, and how far apart the pieces are that a slow transfer comes in.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private long? _bytesPerSecond;

    // Since the start: when all that was taken so far is paid for.
    private TimeSpan _paidUntil;

    /// <summary>Null: as fast as it goes. May change while downloads run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above zero.</exception>
    public long? BytesPerSecond
    {
        get
        {
            lock (_lock)
            {
                return _bytesPerSecond;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value ?? 1, nameof(value));
            lock (_lock)
            {
                (_bytesPerSecond, _paidUntil) = (value, TimeSpan.Zero);
            }
        }
    }

    /// <summary>How much to read at once, so that a slow transfer is not one of bursts.</summary>
    internal int PieceOf(int wanted)
        => BytesPerSecond is { } rate ? (int)Math.Clamp(rate * Grain.TotalSeconds, 1, wanted) : wanted;

    /// <summary>Waits until bytes that came may be followed by others.</summary>
    internal ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        var wait = Reserve(bytes);
        return wait > TimeSpan.Zero ? new(Task.Delay(wait, time, cancellationToken)) : ValueTask.CompletedTask;
    }

    private TimeSpan Reserve(int bytes)
    {
        lock (_lock)
        {
            if (_bytesPerSecond is not { } rate)
            {
                return TimeSpan.Zero;
            }

            var now = time.GetElapsedTime(_start);
            var from = _paidUntil > now - Grain ? _paidUntil : now - Grain;
            _paidUntil = from + TimeSpan.FromSeconds((double)bytes / rate);
            return _paidUntil - now;
        }
    }
}
