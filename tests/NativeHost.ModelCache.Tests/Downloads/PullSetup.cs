using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Store;

namespace NativeHost.ModelCache.Tests.Downloads;

/// <summary>What differs from one <see cref="PullBed"/> to the other.</summary>
internal sealed record PullSetup
{
    /// <summary>So that small files have blocks, too.</summary>
    public static BlobDownloadOptions SmallBlocks { get; } = new() { BlockSize = 4096, SpareDiskBytes = 0 };

    public BlobDownloadOptions Blobs { get; init; } = SmallBlocks;

    public bool IsOffline { get; init; }

    /// <summary>What the disk can do.</summary>
    public PointerWays Ways { get; init; } = PointerWays.All;

    public string? Token { get; init; }

    /// <summary>What the server sees of the program: tells several of them apart.</summary>
    public string Version { get; init; } = "1.2.3";

    public string? Proxy { get; init; }

    /// <summary>Of what is asked of the hub; pauses of seconds are many there.</summary>
    public TimeProvider HubTime { get; init; } = TimeProvider.System;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
