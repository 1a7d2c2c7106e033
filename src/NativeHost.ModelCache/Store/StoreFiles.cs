using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Names of the files beside blobs that are this store's own. None ends in what other tools clean up.</summary>
internal static class StoreFiles
{
    private const string Ours = ".tabagent.";

    /// <summary>Ends the name of a file that is about to be renamed.</summary>
    public const string Temporary = ".tabagent.tmp";

    /// <summary>Ends the name of a blob that did not have the bytes that its name says.</summary>
    public const string Bad = ".tabagent.bad";

    /// <summary>Ends the name of a mark: the blob was deleted, but the system still holds it.</summary>
    public const string Deleted = ".tabagent.deleted";

    /// <summary>Whether a file beside the blobs is a part of a download of ours, or its journal; where locks do nothing each process has its own.</summary>
    public static bool IsDownload(string fileName)
        => fileName.Contains(Ours, StringComparison.Ordinal)
            && (fileName.EndsWith(".part", StringComparison.Ordinal) || fileName.EndsWith(".journal", StringComparison.Ordinal));

    /// <summary>Whether a file beside the blobs is the lock of a blob's use.</summary>
    public static bool IsUse(string fileName) => fileName.EndsWith(".tabagent.use", StringComparison.Ordinal);

    /// <summary>Whether a file beside the blobs says something of a blob, and goes with it.</summary>
    public static bool IsBelonging(string fileName)
        => fileName.Contains(Ours, StringComparison.Ordinal) && !IsUse(fileName) && !fileName.EndsWith(Deleted, StringComparison.Ordinal);

    public static string PutAside(BlobFiles files) => files.Blob + Bad;

    public static string Tombstone(BlobFiles files) => files.Blob + Deleted;

    /// <summary>The content that a file beside the blobs belongs to: its name up to the first dot.</summary>
    public static ContentId? ContentOf(string fileName)
    {
        var dot = fileName.IndexOf('.', StringComparison.Ordinal);
        return ContentId.TryParse(dot < 0 ? fileName : fileName[..dot], out var content) ? content : null;
    }
}
