namespace NativeHost.ModelCache.Blobs;

/// <summary>How a blob is downloaded. The defaults are right for people; tests are less patient.</summary>
public sealed record BlobDownloadOptions
{
    /// <summary>Requests at once, at most.</summary>
    public int MaxWorkers { get; init; } = 8;

    /// <summary>Shared by the downloads that have it; null for none.</summary>
    public BandwidthLimit? Bandwidth { get; init; }

    /// <summary>How long a download goes on trying while not one byte comes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes that stay free on the disk, at least.</summary>
    public long SpareDiskBytes { get; init; } = 512L << 20;

    /// <summary>Bytes that are verified and found again one by one; null for what suits the blob.</summary>
    internal int? BlockSize { get; init; }

    /// <summary>How long a request may go without a byte.</summary>
    internal TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Over how long a request must be faster than <see cref="SlowestBytesPerSecond"/>.</summary>
    internal TimeSpan SlowWindow { get; init; } = TimeSpan.FromSeconds(20);

    internal int SlowestBytesPerSecond { get; init; } = 8 * 1024;

    /// <summary>Between the first failure and the next try; doubled each time up to <see cref="LongestPause"/>.</summary>
    internal TimeSpan ShortestPause { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is asked whether another process's download goes on.</summary>
    internal TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a number of workers is tried.</summary>
    internal TimeSpan WidthInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Called at each named point of a download, where tests kill it.</summary>
    internal Action<string> AtPoint { get; init; } = static _ => { };

    /// <summary>Bytes that are free in a folder; null where that is not known.</summary>
    internal Func<string, long?> FreeBytes { get; init; } = DiskSpace.FreeBytes;

    /// <summary>Blocks of 1 MiB, of 4 from 8 GB on and of 16 from 64 GB on: a death costs half a block of each worker.</summary>
    internal int BlockSizeFor(long size) => BlockSize ?? (size < 8_000_000_000 ? 1 << 20 : size < 64_000_000_000 ? 4 << 20 : 16 << 20);
}
