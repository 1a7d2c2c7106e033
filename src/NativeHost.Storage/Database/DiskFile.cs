using Microsoft.Win32.SafeHandles;

namespace NativeHost.Storage.Database;

/// <summary>A file on the disk, which only the user may read and write, and only one process opens.</summary>
internal sealed class DiskFile : IStoreFile
{
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SafeFileHandle _handle;

    private DiskFile(SafeFileHandle handle) => _handle = handle;

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Opens the file, and makes it where it is not there.</summary>
    /// <exception cref="IOException">Another process has it, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static DiskFile Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.RandomAccess);
        KeepForUser(handle);
        return new DiskFile(handle);
    }

    /// <summary>Lets nobody but the user read or write an open file. The folder, which lets nobody else in, was there before it.</summary>
    public static void KeepForUser(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(handle) != OnlyTheUser)
        {
            File.SetUnixFileMode(handle, OnlyTheUser);
        }
    }

    public int Read(Span<byte> buffer, long offset)
    {
        var done = 0;
        while (done < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[done..], offset + done);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_handle, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Flush() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
