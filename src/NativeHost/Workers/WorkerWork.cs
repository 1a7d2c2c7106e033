namespace NativeHost.Workers;

/// <summary>What a worker was asked for and has not ended, as the broker sees it.</summary>
internal abstract class WorkerWork
{
    /// <summary>Completes once its request is on its way, or cannot be.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When its stop was asked for, as a timestamp; 0 before.</summary>
    public long StopAsked { get; set; }

    /// <summary>Nobody waits for its reader any longer.</summary>
    public virtual void LiftBound()
    {
    }

    public abstract void Fail(Exception failure);
}

/// <summary>Vectors that a worker computes.</summary>
internal sealed class WorkerEmbedding : WorkerWork
{
    private readonly TaskCompletionSource<VectorsReport> _vectors = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<VectorsReport> Vectors => _vectors.Task;

    public void End(VectorsReport vectors) => _vectors.TrySetResult(vectors);

    public override void Fail(Exception failure) => _vectors.TrySetException(failure);
}
