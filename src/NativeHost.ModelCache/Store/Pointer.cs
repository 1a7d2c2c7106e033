using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>A file of a snapshot, as it lies on the disk.</summary>
/// <param name="Commit">Name of its snapshot's folder.</param>
/// <param name="Path">Within the snapshot, with slashes. A stranger's: not checked.</param>
/// <param name="FullPath">On this disk.</param>
/// <param name="Kind">How it comes to its bytes.</param>
/// <param name="BlobName">Name of the file in the blobs' folder that has its bytes; null where none has.</param>
/// <param name="Look">How the bytes look; null where there are none.</param>
internal sealed record Pointer(string Commit, string Path, string FullPath, PointerKind Kind, string? BlobName, FileLook? Look)
{
    /// <summary>What the bytes should be, by the blob's name.</summary>
    public ContentId? Content => ContentId.TryParse(BlobName, out var content) ? content : null;

    /// <summary>Whether there are bytes, and they are the repository's own.</summary>
    public bool IsWhole => Kind != PointerKind.LeadsOut && Look is not null;
}

internal enum PointerKind
{
    /// <summary>A symbolic link to a blob of the same repository, whether that is there or not.</summary>
    LinkToBlob,

    /// <summary>The bytes lie here: a blob's second path, a copy of it, or all there is.</summary>
    File,

    /// <summary>A link to somewhere else. It is never followed.</summary>
    LeadsOut,
}
