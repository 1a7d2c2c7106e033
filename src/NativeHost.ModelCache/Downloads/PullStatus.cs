using NativeHost.ModelCache.Blobs;

namespace NativeHost.ModelCache.Downloads;

/// <summary>How far a pull is. Immutable.</summary>
/// <param name="Phase">Of the file that is at work; null where none is.</param>
/// <param name="DurableBytes">Bytes that need not be fetched again. Never less than before.</param>
/// <param name="BytesPerSecond">0 where nothing comes.</param>
/// <param name="Remaining">Null where it cannot be told.</param>
/// <param name="ReceivedBytes">Bytes that came over the network, here, for files that are done.</param>
/// <param name="Failure">Why it failed, or waits for somebody to do something.</param>
public sealed record PullStatus(
    PullState State,
    BlobPhase? Phase,
    long DurableBytes,
    long TotalBytes,
    double BytesPerSecond,
    TimeSpan? Remaining,
    IReadOnlyList<PulledFile> Files,
    long ReceivedBytes,
    ModelCacheException? Failure)
{
    /// <summary>0 to 100; 100 only when all is done.</summary>
    public int Percent => State == PullState.Completed ? 100 : TotalBytes == 0 ? 0 : Math.Min(99, (int)(DurableBytes * 100.0 / TotalBytes));

    /// <summary>Whether it goes on by itself.</summary>
    public bool IsActive => State is PullState.Queued or PullState.Running;
}

/// <summary>One file of a pull.</summary>
/// <param name="Path">In the repository.</param>
/// <param name="DurableBytes">Bytes of it that need not be fetched again.</param>
/// <param name="TotalBytes">Of the file.</param>
public sealed record PulledFile(string Path, long DurableBytes, long TotalBytes);

public enum PullState
{
    /// <summary>Others come first.</summary>
    Queued,

    Running,

    /// <summary>Somebody stopped it, or has to do something first (<see cref="PullStatus.Failure"/>). All that came is kept.</summary>
    Paused,

    /// <summary>All files are in the cache, verified.</summary>
    Completed,

    Failed,

    Cancelled,
}
