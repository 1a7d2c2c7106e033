using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>The pages of a store whose files may be anything: the latest of each, from the journal or the data file.</summary>
internal sealed class PageSource
{
    private readonly IStoreFile _data;
    private readonly IStoreFile _journal;
    private readonly Dictionary<uint, (long Place, bool IsWhole)> _inJournal = [];

    /// <param name="data">The data file.</param>
    /// <param name="journal">The journal beside it.</param>
    /// <param name="batches">Those of the journal that count, in the order of their writing.</param>
    public PageSource(IStoreFile data, IStoreFile journal, IReadOnlyCollection<FoundBatch> batches)
    {
        _data = data;
        _journal = journal;
        var inData = (data.Length + PageSize - 1) / PageSize;
        var most = inData + batches.Sum(batch => (long)batch.Pages);
        foreach (var batch in batches)
        {
            Take(batch, most);
        }

        Certain = Math.Max(inData, Behind(_inJournal.Where(known => known.Value.IsWhole)));
        Count = Math.Max(inData, Behind(_inJournal));
    }

    /// <summary>Pages that there are, or should be.</summary>
    public long Count { get; }

    /// <summary>Those of them that there should be for certain: a number that only a broken batch has may be damaged itself.</summary>
    public long Certain { get; }

    /// <summary>The stamp of a data file; null where it does not say.</summary>
    public static long? StampOf(IStoreFile data)
    {
        var header = new byte[PageSize];
        return data.Read(header, 0) == PageSize && TryUnseal(header) ? HeaderOf(header)?.Stamp : null;
    }

    /// <summary>Reads a page.</summary>
    public PageState Read(uint number, Span<byte> page)
    {
        if (_inJournal.TryGetValue(number, out var found))
        {
            return _journal.Read(page, found.Place) != PageSize ? PageState.Missing : found.IsWhole ? PageState.Good : PageState.Suspect;
        }

        page.Clear();
        var read = _data.Read(page, (long)number * PageSize);
        return read == 0 ? PageState.Missing
            : read == PageSize && TryUnseal(page) ? PageState.Good
            : PageState.Doubtful;
    }

    private static long Behind(IEnumerable<KeyValuePair<uint, (long Place, bool IsWhole)>> pages)
        => pages.Select(known => known.Key + 1L).DefaultIfEmpty().Max();

    // A transaction is all in one batch. Of one that does not end there nothing was stored.
    private void Take(FoundBatch batch, long most)
    {
        var waiting = new Dictionary<uint, List<(uint Number, long Place)>>();
        var page = new byte[PageSize];
        for (var index = 0; index < batch.Pages; index++)
        {
            var place = batch.Place + ((long)index * PageSize);
            _journal.Read(page, place);
            var transaction = TransactionOf(page);
            if (!waiting.TryGetValue(transaction, out var pages))
            {
                waiting.Add(transaction, pages = []);
            }

            // No number is greater than there are pages, but one that is damaged.
            if (NumberOf(page) < most)
            {
                pages.Add((NumberOf(page), place));
            }

            if (EndsTransaction(page))
            {
                pages.ForEach(known => _inJournal[known.Number] = (known.Place, batch.IsWhole));
                pages.Clear();
            }
        }
    }
}

/// <summary>What is known of a page that was read.</summary>
internal enum PageState
{
    /// <summary>It is what was written.</summary>
    Good,

    /// <summary>It is of a batch of which some page is not what was written: this one, or another.</summary>
    Suspect,

    /// <summary>It is not, or only a part of it is there.</summary>
    Doubtful,

    Missing,
}
