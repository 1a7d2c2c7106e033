using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>What a collection of garbage would remove, or did remove.</summary>
/// <param name="Problems">What could not be removed, in words for a person.</param>
public sealed record GarbageReport(IReadOnlyList<GarbageFile> Files, IReadOnlyList<string> Problems)
{
    /// <summary>Bytes by kind; kinds of which there is nothing are missing.</summary>
    public IReadOnlyDictionary<GarbageKind, long> BytesByKind
        => Files.GroupBy(file => file.Kind).ToDictionary(group => group.Key, group => group.Sum(file => file.Bytes));

    public long Bytes => Files.Sum(file => file.Bytes);
}

/// <param name="Path">Below the repository's folder.</param>
/// <param name="Content">The blob that it belongs to; null where that cannot be told.</param>
public sealed record GarbageFile(RepoId Repo, GarbageKind Kind, string Path, long Bytes, ContentId? Content);

public enum GarbageKind
{
    /// <summary>Blobs that no file of any snapshot needs.</summary>
    OrphanBlob,

    /// <summary>Our downloads that nobody goes on with.</summary>
    StaleDownload,

    /// <summary>Other tools' downloads that nobody goes on with.</summary>
    OtherToolsDownload,

    /// <summary>Blobs that did not have the bytes that their name says.</summary>
    PutAside,

    /// <summary>Files of snapshots whose blob is gone.</summary>
    BrokenPointer,

    /// <summary>Folders of snapshots with nothing in them.</summary>
    EmptyFolder,

    /// <summary>Small files that say something about what is no longer there.</summary>
    Bookkeeping,
}
