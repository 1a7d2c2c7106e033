using System.Runtime.InteropServices;

namespace NativeHost.Hardware.Disks;

/// <summary>Asks the system for the disk of a folder.</summary>
internal static partial class FolderSpaces
{
    /// <param name="path">Absolute. Of a folder that is not there yet, the nearest one above it counts.</param>
    /// <exception cref="IOException">The disk does not answer.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not for this user.</exception>
    public static FolderSpace Of(string path)
    {
        var folder = path;
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"There is no disk for {path}.");
        }

        return OperatingSystem.IsWindows() ? OnWindows(folder) : OnUnix(folder);
    }

    private static FolderSpace OnUnix(string folder)
    {
        var drive = new DriveInfo(folder);
        return new FolderSpace(drive.TotalSize, drive.AvailableFreeSpace, drive.TotalFreeSpace, drive.DriveFormat);
    }

    // A folder may be a disk of its own, which the drive that its path begins with knows nothing of.
    private static FolderSpace OnWindows(string folder)
        => GetDiskFreeSpaceExW(folder, out var available, out var total, out var free)
            ? new FolderSpace((long)total, (long)available, (long)free, null)
            : throw new IOException($"The disk of {folder} does not answer: error {Marshal.GetLastPInvokeError()}.");

    // BOOL GetDiskFreeSpaceExW(LPCWSTR folder, PULARGE_INTEGER availableToCaller, PULARGE_INTEGER total, PULARGE_INTEGER free);
    [LibraryImport("kernel32", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetDiskFreeSpaceExW(string folder, out ulong available, out ulong total, out ulong free);
}
