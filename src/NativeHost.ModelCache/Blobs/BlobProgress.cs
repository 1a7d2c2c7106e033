namespace NativeHost.ModelCache.Blobs;

/// <summary>How far a download is.</summary>
/// <param name="DurableBytes">Bytes that need not be fetched again. Never less than before.</param>
/// <param name="TotalBytes">Of the blob.</param>
/// <param name="BytesPerSecond">As they come, over the last seconds.</param>
/// <param name="Remaining">Null where it cannot be told.</param>
public sealed record BlobProgress(BlobPhase Phase, long DurableBytes, long TotalBytes, double BytesPerSecond, TimeSpan? Remaining);

/// <summary>What a download is doing.</summary>
public enum BlobPhase
{
    /// <summary>For another program that downloads the same, and does not tell how far it is.</summary>
    Waiting,

    /// <summary>It looks whether a file that was already there is the right one.</summary>
    Checking,

    /// <summary>Here, or in another process of ours.</summary>
    Downloading,

    /// <summary>All is there; its hash is not computed to the end.</summary>
    Verifying,

    /// <summary>The hash is not the right one; bytes are fetched again.</summary>
    Repairing,

    /// <summary>It is put where other programs find it.</summary>
    Publishing,
}
