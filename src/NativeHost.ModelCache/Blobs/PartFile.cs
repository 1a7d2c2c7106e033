using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.ModelCache.Blobs;

/// <summary>The bytes of a blob that is being downloaded.</summary>
/// <remarks>Any thread, as long as no two write the same bytes.</remarks>
internal sealed class PartFile : IDisposable
{
    private readonly SafeFileHandle _file;

    private PartFile(SafeFileHandle file) => _file = file;

    /// <summary>Starts one, with its space on the disk where the file system gives it.</summary>
    /// <param name="isPreallocated">Whether it was asked for and not refused.</param>
    /// <exception cref="IOException">It cannot be made; often because the disk is full.</exception>
    public static PartFile Create(string path, long size, out bool isPreallocated)
    {
        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.None, size);
            isPreallocated = true;
            return new PartFile(file);
        }
        catch (IOException)
        {
            isPreallocated = false;
            return new PartFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read));
        }
    }

    /// <summary>Goes on with one; what is beyond the blob's end is cut off.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static PartFile? TryOpen(string path, long size)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (RandomAccess.GetLength(file) > size)
        {
            RandomAccess.SetLength(file, size);
        }

        return new PartFile(file);
    }

    /// <exception cref="IOException">It cannot be written; often because the disk is full.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_file, bytes, offset);

    /// <summary>Reads as much as is there.</summary>
    /// <returns>Bytes read: less than asked for only at the end of the file.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public int Read(Span<byte> target, long offset)
    {
        var read = 0;
        for (int n; read < target.Length && (n = RandomAccess.Read(_file, target[read..], offset + read)) > 0;)
        {
            read += n;
        }

        return read;
    }

    /// <summary>Whether a stretch of it hashes to this. False where it ends too early.</summary>
    /// <param name="buffer">Of any length; overwritten.</param>
    public bool Matches(long offset, int length, UInt128 xxh3, byte[] buffer)
    {
        var hash = new XxHash128();
        for (var done = 0; done < length;)
        {
            var read = Read(buffer.AsSpan(0, Math.Min(buffer.Length, length - done)), offset + done);
            if (read == 0)
            {
                return false;
            }

            hash.Append(buffer.AsSpan(0, read));
            done += read;
        }

        return hash.GetCurrentHashAsUInt128() == xxh3;
    }

    /// <summary>Has the system begin to put a stretch on the disk.</summary>
    public void BeginFlush(long offset, long length) => WriteBack.Begin(_file, offset, length);

    /// <summary>Has the system put every byte on the disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
}
