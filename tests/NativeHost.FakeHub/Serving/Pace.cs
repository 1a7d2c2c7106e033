namespace NativeHost.Testing;

/// <summary>Holds bytes back so that no more than so many a second pass.</summary>
internal sealed class Pace(TimeProvider clock)
{
    /// <summary>Shorter waits cost more than they are worth.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);

    private readonly Lock _counting = new();
    private long _rate;
    private long _began;
    private long _passed;

    /// <summary>Waits until <paramref name="bytes"/> more may have passed.</summary>
    /// <param name="rate">Bytes a second; null for no limit. A new rate begins to count anew.</param>
    public Task WaitAsync(int bytes, long? rate, CancellationToken cancellationToken)
    {
        if (rate is not { } limit)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_counting)
        {
            if (_rate != limit)
            {
                (_rate, _began, _passed) = (limit, clock.GetTimestamp(), 0);
            }

            _passed += bytes;
            wait = TimeSpan.FromSeconds((double)_passed / limit) - clock.GetElapsedTime(_began);
        }

        return wait > ShortestWait ? Task.Delay(wait, clock, cancellationToken) : Task.CompletedTask;
    }
}
