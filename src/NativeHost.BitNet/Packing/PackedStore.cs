using System.Security.Cryptography;
using System.Text;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>The folder of packed weights: a file for each model and form, made once and mapped from then on.</summary>
/// <remarks>
/// All of it can be made again, and nothing that goes wrong with it is a reason for a load to fail. A file appears under its name when it
/// is whole; several processes may write the same one. Those whose model is gone or changed are removed at the next load of any model that has some.
/// </remarks>
/// <param name="folder">Where they are kept; made when it is needed.</param>
/// <param name="time">Tells what was left long ago.</param>
internal sealed unsafe class PackedStore(string folder, TimeProvider time)
{
    private const string Extension = ".ternary";
    private const string UnfinishedExtension = ".unfinished";
    private const int PieceBytes = 4 * 1024 * 1024;

    /// <summary>Left free on the disk, for others.</summary>
    private const long ReservedBytes = 1L << 30;

    /// <summary>A file that nobody has added to for so long was left by a crash.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Maps the packed weights of a model.</summary>
    /// <returns>Null where there are none, or not those of this very file. The block begins behind <see cref="PackedFileHeader.Bytes"/>.</returns>
    public ModelMapping? TryOpen(TernaryModelFile file, PackedLayout layout)
    {
        ModelMapping? mapping = null;
        try
        {
            var wanted = PackedFileHeader.Of(file, layout);
            var path = PathOf(wanted);
            if (!File.Exists(path))
            {
                return null;
            }

            mapping = new ModelMapping(path);
            if (mapping.Length == PackedFileHeader.Bytes + layout.Bytes
                && PackedFileHeader.TryRead(new ReadOnlySpan<byte>(mapping.At(0, PackedFileHeader.Bytes), PackedFileHeader.Bytes)) is { } found
                && found.IsFor(wanted))
            {
                var opened = mapping;
                mapping = null;
                return opened;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it is packed again.
        }
        finally
        {
            mapping?.Dispose();
        }

        return null;
    }

    /// <summary>Keeps packed weights for the next load, where there is room; else nothing happens.</summary>
    /// <param name="block">[layout.Bytes]; has to stay until this returns.</param>
    /// <returns>Whether they are kept.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind.</exception>
    public bool TryWrite(TernaryModelFile file, PackedLayout layout, byte* block, CancellationToken cancellationToken)
    {
        string? unfinished = null;
        try
        {
            Directory.CreateDirectory(folder);
            Sweep();
            if (FreeBytes() < layout.Bytes + ReservedBytes)
            {
                return false;
            }

            var header = PackedFileHeader.Of(file, layout);
            unfinished = Path.Combine(folder, Path.GetRandomFileName() + UnfinishedExtension);
            Write(unfinished, header, block, cancellationToken);
            if (!header.IsSourceThere())
            {
                return false;
            }

            File.Move(unfinished, PathOf(header), overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // The latter two where the folder's name is none, or on no drive: a share, on Windows.
            return false;
        }
        finally
        {
            Remove(unfinished);
        }
    }

    /// <summary>Reads kept weights whole, and removes those that are not what was written.</summary>
    /// <param name="isMeant">Told the full path of a model's file.</param>
    /// <returns>How many were damaged and removed.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int RemoveDamaged(Func<string, bool> isMeant, CancellationToken cancellationToken)
    {
        var damaged = 0;
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"*{Extension}") : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (ReadHeader(path) is { } header && isMeant(header.SourcePath) && !IsWhole(path, header))
                {
                    Remove(path);
                    damaged++;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It went meanwhile, or cannot be read: then no load can be given it either.
            }
        }

        return damaged;
    }

    private static bool IsWhole(string path, PackedFileHeader header)
    {
        using var mapping = new ModelMapping(path);
        if (mapping.Length != PackedFileHeader.Bytes + header.BlockBytes)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var offset = 0L; offset < header.BlockBytes; offset += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, header.BlockBytes - offset);
            hash.AppendData(new ReadOnlySpan<byte>(mapping.At(PackedFileHeader.Bytes + offset, length), length));
        }

        return hash.GetHashAndReset().AsSpan().SequenceEqual(header.BlockHash);
    }

    private static void Write(string path, PackedFileHeader header, byte* block, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        stream.Position = PackedFileHeader.Bytes;
        for (var offset = 0L; offset < header.BlockBytes; offset += PieceBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = new ReadOnlySpan<byte>(block + offset, (int)Math.Min(PieceBytes, header.BlockBytes - offset));
            hash.AppendData(piece);
            stream.Write(piece);
        }

        stream.Position = 0;
        stream.Write((header with { BlockHash = hash.GetHashAndReset() }).ToBytes());
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Removes what is of no model any more, and what a crash left.</summary>
    public void Sweep()
    {
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
        {
            if (IsStale(path))
            {
                Remove(path);
            }
        }
    }

    private bool IsStale(string path)
    {
        try
        {
            return Path.GetExtension(path) switch
            {
                Extension => ReadHeader(path)?.IsSourceThere() != true,
                UnfinishedExtension => time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(path) > Abandoned,
                _ => false,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process was quicker to remove it, or it or its model is locked: no reason not to keep another one.
            return false;
        }
    }

    private static PackedFileHeader? ReadHeader(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[PackedFileHeader.Bytes];
        return PackedFileHeader.TryRead(bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }

    private static void Remove(string? path)
    {
        try
        {
            if (path is not null)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody has it open, on Windows; the next sweep finds it.
        }
    }

    private long FreeBytes() => new DriveInfo(folder).AvailableFreeSpace;

    private string PathOf(PackedFileHeader header)
    {
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{header.HeadForm} {header.SourcePath}"));
        return Path.Combine(folder, Convert.ToHexStringLower(name.AsSpan(0, 16)) + Extension);
    }
}
