using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>The pages of a store whose files may be anything: the latest of each, from the journal or the data file.</summary>
internal sealed class PageSource
{
    private readonly IStoreFile _data;
    private readonly IStoreFile _journal;
    private readonly Dictionary<uint, long> _inJournal = [];

    /// <param name="data">The data file.</param>
    /// <param name="journal">The journal beside it.</param>
    public PageSource(IStoreFile data, IStoreFile journal)
    {
        _data = data;
        _journal = journal;
        ReadJournal();
        Count = Math.Max((data.Length + PageSize - 1) / PageSize, _inJournal.Count == 0 ? 0 : _inJournal.Keys.Max() + 1L);
    }

    /// <summary>Pages that there are, or should be.</summary>
    public long Count { get; }

    /// <summary>Reads a page.</summary>
    public PageState Read(uint number, Span<byte> page)
    {
        if (_inJournal.TryGetValue(number, out var place))
        {
            return _journal.Read(page, place) == PageSize ? PageState.Good : PageState.Missing;
        }

        page.Clear();
        var read = _data.Read(page, (long)number * PageSize);
        return read == 0 ? PageState.Missing
            : read == PageSize && TryUnseal(page) ? PageState.Good
            : PageState.Doubtful;
    }

    // A journal that belongs to another data file is of no use. Where the data file does not say, the journal is what is most likely its own.
    private void ReadJournal()
    {
        var header = new byte[PageSize];
        long? stamp = _data.Read(header, 0) == PageSize && TryUnseal(header) ? HeaderOf(header)?.Stamp : null;
        var waiting = new Dictionary<uint, List<(uint Number, long Place)>>();
        var page = new byte[PageSize];
        foreach (var (batch, offset) in JournalBatch.ReadAll(_journal, stamp))
        {
            for (var index = 0; index < batch.Pages; index++)
            {
                var place = offset + JournalBatch.HeadSize + ((long)index * PageSize);
                _journal.Read(page, place);
                var transaction = TransactionOf(page);
                if (!waiting.TryGetValue(transaction, out var pages))
                {
                    waiting.Add(transaction, pages = []);
                }

                pages.Add((NumberOf(page), place));
                if (EndsTransaction(page))
                {
                    pages.ForEach(known => _inJournal[known.Number] = known.Place);
                    pages.Clear();
                }
            }
        }
    }
}

/// <summary>What is known of a page that was read.</summary>
internal enum PageState
{
    /// <summary>It is what was written.</summary>
    Good,

    /// <summary>It is not, or only a part of it is there.</summary>
    Doubtful,

    Missing,
}
