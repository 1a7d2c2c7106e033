namespace NativeHost.ModelCache.Blobs;

/// <summary>Tells how far a download is, eight times a second where something changes, and at its end.</summary>
/// <remarks>Any thread; what is told comes from one thread at a time.</remarks>
internal sealed class ProgressMeter : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(125);

    /// <summary>Over how long the speed is smoothed.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(365);

    private readonly IProgress<BlobProgress>? _progress;
    private readonly long _totalBytes;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _ticking;
    private long _receivedBytes;
    private BlockMap? _map;
    private int _phase = (int)BlobPhase.Checking;
    private long _observedBytes;
    private long _lastTick;
    private long _lastReceived;
    private double _speed;
    private BlobProgress? _last;

    public ProgressMeter(IProgress<BlobProgress>? progress, long totalBytes, TimeProvider time)
    {
        (_progress, _totalBytes, _time, _lastTick) = (progress, totalBytes, time, time.GetTimestamp());
        _ticking = progress is null ? Task.CompletedTask : TickAsync();
    }

    /// <summary>Bytes that came over the network, needed or not.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    /// <summary>Bytes that are still to come.</summary>
    public long MissingBytes => _totalBytes - Math.Max(Volatile.Read(ref _map)?.DurableBytes ?? 0, Volatile.Read(ref _observedBytes));

    /// <summary>How long bytes take that come so fast.</summary>
    /// <returns>Null where that cannot be told: next to nothing comes, as where the speed is on its way to zero.</returns>
    public static TimeSpan? TimeFor(long bytes, double bytesPerSecond)
        => bytesPerSecond > 1 && bytes / bytesPerSecond <= LongestTime.TotalSeconds ? TimeSpan.FromSeconds(bytes / bytesPerSecond) : null;

    public void Enter(BlobPhase phase) => Volatile.Write(ref _phase, (int)phase);

    /// <summary>From here on the map tells how far it is.</summary>
    public void Follow(BlockMap map) => Volatile.Write(ref _map, map);

    public void BytesCame(int bytes) => Interlocked.Add(ref _receivedBytes, bytes);

    /// <summary>How far another process is.</summary>
    public void Observe(long durableBytes) => Volatile.Write(ref _observedBytes, durableBytes);

    /// <summary>All of it is there.</summary>
    public void Finish() => Observe(_totalBytes);

    /// <summary>Tells the last news.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        Tell();
    }

    private async Task TickAsync()
    {
        Tell();
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            Tell();
        }
    }

    private void Tell()
    {
        var map = Volatile.Read(ref _map);
        var observed = Volatile.Read(ref _observedBytes);
        var durable = Math.Max(_last?.DurableBytes ?? 0, Math.Max(map?.DurableBytes ?? 0, observed));
        var phase = (BlobPhase)Volatile.Read(ref _phase);
        if (phase == BlobPhase.Downloading && map is { } known && known.DurableBytes == _totalBytes)
        {
            phase = BlobPhase.Verifying;
        }

        Measure(map is null ? observed : ReceivedBytes);
        var remaining = phase == BlobPhase.Downloading ? TimeFor(_totalBytes - durable, _speed) : null;
        var news = new BlobProgress(phase, durable, _totalBytes, _speed, remaining);
        if (news != _last)
        {
            _last = news;
            _progress?.Report(news);
        }
    }

    private void Measure(long bytes)
    {
        var elapsed = _time.GetElapsedTime(_lastTick);
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        var weight = 1 - Math.Exp(-elapsed / Memory);
        _speed += weight * ((Math.Max(0, bytes - _lastReceived) / elapsed.TotalSeconds) - _speed);
        (_lastReceived, _lastTick) = (bytes, _time.GetTimestamp());
    }
}
