using System.Buffers.Binary;
using System.IO.Hashing;
using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database;

/// <summary>The head of a batch of pages in the journal, which stands before them.</summary>
/// <param name="Stamp">Of the data file that the pages belong to.</param>
/// <param name="Generation">A random number for what was written since the last checkpoint.</param>
/// <param name="Number">Of the batch in its generation, from 0.</param>
/// <param name="Pages">How many follow.</param>
/// <remarks>
/// Layout, little-endian: magic u64, stamp i64, generation i64, number i32, pages i32, checksum u64 (XXH3 of the bytes before it, then of
/// the pages). A batch counts if its checksum is right, its stamp is the data file's, and it continues the one before: so a batch of which
/// only parts came to the disk, and what an earlier generation left behind, are told apart from what was acknowledged.
/// </remarks>
internal readonly record struct JournalBatch(long Stamp, long Generation, int Number, int Pages)
{
    /// <summary>Bytes of the head.</summary>
    public const int HeadSize = 40;

    private const ulong Magic = 0x314C4E4A54424154;
    private const int SumOffset = HeadSize - sizeof(ulong);

    /// <summary>Bytes of head and pages.</summary>
    public long Size => HeadSize + ((long)Pages * PageSize);

    /// <param name="batch">Room for the head, then the pages.</param>
    public void Seal(Span<byte> batch)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(batch, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(batch[8..], Stamp);
        BinaryPrimitives.WriteInt64LittleEndian(batch[16..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(batch[24..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(batch[28..], Pages);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[SumOffset..], SumOf(batch));
    }

    /// <summary>Reads the head at a place of the file.</summary>
    /// <returns>Null where there is none whose pages are all there and right.</returns>
    public static JournalBatch? TryRead(IStoreFile file, long offset)
    {
        var head = new byte[HeadSize];
        if (file.Read(head, offset) != HeadSize || BinaryPrimitives.ReadUInt64LittleEndian(head) != Magic)
        {
            return null;
        }

        var batch = new JournalBatch(
            BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8)),
            BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(16)),
            BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(24)),
            BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(28)));
        if (batch.Pages <= 0 || batch.Size > file.Length - offset)
        {
            return null;
        }

        var hash = new XxHash3();
        hash.Append(head.AsSpan(0, SumOffset));
        var page = new byte[PageSize];
        for (var number = 0; number < batch.Pages; number++)
        {
            if (file.Read(page, offset + HeadSize + ((long)number * PageSize)) != PageSize)
            {
                return null;
            }

            hash.Append(page);
        }

        return hash.GetCurrentHashAsUInt64() == BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(SumOffset)) ? batch : null;
    }

    private static ulong SumOf(ReadOnlySpan<byte> batch)
    {
        var hash = new XxHash3();
        hash.Append(batch[..SumOffset]);
        hash.Append(batch[HeadSize..]);
        return hash.GetCurrentHashAsUInt64();
    }
}
