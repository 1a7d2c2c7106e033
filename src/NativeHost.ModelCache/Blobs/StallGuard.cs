namespace NativeHost.ModelCache.Blobs;

/// <summary>Cancels a request that brings nothing, or next to nothing. Only time that is spent waiting for the server counts.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class StallGuard : IDisposable
{
    private readonly BlobDownloadOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenRegistration _outer;
    private long _began;
    private TimeSpan _waited;
    private long _windowBytes;

    public StallGuard(BlobDownloadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        (_options, _time) = (options, time);
        _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _outer = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _silence);
    }

    /// <summary>For what may take too long.</summary>
    public CancellationToken Token => _silence.Token;

    public static bool IsOfNetwork(Exception failure)
        => failure is IOException or HttpRequestException or OperationCanceledException;

    /// <summary>The wait for the server begins.</summary>
    public void Begin()
    {
        _began = _time.GetTimestamp();
        _silence.CancelAfter(_options.LongestSilence);
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        _waited += _time.GetElapsedTime(_began);
    }

    /// <summary>Bytes came.</summary>
    /// <exception cref="TransferException">Too few for the time that they took.</exception>
    public void Count(int bytes)
    {
        _windowBytes += bytes;
        if (_waited < _options.SlowWindow)
        {
            return;
        }

        if (_windowBytes < _waited.TotalSeconds * _options.SlowestBytesPerSecond)
        {
            throw new TransferException(TransferTrouble.Broken, "the server was too slow");
        }

        (_waited, _windowBytes) = (TimeSpan.Zero, 0);
    }

    /// <summary>What a failure of the network means.</summary>
    /// <exception cref="OperationCanceledException">Nothing: the caller wanted it.</exception>
    public static TransferException Explain(Exception failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return failure is OperationCanceledException
            ? new TransferException(TransferTrouble.Broken, "the server stood still", failure)
            : new TransferException(TransferTrouble.Broken, "the connection broke", failure);
    }

    public void Dispose()
    {
        _outer.Dispose();
        _silence.Dispose();
    }
}
