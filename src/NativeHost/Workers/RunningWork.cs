namespace NativeHost.Workers;

/// <summary>What a worker is computing, as the worker sees it: how it is stopped, and made to wait.</summary>
/// <remarks>Safe to call from any thread; what comes after it is disposed changes nothing, or is an <see cref="ObjectDisposedException"/> where it is a stop.</remarks>
internal sealed class RunningWork : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _answer = new();
    private TaskCompletionSource? _pause;

    public RunningWork() => (Stopping, Answering) = (_stop.Token, _answer.Token);

    public CancellationToken Stopping { get; }

    /// <summary>Cancelled when a model is to think no longer.</summary>
    public CancellationToken Answering { get; }

    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public void Stop()
    {
        _stop.Cancel();
        Resume();
    }

    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public void AnswerNow() => _answer.Cancel();

    public void Pause() => Interlocked.CompareExchange(ref _pause, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Resume() => Interlocked.Exchange(ref _pause, null)?.SetResult();

    /// <summary>Waits while it is paused; not once it is stopped.</summary>
    public ValueTask GoOnAsync() => Volatile.Read(ref _pause) is { } pause && !Stopping.IsCancellationRequested ? new ValueTask(pause.Task) : default;

    public void Dispose()
    {
        _stop.Dispose();
        _answer.Dispose();
    }
}
