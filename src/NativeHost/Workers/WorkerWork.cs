namespace NativeHost.Workers;

/// <summary>What a worker was asked for and has not ended, as the broker sees it.</summary>
internal abstract class WorkerWork
{
    /// <summary>Completes once its request is on its way, or cannot be.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When its stop was asked for, as a timestamp; 0 before.</summary>
    public long StopAsked { get; set; }

    /// <summary>Whether the worker was told to let it wait: that it says nothing is no wonder then.</summary>
    public virtual bool IsPaused => false;

    /// <summary>Nobody waits for its reader any longer.</summary>
    public virtual void LiftBound()
    {
    }

    public abstract void Fail(Exception failure);
}

/// <summary>What a worker computes and tells at once, such as vectors.</summary>
internal sealed class WorkerAnswer<T> : WorkerWork
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public void End(T answer) => _answer.TrySetResult(answer);

    public override void Fail(Exception failure) => _answer.TrySetException(failure);
}
