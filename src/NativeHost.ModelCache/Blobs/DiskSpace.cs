using System.Globalization;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Whether bytes that are wanted have a place.</summary>
public static class DiskSpace
{
    // ENOSPC, and EDQUOT on Linux and macOS; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL on Windows; what .NET says where space cannot be set aside.
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Beside the bytes that are missing, this part of them has to stay free.</summary>
    private const int SpareFraction = 50;

    /// <exception cref="ModelCacheException">They have none.</exception>
    public static void Require(string folder, long missingBytes, BlobDownloadOptions options)
    {
        var needed = NeededBytes(missingBytes, options);
        if (options.FreeBytes(folder) is { } free && free < needed)
        {
            throw Full(needed, free, null);
        }
    }

    /// <summary>Bytes that have to be free, so that some are left when the missing ones are there.</summary>
    public static long NeededBytes(long missingBytes, BlobDownloadOptions options)
        => missingBytes + Math.Max(options.SpareDiskBytes, missingBytes / SpareFraction);

    internal static ModelCacheException Full(long needed, long? free, Exception? failure)
        => new(
            CacheFault.DiskFull,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The disk is full: {needed / 1e9:F1} GB are needed and {(free ?? 0) / 1e9:F1} GB are free. Make room{Lacking(needed, free)} and start again; what was downloaded is kept."),
            failure)
        {
            NeededBytes = needed,
            AvailableBytes = free,
        };

    private static string Lacking(long needed, long? free)
        => free < needed ? string.Create(CultureInfo.InvariantCulture, $" for {Math.Ceiling((needed - free.Value) / 1e8) / 10:F1} GB") : "";

    internal static bool IsFull(IOException failure)
        => OperatingSystem.IsWindows()
            ? failure.HResult is WindowsDiskFull or WindowsHandleDiskFull
            : failure.HResult == NoSpace || failure.HResult == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota);

    /// <summary>Bytes that are free on a folder's disk; null where that cannot be told.</summary>
    public static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share of a network, for one. Writing will tell.
            return null;
        }
    }
}
