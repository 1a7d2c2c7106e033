using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NativeHost.Processes;

/// <summary>The kinds of <see cref="UnixFile"/>.</summary>
internal enum UnixFileKind
{
    File,
    Folder,
    Link,
    Other,
}

/// <summary>What Linux or macOS says of a path; the framework does not tell whose it is.</summary>
/// <param name="Owner">Number of the user whose it is.</param>
/// <param name="Mode">The bits of st_mode.</param>
/// <param name="Target">Where a link leads, as it is written in it; null where it is none.</param>
internal readonly partial record struct UnixFile(uint Owner, int Mode, string? Target)
{
    private const int KindBits = 0xF000; // S_IFMT
    private const int WritableByAll = 0x02; // S_IWOTH
    private const int Sticky = 0x200; // S_ISVTX: in such a folder, only owners may remove or rename

    /// <summary>Number of the user that this process runs as.</summary>
    public static uint CurrentUser => geteuid();

    public UnixFileKind Kind => (Mode & KindBits) switch
    {
        0x8000 => UnixFileKind.File,
        0x4000 => UnixFileKind.Folder,
        0xA000 => UnixFileKind.Link,
        _ => UnixFileKind.Other,
    };

    public bool IsWritableByAll => (Mode & WritableByAll) != 0;

    public bool IsSticky => (Mode & Sticky) != 0;

    /// <summary>Of the thing at the path itself: links are not followed.</summary>
    /// <returns>Null where nothing is there, or the system does not say.</returns>
    public static UnixFile? Of(string path)
    {
        Span<byte> about = stackalloc byte[256];
        return (OperatingSystem.IsMacOS() ? OnMacOS(path, about) : OnLinux(path, about)) is not { } file ? null
            : file.Kind == UnixFileKind.Link ? file with { Target = new FileInfo(path).LinkTarget }
            : file;
    }

    // struct statx of <linux/stat.h>, 256 bytes: stx_uid at 20, stx_mode at 28.
    private static UnixFile? OnLinux(string path, Span<byte> about)
    {
        const int WorkingDirectory = -100;
        const int NoFollow = 0x100;
        const uint KindModeAndOwner = 0x1 | 0x2 | 0x8;

        return statx(WorkingDirectory, path, NoFollow, KindModeAndOwner, ref MemoryMarshal.GetReference(about)) == 0
            ? new UnixFile(BinaryPrimitives.ReadUInt32LittleEndian(about[20..]), BinaryPrimitives.ReadUInt16LittleEndian(about[28..]), null)
            : null;
    }

    // struct stat of <sys/stat.h> with 64-bit numbers, 144 bytes: st_mode at 4, st_uid at 16.
    private static UnixFile? OnMacOS(string path, Span<byte> about)
    {
        ref var start = ref MemoryMarshal.GetReference(about);
        return (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? lstat64(path, ref start) : lstat(path, ref start)) == 0
            ? new UnixFile(BinaryPrimitives.ReadUInt32LittleEndian(about[16..]), BinaryPrimitives.ReadUInt16LittleEndian(about[4..]), null)
            : null;
    }

    // int statx(int dirfd, const char *restrict path, int flags, unsigned int mask, struct statx *restrict buf);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, ref byte about);

    // int lstat(const char *restrict path, struct stat *restrict buf);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lstat(string path, ref byte about);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lstat64(string path, ref byte about);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
