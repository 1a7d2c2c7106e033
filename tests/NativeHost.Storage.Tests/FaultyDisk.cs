using NativeHost.Storage.Database;

namespace NativeHost.Storage.Tests;

/// <summary>A disk that fills up, fails, or loses its power: then each sector that was not flushed is what it was, or what was written.</summary>
internal sealed class FaultyDisk
{
    private const int Sector = 512;

    // ENOSPC and EIO; ERROR_DISK_FULL and ERROR_GEN_FAILURE.
    private static readonly int NoSpace = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
    private static readonly int Failure = OperatingSystem.IsWindows() ? unchecked((int)0x8007001F) : 5;

    private readonly Lock _lock = new();
    private readonly List<FaultyFile> _files = [];

    /// <summary>Bytes that files may still grow by; null for no end.</summary>
    public long? Room { get; set; }

    /// <summary>Flushes fail from now on.</summary>
    public bool FlushFails { get; set; }

    /// <summary>Reads fail from now on.</summary>
    public bool ReadFails { get; set; }

    /// <summary>Writes and flushes until the power goes; null for never.</summary>
    public int? OperationsLeft { get; set; }

    public int Flushes { get; private set; }

    /// <summary>What happens while a flush waits for the disk.</summary>
    public Action? WhileFlushing { get; set; }

    public IStoreFile Open(string path)
    {
        lock (_lock)
        {
            var file = new FaultyFile(this, path, DiskFile.Open(path));
            _files.Add(file);
            return file;
        }
    }

    /// <summary>Flips a bit of a file that is open.</summary>
    public void Flip(string path, long at)
    {
        var file = _files.Single(file => file.Path == path);
        var value = new byte[1];
        file.Read(value, at);
        value[0] ^= 4;
        file.Write(value, at);
    }

    /// <summary>The power goes. All files are closed, and have what the disk has of them.</summary>
    public void LosePower(Random random)
    {
        foreach (var file in _files)
        {
            file.LosePower(random);
        }

        _files.Clear();
        OperationsLeft = null;
    }

    private void Operate()
    {
        if (OperationsLeft is { } left)
        {
            OperationsLeft = left - 1;
            if (left <= 0)
            {
                throw new IOException("The power is gone.", Failure);
            }
        }
    }

    private sealed class FaultyFile(FaultyDisk disk, string path, IStoreFile file) : IStoreFile
    {
        // What was there before what is not flushed, by sector; null for nothing.
        private readonly Dictionary<long, byte[]?> _before = [];
        private long _lengthBefore = file.Length;
        private bool _isClosed;

        public string Path => path;

        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset)
            => disk.ReadFails ? throw new IOException("Input/output error", Failure) : file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (disk._lock)
            {
                disk.Operate();
                var growth = Math.Max(0, offset + bytes.Length - file.Length);
                if (disk.Room is { } room)
                {
                    if (growth > room)
                    {
                        Remember(offset, bytes.Length / 2);
                        file.Write(bytes[..(int)Math.Clamp(bytes.Length - growth + room, 0, bytes.Length / 2)], offset);
                        throw new IOException("No space left on device", NoSpace);
                    }

                    disk.Room = room - growth;
                }

                Remember(offset, bytes.Length);
                file.Write(bytes, offset);
            }
        }

        public void SetLength(long length)
        {
            lock (disk._lock)
            {
                disk.Operate();
                file.SetLength(length);
            }
        }

        public void Flush()
        {
            lock (disk._lock)
            {
                disk.Operate();
                if (disk.FlushFails)
                {
                    throw new IOException("Input/output error", Failure);
                }

                disk.WhileFlushing?.Invoke();
                disk.Flushes++;
                file.Flush();
                _before.Clear();
                _lengthBefore = file.Length;
            }
        }

        public void Dispose()
        {
            lock (disk._lock)
            {
                // While the power is gone nothing is closed in order.
                if (!_isClosed && disk.OperationsLeft is null or > 0)
                {
                    _isClosed = true;
                    file.Dispose();
                    disk._files.Remove(this);
                }
            }
        }

        public void LosePower(Random random)
        {
            foreach (var (sector, before) in _before)
            {
                if (random.Next(2) == 0 && sector * Sector < file.Length)
                {
                    file.Write(before ?? new byte[(int)Math.Min(Sector, file.Length - (sector * Sector))], sector * Sector);
                }
            }

            if (file.Length > _lengthBefore && random.Next(2) == 0)
            {
                file.SetLength(random.NextInt64(_lengthBefore, file.Length));
            }

            file.Dispose();
        }

        private void Remember(long offset, int count)
        {
            for (var sector = offset / Sector; sector * Sector < offset + count; sector++)
            {
                if (!_before.ContainsKey(sector))
                {
                    var before = new byte[Sector];
                    var read = file.Read(before, sector * Sector);
                    _before.Add(sector, read == 0 ? null : before[..read]);
                }
            }
        }
    }
}
