using System.Runtime.InteropServices;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Puts the names in a folder on the disk, so that a file that was renamed there is found after a power failure.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Does what the system can do; on Windows names need nothing.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = open(folder, ReadOnly);
        if (descriptor >= 0)
        {
            _ = fsync(descriptor);
            _ = close(descriptor);
        }
    }

    // int open(const char *path, int flags, ...);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int open(string path, int flags);

    // int fsync(int fd);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fsync(int descriptor);

    // int close(int fd);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
