using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.ModelCache.Store;

/// <summary>What tells whether two paths are one file, or one folder.</summary>
/// <param name="Links">How many paths of the same disk are this file.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Number, long Links)
{
    /// <summary>Of the thing at the path itself: links are not followed.</summary>
    /// <returns>Null where nothing is there, or the system does not say.</returns>
    public static FileIdentity? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return OnLinux(path);
        }

        return OperatingSystem.IsWindows() ? OnWindows(path) : OnMacOS(path);
    }

    /// <summary>Whether both are there and the same.</summary>
    public static bool AreSame(string one, string other)
        => Of(one) is { } first && Of(other) is { } second && first.Device == second.Device && first.Number == second.Number;

    // struct statx of <linux/stat.h>, 256 bytes: stx_nlink at 16, stx_ino at 32, stx_dev_major at 136, stx_dev_minor at 140.
    private static FileIdentity? OnLinux(string path)
    {
        const int WorkingDirectory = -100;
        const int NoFollow = 0x100;
        const uint LinksAndNumber = 0x4 | 0x100;

        Span<byte> about = stackalloc byte[256];
        try
        {
            if (statx(WorkingDirectory, path, NoFollow, LinksAndNumber, ref MemoryMarshal.GetReference(about)) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return new FileIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(about[136..]),
            BinaryPrimitives.ReadUInt64LittleEndian(about[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(about[16..]));
    }

    // struct stat of <sys/stat.h> with 64-bit numbers, 144 bytes: st_dev at 0, st_nlink at 6, st_ino at 8.
    private static FileIdentity? OnMacOS(string path)
    {
        Span<byte> about = stackalloc byte[256];
        ref var start = ref MemoryMarshal.GetReference(about);
        var failed = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? lstat64(path, ref start) : lstat(path, ref start);
        return failed != 0
            ? null
            : new FileIdentity(
                BinaryPrimitives.ReadUInt32LittleEndian(about),
                BinaryPrimitives.ReadUInt64LittleEndian(about[8..]),
                BinaryPrimitives.ReadUInt16LittleEndian(about[6..]));
    }

    // BY_HANDLE_FILE_INFORMATION, 52 bytes: dwVolumeSerialNumber at 28, nNumberOfLinks at 40, nFileIndexHigh at 44, nFileIndexLow at 48.
    private static FileIdentity? OnWindows(string path)
    {
        const uint ShareAll = 7;
        const uint OpenExisting = 3;
        const uint FoldersTooAndNoFollow = 0x0200_0000 | 0x0020_0000;

        using var file = CreateFileW(FileLinks.LongWindowsPath(path), 0, ShareAll, 0, OpenExisting, FoldersTooAndNoFollow, 0);
        Span<byte> about = stackalloc byte[52];
        if (file.IsInvalid || GetFileInformationByHandle(file, ref MemoryMarshal.GetReference(about)) == 0)
        {
            return null;
        }

        var number = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(about[44..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(about[48..]);
        return new FileIdentity(
            BinaryPrimitives.ReadUInt32LittleEndian(about[28..]),
            number,
            BinaryPrimitives.ReadUInt32LittleEndian(about[40..]));
    }

    // int statx(int dirfd, const char *restrict path, int flags, unsigned int mask, struct statx *restrict buf);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int directory, string path, int flags, uint mask, ref byte about);

    // int lstat(const char *restrict path, struct stat *restrict buf);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int lstat(string path, ref byte about);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int lstat64(string path, ref byte about);

    [LibraryImport("kernel32", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateFileW(string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int GetFileInformationByHandle(SafeFileHandle file, ref byte about);
}
