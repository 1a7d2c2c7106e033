using System.Buffers.Binary;
using System.Numerics;

namespace NativeHost.Storage.Database;

/// <summary>A place in a journal where a batch should begin and no whole one does: what a crash broke off, or damage.</summary>
/// <remarks>
/// What a crash breaks off is the last batch: nothing is written before all that came earlier is on the disk. So where another batch of the
/// same generation lies behind, there is damage between them.
/// </remarks>
internal static class JournalBreak
{
    /// <summary>Bytes behind a break that are searched: a journal is seldom longer.</summary>
    private const int MaxSearched = 64 * 1024 * 1024;

    /// <summary>Bits by which the generation in the head of a first batch may differ from what it was. Those of two generations, which are
    /// random, differ in some 32 bits, and in so few once in a thousand million times.</summary>
    private const int MaxFlippedBits = 8;

    /// <summary>The first whole batch behind a break that continues what stands before it.</summary>
    /// <param name="stamp">Of the data file; null where nobody knows it.</param>
    /// <param name="before">The last whole batch before the break; null where the journal begins with it. Behind what it begins with lies what
    /// earlier generations left, so there the batch's own head says which one it is, if only about.</param>
    /// <returns>Null where there is none, so that nothing says that there is damage.</returns>
    public static (JournalBatch Batch, long Offset)? Next(IStoreFile file, long offset, long? stamp, JournalBatch? before)
    {
        Span<byte> head = stackalloc byte[JournalBatch.HeadSize];
        if (file.Read(head, offset) < head.Length || (before is null && !head.ContainsAnyExcept((byte)0)))
        {
            return null;
        }

        var generation = before?.Generation ?? BinaryPrimitives.ReadInt64LittleEndian(head[JournalBatch.GenerationOffset..]);
        var flips = before is null ? MaxFlippedBits : 0;
        var rest = new byte[Math.Min(file.Length - offset, MaxSearched)];
        file.Read(rest, offset);
        for (int at = 1, found; (found = rest.AsSpan(at).IndexOf(JournalBatch.Beginning)) >= 0; at += found + 1)
        {
            var place = at + found;
            if (rest.Length - place >= JournalBatch.HeadSize
                && JournalBatch.Parse(rest.AsSpan(place)) is { } next
                && next.Stamp == (stamp ?? before?.Stamp ?? next.Stamp)
                && BitOperations.PopCount((ulong)(next.Generation ^ generation)) <= flips
                && next.Number > (before?.Number ?? 0)
                && JournalBatch.TryRead(file, offset + place) is not null)
            {
                return (next, offset + place);
            }
        }

        return null;
    }
}
