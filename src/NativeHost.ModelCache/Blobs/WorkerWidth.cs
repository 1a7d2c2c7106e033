namespace NativeHost.ModelCache.Blobs;

/// <summary>How many requests run at once: more, as long as more come faster; half as many when the server has trouble.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class WorkerWidth(int most, TimeSpan interval, TimeProvider time, Pulse changed)
{
    /// <summary>What one more worker has to bring.</summary>
    private const double WorthIt = 1.05;

    /// <summary>How many intervals pass before the next try, where one more brought nothing, and after trouble.</summary>
    private const int RestAfterTry = 20;
    private const int RestAfterTrouble = 4;

    private readonly Lock _lock = new();
    private int _current = Math.Min(2, most);
    private long _since = time.GetTimestamp();
    private long _bytes;
    private double _lastRate;
    private bool _isTrying;
    private int _rest;
    private long? _lastTrouble;

    public int Current => Volatile.Read(ref _current);

    public void BytesCame(int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        if (time.GetElapsedTime(Volatile.Read(ref _since)) >= interval && _lock.TryEnter())
        {
            try
            {
                Judge();
            }
            finally
            {
                _lock.Exit();
            }
        }
    }

    /// <summary>The server has trouble. What happens to several workers at once counts once.</summary>
    public void Narrow()
    {
        lock (_lock)
        {
            if (_lastTrouble is { } last && time.GetElapsedTime(last) < interval)
            {
                return;
            }

            (_lastTrouble, _isTrying, _rest) = (time.GetTimestamp(), false, RestAfterTrouble);
            Become(Math.Max(1, _current / 2));
        }
    }

    private void Judge()
    {
        var elapsed = time.GetElapsedTime(_since);
        if (elapsed < interval)
        {
            return;
        }

        var rate = Interlocked.Exchange(ref _bytes, 0) / elapsed.TotalSeconds;
        Volatile.Write(ref _since, time.GetTimestamp());
        if (_rest > 0)
        {
            _rest--;
        }
        else if (_isTrying && rate < _lastRate * WorthIt)
        {
            (_isTrying, _rest) = (false, RestAfterTry);
            Become(_current - 1);
        }
        else if (_current < most)
        {
            (_lastRate, _isTrying) = (rate, true);
            Become(_current + 1);
        }
    }

    private void Become(int width)
    {
        Volatile.Write(ref _current, width);
        changed.Fire();
    }
}
