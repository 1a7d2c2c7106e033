using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Has the system begin to put what was written on the disk, so that little is left to wait for when it all has to be there.</summary>
internal static partial class WriteBack
{
    private const uint Write = 2; // SYNC_FILE_RANGE_WRITE: begins, does not wait, and promises nothing.

    /// <summary>Does what the system can do; only Linux has it.</summary>
    public static void Begin(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = sync_file_range(file, offset, length, Write);
        }
    }

    // int sync_file_range(int fd, off64_t offset, off64_t nbytes, unsigned int flags);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);
}
