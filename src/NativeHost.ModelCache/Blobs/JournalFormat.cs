using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.ModelCache.Blobs;

/// <summary>The bytes of a journal.</summary>
/// <remarks>
/// Little-endian. A header of 8,192 bytes: <c>"TABJRNL1"</c>, u32 length of the JSON, JSON, zeros, u32 CRC-32 of all before it.
/// Then records of 32 bytes: u32 block, u32 bytes of the block, u128 XXH3-128, u32 the header's CRC-32 (so that no record of another
/// journal counts), u32 CRC-32 of all before it. A later record of a block replaces an earlier one. The first record that is not
/// right ends the journal: power may fail, and processes die, at any byte.
/// </remarks>
internal static class JournalFormat
{
    public const int HeaderBytes = 8192;
    public const int RecordBytes = 32;

    private const int JsonOffset = 12;
    private const int HeaderCrcOffset = HeaderBytes - sizeof(uint);
    private const int RecordCrcOffset = RecordBytes - sizeof(uint);
    private const int RecordsAtOnce = 512;

    private static ReadOnlySpan<byte> Magic => "TABJRNL1"u8;

    /// <summary>Fills <paramref name="target"/>, of <see cref="HeaderBytes"/>.</summary>
    /// <returns>What the records repeat.</returns>
    public static uint WriteHeader(JournalHeader header, Span<byte> target)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, JournalJson.Default.JournalHeader);
        target.Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[Magic.Length..], json.Length);
        json.CopyTo(target[JsonOffset..HeaderCrcOffset]);
        var id = Crc32.HashToUInt32(target[..HeaderCrcOffset]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[HeaderCrcOffset..], id);
        return id;
    }

    /// <returns>Null where the bytes are no header.</returns>
    public static JournalHeader? ReadHeader(SafeFileHandle file, out uint id)
    {
        var bytes = new byte[HeaderBytes];
        id = 0;
        if (ReadFully(file, bytes, 0) < HeaderBytes || !bytes.AsSpan().StartsWith(Magic))
        {
            return null;
        }

        id = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(HeaderCrcOffset));
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Magic.Length));
        if (id != Crc32.HashToUInt32(bytes.AsSpan(0, HeaderCrcOffset)) || length is < 0 or > HeaderCrcOffset - JsonOffset)
        {
            return null;
        }

        try
        {
            var header = JsonSerializer.Deserialize(bytes.AsSpan(JsonOffset, length), JournalJson.Default.JournalHeader);
            return header is { Size: > 0, BlockSize: > 0 } && header.Size / header.BlockSize < int.MaxValue ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="target"><see cref="RecordBytes"/>.</param>
    public static void WriteRecord(JournalRecord record, JournalHeader header, uint id, Span<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, record.Block);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], header.LengthOf(record.Block));
        BinaryPrimitives.WriteUInt128LittleEndian(target[8..], record.Hash);
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], id);
        BinaryPrimitives.WriteUInt32LittleEndian(target[RecordCrcOffset..], Crc32.HashToUInt32(target[..RecordCrcOffset]));
    }

    /// <summary>Reads records up to the first that is not right.</summary>
    /// <param name="from">Where a record begins.</param>
    /// <returns>Where the next record will begin.</returns>
    public static long ReadRecords(SafeFileHandle file, long from, JournalHeader header, uint id, Action<JournalRecord> found)
    {
        var bytes = new byte[RecordBytes * RecordsAtOnce];
        for (var at = from; ;)
        {
            var count = ReadFully(file, bytes, at) / RecordBytes;
            for (var i = 0; i < count; i++, at += RecordBytes)
            {
                if (!TryReadRecord(bytes.AsSpan(i * RecordBytes, RecordBytes), header, id, out var record))
                {
                    return at;
                }

                found(record);
            }

            if (count < RecordsAtOnce)
            {
                return at;
            }
        }
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, JournalHeader header, uint id, out JournalRecord record)
    {
        record = new(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt128LittleEndian(bytes[8..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[RecordCrcOffset..]) == Crc32.HashToUInt32(bytes[..RecordCrcOffset])
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) == id
            && record.Block >= 0
            && record.Block < header.BlockCount
            && BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]) == header.LengthOf(record.Block);
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> target, long offset)
    {
        var read = 0;
        for (int n; read < target.Length && (n = RandomAccess.Read(file, target[read..], offset + read)) > 0;)
        {
            read += n;
        }

        return read;
    }
}
