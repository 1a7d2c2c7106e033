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
/// Layout, little-endian: magic (8 bytes), stamp i64, generation i64, number i32, pages i32, checksum u64 (XXH3 of the bytes before it, then of
/// the pages). A batch counts if its checksum is right, its stamp is the data file's, and it continues the one before: so a batch of which
/// only parts came to the disk, and what an earlier generation left behind, are told apart from what was acknowledged.
/// </remarks>
internal readonly record struct JournalBatch(long Stamp, long Generation, int Number, int Pages)
{
    /// <summary>Bytes of the head.</summary>
    public const int HeadSize = 40;

    /// <summary>Where in a head its generation is.</summary>
    public const int GenerationOffset = 16;

    private const int SumOffset = HeadSize - sizeof(ulong);

    /// <summary>What each head begins with.</summary>
    public static ReadOnlySpan<byte> Beginning => "TABTJNL1"u8;

    /// <summary>Bytes of head and pages.</summary>
    public long Size => HeadSize + ((long)Pages * PageSize);

    /// <param name="batch">Room for the head, then the pages.</param>
    public void Seal(Span<byte> batch)
    {
        Beginning.CopyTo(batch);
        BinaryPrimitives.WriteInt64LittleEndian(batch[8..], Stamp);
        BinaryPrimitives.WriteInt64LittleEndian(batch[GenerationOffset..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(batch[24..], Number);
        BinaryPrimitives.WriteInt32LittleEndian(batch[28..], Pages);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[SumOffset..], SumOf(batch));
    }

    /// <summary>Reads the head at a place of the file.</summary>
    /// <returns>Null where there is none whose pages are all there and right.</returns>
    public static JournalBatch? TryRead(IStoreFile file, long offset)
    {
        var head = new byte[HeadSize];
        if (file.Read(head, offset) != HeadSize || Parse(head) is not { } batch || batch.Pages <= 0 || batch.Size > file.Length - offset)
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

    /// <summary>The batches of a journal from a place on, each with its own place, up to the first one that is not whole or does not follow.</summary>
    /// <param name="stamp">Of the data file; null for that of the first batch.</param>
    /// <param name="before">The one that ends at the place; null for the journal's beginning.</param>
    public static IEnumerable<(JournalBatch Batch, long Offset)> ReadAll(IStoreFile file, long offset, long? stamp, JournalBatch? before)
    {
        while (TryRead(file, offset) is { } batch && batch.Stamp == (stamp ?? before?.Stamp ?? batch.Stamp) && batch.Follows(before))
        {
            yield return (batch, offset);
            offset += batch.Size;
            before = batch;
        }
    }

    /// <returns>What a head says, which may be damaged; null where none begins.</returns>
    public static JournalBatch? Parse(ReadOnlySpan<byte> head)
        => !head.StartsWith(Beginning) ? null : new JournalBatch(
            BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[GenerationOffset..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[28..]));

    private bool Follows(JournalBatch? before)
        => before is { } last ? Number == last.Number + 1 && Generation == last.Generation : Number == 0;

    private static ulong SumOf(ReadOnlySpan<byte> batch)
    {
        var hash = new XxHash3();
        hash.Append(batch[..SumOffset]);
        hash.Append(batch[HeadSize..]);
        return hash.GetCurrentHashAsUInt64();
    }
}
