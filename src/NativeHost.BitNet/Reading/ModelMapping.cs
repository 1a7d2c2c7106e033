using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.BitNet.Reading;

/// <summary>A file in memory as the system maps it, from its first byte to its last, until it is disposed.</summary>
/// <remarks>
/// The file has to keep its length: the system ends a process that reads where a mapped file was cut. Windows does not let others write
/// to it; elsewhere it is up to them.
/// </remarks>
internal sealed unsafe partial class ModelMapping : IDisposable
{
    private const int AdviseNotNeeded = 4;

    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;
    private int _disposed;

    /// <exception cref="IOException">The file is not there, is empty or cannot be mapped.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public ModelMapping(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            Length = stream.Length > 0 ? stream.Length : throw new IOException($"{path} is empty.");
            _handle = stream.SafeFileHandle;
            WrittenAt = File.GetLastWriteTimeUtc(_handle);
            _file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        try
        {
            _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _first);
            _first += _view.PointerOffset;
        }
        catch
        {
            _view?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the file when it was mapped.</summary>
    public long Length { get; }

    /// <summary>When the file was last written, in UTC, as it was mapped: of the file itself, whatever its path leads to by now.</summary>
    public DateTime WrittenAt { get; }

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public bool Holds(long offset, long bytes) => offset >= 0 && bytes >= 0 && offset <= Length && bytes <= Length - offset;

    /// <summary>The place of some bytes, all of which the file has; valid until this is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The file does not hold them: see <see cref="Holds"/>.</exception>
    public byte* At(long offset, long bytes)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return Holds(offset, bytes) ? _first + offset : throw new ArgumentOutOfRangeException(nameof(offset), offset, $"No {bytes} bytes are there.");
    }

    /// <summary>Reads bytes from the file as it is now, without its pages becoming part of this process's memory.</summary>
    /// <returns>False where the file does not have so many there.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool TryRead(long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(_handle, bytes, offset);
            if (count == 0)
            {
                return false;
            }

            bytes = bytes[count..];
            offset += count;
        }

        return true;
    }

    /// <summary>Tells the system that nothing of it will be read for a while: what is read after all comes from the file again.</summary>
    public void LetPagesGo()
    {
        if (OperatingSystem.IsLinux() && !IsDisposed)
        {
            // Advice; the first byte of a mapping lies at a page's start.
            _ = Advise(_first, (nuint)Length, AdviseNotNeeded);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);
}
