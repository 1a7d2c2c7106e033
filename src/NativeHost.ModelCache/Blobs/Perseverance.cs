namespace NativeHost.ModelCache.Blobs;

/// <summary>How long a download waits after a failure, and when it gives up: never, as long as bytes come now and then.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class Perseverance(string name, BlobDownloadOptions options, TimeProvider time)
{
    /// <summary>A server that asks for patience so often without giving a byte will not give one.</summary>
    private const int MostWaits = 10;

    private readonly long _start = time.GetTimestamp();
    private readonly Lock _lock = new();

    // Since the start.
    private TimeSpan? _failingSince;
    private TimeSpan _notBefore;
    private int _waits;

    public void BytesCame()
    {
        lock (_lock)
        {
            (_failingSince, _waits) = (null, 0);
        }
    }

    /// <summary>Waits until the server wants requests again.</summary>
    public async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            wait = _notBefore - time.GetElapsedTime(_start);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Waits before the next try.</summary>
    /// <param name="failures">How many requests in a row brought nothing.</param>
    /// <exception cref="ModelCacheException">There will be none.</exception>
    public async Task PauseAsync(TransferException trouble, int failures, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            if (trouble.Wait is { } asked)
            {
                // What all workers are told at once counts once.
                var wait = asked > options.ShortestPause ? asked : options.ShortestPause;
                if (now >= _notBefore && ++_waits > MostWaits)
                {
                    throw GivenUp(trouble, wait);
                }

                // Time that the server asked for is not time without success.
                _notBefore = now + wait;
                _failingSince = null;
                return;
            }

            _failingSince ??= now;
            if (now - _failingSince > options.Patience)
            {
                throw GivenUp(trouble, null);
            }
        }

        // An address that has expired is replaced at once.
        var isExpired = failures <= 1 && trouble.Trouble == TransferTrouble.Refused;
        await Task.Delay(isExpired ? TimeSpan.Zero : PauseAfter(failures), time, cancellationToken);
    }

    private TimeSpan PauseAfter(int failures)
    {
        var pause = Math.Min(options.LongestPause.TotalSeconds, options.ShortestPause.TotalSeconds * Math.Pow(2, Math.Max(0, failures - 1)));
        return TimeSpan.FromSeconds(pause * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private ModelCacheException GivenUp(TransferException trouble, TimeSpan? wait)
        => new(
            trouble.Trouble == TransferTrouble.Throttled ? CacheFault.RateLimited : CacheFault.Network,
            $"{name} could not be downloaded: {(trouble.InnerException as ModelCacheException)?.Message ?? $"{trouble.Message}, again and again."} What came is kept: start again later.",
            trouble)
        {
            RetryAt = wait is { } later ? time.GetUtcNow() + later : null,
        };
}
