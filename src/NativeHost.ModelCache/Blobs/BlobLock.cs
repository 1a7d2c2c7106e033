using System.Collections.Concurrent;

namespace NativeHost.ModelCache.Blobs;

/// <summary>The right to write one blob, against other programs (a file lock, the one that huggingface_hub takes) and inside this process.</summary>
/// <remarks>The file is never removed: who waits for it has it open, and a new file of that name would be another lock.</remarks>
internal sealed class BlobLock : IDisposable
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);

    /// <summary>Held in this process: where files cannot be locked, two downloads here would otherwise write one file.</summary>
    private static readonly ConcurrentDictionary<string, bool> HeldHere = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly FileStream _file;

    private BlobLock(string path, FileStream file, bool isReal) => (_path, _file, IsReal) = (path, file, isReal);

    /// <summary>Whether it keeps other processes out. Network file systems and a setting of .NET make file locks do nothing.</summary>
    public bool IsReal { get; }

    /// <returns>Null while another program, or another download here, holds it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static BlobLock? TryTake(BlobFiles files)
    {
        var path = Path.GetFullPath(files.Lock);
        if (!HeldHere.TryAdd(path, true))
        {
            return null;
        }

        FileStream? file = null;
        BlobLock? taken = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            file = TryOpen(path);
            if (file is not null)
            {
                taken = new BlobLock(path, file, isReal: !CanOpenAgain(path));
                file = null;
            }

            return taken;
        }
        finally
        {
            file?.Dispose();
            if (taken is null)
            {
                HeldHere.TryRemove(path, out _);
            }
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        HeldHere.TryRemove(_path, out _);
    }

    private static bool CanOpenAgain(string path)
    {
        using var second = TryOpen(path);
        return second is not null;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult == HeldElsewhere || e.HResult == WindowsLockViolation)
        {
            return null;
        }
    }

    private static int HeldElsewhere
        => OperatingSystem.IsWindows() ? WindowsSharingViolation : OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock;
}
