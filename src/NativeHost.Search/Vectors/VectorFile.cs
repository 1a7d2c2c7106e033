using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.Search.Vectors;

/// <summary>Vectors in a file to which records are only appended, so that a crash costs no more than the last of them.</summary>
/// <remarks>
/// A header, then records: kind (1 byte: vector or removal), length of the key (2), position (8), key in UTF-8, numbers (4 each; a vector's
/// only), CRC-32 of all that (4); all numbers with the least byte first. What follows the first record that is not whole is cut off.
/// One thread at a time appends; reads of vectors go on beside.
/// </remarks>
internal sealed class VectorFile : IDisposable
{
    private const ulong Magic = 0x3130_4345_5642_4154; // "TABVEC01"
    private const int HeaderBytes = 8 + 4 + 4 + 32;
    private const int HeadBytes = 1 + 2 + 8;
    private const int CrcBytes = 4;
    private const int ReadAheadBytes = 1024 * 1024;
    private const int MostPending = 256 * 1024;

    private readonly SafeFileHandle _file;
    private readonly MemoryStream _pending = new();
    private long _end;

    /// <param name="file">Owned from here on.</param>
    private VectorFile(SafeFileHandle file, long end)
        => (_file, _end) = (file, end);

    /// <summary>Bytes of the file, and of what is to be appended.</summary>
    public long Bytes => _end + _pending.Length;

    /// <summary>Opens a file, or makes one: also in place of one of another model, or that is none of ours.</summary>
    /// <param name="model">32 bytes that tell the model that makes the vectors from others.</param>
    /// <param name="take">Gets each record, in order.</param>
    /// <exception cref="IOException">It cannot be opened or read, or another process has it.</exception>
    public static VectorFile Open(string path, int dimensions, ReadOnlySpan<byte> model, Action<VectorRecord> take)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = ReadAheadBytes };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        var header = HeaderOf(dimensions, model);
        var found = new byte[HeaderBytes];
        var end = (long)HeaderBytes;
        if (stream.ReadAtLeast(found, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes && found.AsSpan().SequenceEqual(header))
        {
            end += ReadRecords(stream, dimensions, take);
        }
        else
        {
            stream.SetLength(0);
            stream.Write(header);
        }

        stream.SetLength(end);
        stream.Flush();
        stream.Dispose();
#pragma warning disable CA2000 // The file's from here on.
        return new VectorFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.RandomAccess), end);
#pragma warning restore CA2000
    }

    /// <summary>Appends a vector; it is in the file with the next <see cref="Flush"/>.</summary>
    /// <param name="position">Where whoever adds vectors stands with this one; told again when the file is opened.</param>
    /// <returns>Where its numbers are, for <see cref="Read"/>.</returns>
    public long Append(string key, ReadOnlySpan<float> vector, long position)
        => Append(VectorRecordKind.Vector, key, vector, position);

    /// <summary>Appends that a vector was removed.</summary>
    public void AppendRemoval(string key, long position) => Append(VectorRecordKind.Removal, key, [], position);

    /// <summary>Writes what was appended. The system may lose it when it crashes, and so the last records: that is what positions are for.</summary>
    /// <exception cref="IOException">The disk is full or broken; what was appended is kept for another try.</exception>
    public void Flush()
    {
        if (_pending.Length == 0)
        {
            return;
        }

        RandomAccess.Write(_file, _pending.GetBuffer().AsSpan(0, (int)_pending.Length), _end);
        _end += _pending.Length;
        _pending.SetLength(0);
    }

    /// <summary>Reads the numbers of a vector.</summary>
    /// <param name="offset">As <see cref="Append(string, ReadOnlySpan{float}, long)"/> told.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Read(long offset, Span<float> vector)
    {
        var bytes = MemoryMarshal.AsBytes(vector);
        if (RandomAccess.Read(_file, bytes, offset) != bytes.Length)
        {
            throw new EndOfStreamException($"The file of vectors ends before {offset + bytes.Length}.");
        }

        ToOrderOfMachine(vector);
    }

    /// <summary>Leaves what was not flushed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _pending.Dispose();
    }

    private long Append(VectorRecordKind kind, string key, ReadOnlySpan<float> vector, long position)
    {
        if (_pending.Length > MostPending)
        {
            Flush();
        }

        var name = Encoding.UTF8.GetBytes(key);
        var record = new byte[HeadBytes + name.Length + (vector.Length * sizeof(float)) + CrcBytes];
        record[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(1), checked((ushort)name.Length));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(3), position);
        name.CopyTo(record, HeadBytes);
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(record.AsSpan(HeadBytes + name.Length + (i * sizeof(float))), vector[i]);
        }

        var body = record.AsSpan(0, record.Length - CrcBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(body.Length), Crc32.HashToUInt32(body));
        var start = Bytes;
        _pending.Write(record);
        return start + HeadBytes + name.Length;
    }

    private static long ReadRecords(FileStream input, int dimensions, Action<VectorRecord> take)
    {
        var buffer = new byte[HeadBytes + ushort.MaxValue + (dimensions * sizeof(float)) + CrcBytes];
        var vector = new float[dimensions];
        var read = 0L;
        while (input.ReadAtLeast(buffer.AsSpan(0, HeadBytes), HeadBytes, throwOnEndOfStream: false) == HeadBytes)
        {
            var kind = (VectorRecordKind)buffer[0];
            var nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(1));
            var numbers = kind == VectorRecordKind.Vector ? dimensions : 0;
            var rest = nameBytes + (numbers * sizeof(float)) + CrcBytes;
            if (kind is not (VectorRecordKind.Vector or VectorRecordKind.Removal)
                || input.ReadAtLeast(buffer.AsSpan(HeadBytes, rest), rest, throwOnEndOfStream: false) != rest)
            {
                break;
            }

            var body = buffer.AsSpan(0, HeadBytes + rest - CrcBytes);
            if (Crc32.HashToUInt32(body) != BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(body.Length)))
            {
                break;
            }

            MemoryMarshal.Cast<byte, float>(body[(HeadBytes + nameBytes)..]).CopyTo(vector);
            ToOrderOfMachine(vector.AsSpan(0, numbers));
            take(new VectorRecord(
                kind,
                Encoding.UTF8.GetString(buffer, HeadBytes, nameBytes),
                vector.AsMemory(0, numbers),
                BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(3)),
                HeaderBytes + read + HeadBytes + nameBytes));
            read += HeadBytes + rest;
        }

        return read;
    }

    private static byte[] HeaderOf(int dimensions, ReadOnlySpan<byte> model)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), dimensions);
        model.CopyTo(header.AsSpan(HeaderBytes - 32));
        return header;
    }

    private static void ToOrderOfMachine(Span<float> numbers)
    {
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(numbers);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}

/// <summary>The kinds of <see cref="VectorRecord"/>.</summary>
internal enum VectorRecordKind : byte
{
    None,
    Vector,
    Removal,
}

/// <summary>One record of a <see cref="VectorFile"/>.</summary>
/// <param name="Vector">[dimensions], or empty for a removal; valid until the next record.</param>
/// <param name="Offset">Where its numbers are in the file.</param>
internal readonly record struct VectorRecord(VectorRecordKind Kind, string Key, ReadOnlyMemory<float> Vector, long Position, long Offset);
