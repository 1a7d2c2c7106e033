using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>The batches of a journal, also those behind some that are damaged.</summary>
/// <remarks>
/// Of a batch whose checksum is wrong nobody knows which page is: its pages may be what was written, or not. Where its place is not known either,
/// there is a hole: pages that come later build on some that are not there.
/// </remarks>
internal sealed class BatchSearch
{
    private readonly List<FoundBatch> _batches = [];

    /// <param name="stamp">Of the data file; null where it does not say, and the journal is what is most likely its own.</param>
    public BatchSearch(IStoreFile journal, long? stamp)
    {
        var offset = 0L;
        JournalBatch? last = null;
        while (true)
        {
            foreach (var (batch, place) in JournalBatch.ReadAll(journal, offset, stamp, last))
            {
                _batches.Add(new FoundBatch(place + JournalBatch.HeadSize, batch.Pages, IsWhole: true));
                (last, offset) = (batch, place + batch.Size);
            }

            if (JournalBreak.Next(journal, offset, stamp, last) is not { } next)
            {
                return;
            }

            TakeBroken(next.Batch.Number - ((last?.Number ?? -1) + 1), offset, next.Offset);
            offset = next.Offset;
            last = next.Batch with { Number = next.Batch.Number - 1 };
        }
    }

    /// <summary>In the order of their writing.</summary>
    public IReadOnlyList<FoundBatch> Batches => _batches;

    /// <summary>How many are not what was written.</summary>
    public int Broken { get; private set; }

    /// <summary>Whether there are broken ones whose pages cannot be told.</summary>
    public bool HasHoles { get; private set; }

    // One batch is all between two whole ones.
    private void TakeBroken(int count, long from, long to)
    {
        Broken += count;
        var bytes = to - from - JournalBatch.HeadSize;
        if (count == 1 && bytes > 0 && bytes % PageSize == 0)
        {
            _batches.Add(new FoundBatch(from + JournalBatch.HeadSize, (int)(bytes / PageSize), IsWhole: false));
        }
        else
        {
            HasHoles = true;
        }
    }
}

/// <summary>A batch in a journal.</summary>
/// <param name="Place">Of its first page.</param>
/// <param name="Pages">How many there are.</param>
/// <param name="IsWhole">Whether all of them are what was written.</param>
internal readonly record struct FoundBatch(long Place, int Pages, bool IsWhole);
