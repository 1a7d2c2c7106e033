using NativeHost.ModelCache.Blobs;

namespace NativeHost.ModelCache.Store;

/// <summary>What the store says when it cannot.</summary>
internal static class StoreFault
{
    public static ModelCacheException Unusable(string path, Exception reason)
        => reason is IOException failure && DiskSpace.IsFull(failure)
            ? new(CacheFault.DiskFull, $"{Printable(path)} cannot be written: the disk is full. Make room and start again; what was downloaded is kept.", reason)
            : new(CacheFault.CacheUnusable, $"{Printable(path)} cannot be used ({Printable(reason.Message)}). Check that the folder is there and may be written.", reason);

    public static ModelCacheException Unusable(string path, string reason)
        => new(CacheFault.CacheUnusable, $"{Printable(path)} {reason}");

    /// <summary>Names in folders are a stranger's, and must not steer a terminal.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
