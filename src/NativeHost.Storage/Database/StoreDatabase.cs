using LiteDB;
using LiteDB.Engine;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Database;

/// <summary>The one owner of a store's files: transactions that are on the disk when they return.</summary>
/// <remarks>
/// From any thread. LiteDB's page cache does not bear readers beside writers (a page in use can be given away between being found and being
/// counted), so all work in it runs under one gate, one piece after the other, in memory and for milliseconds. The wait for the disk is
/// outside the gate: nobody who reads waits for it, and writers that come meanwhile share the next one.
/// <para>
/// So a reader may see what is committed and will be on the disk in a moment. Its writer is not told before it is; <see cref="Durable"/> says
/// up to which change that holds.
/// </para>
/// </remarks>
internal sealed class StoreDatabase : IDisposable
{
    /// <summary>Pages in the journal (8 MiB) after which a writer brings them to the data file.</summary>
    private const int CheckpointPages = 1024;

    private readonly Lock _gate = new();
    private readonly StoreLock _lock;
    private readonly IStoreFile _dataFile;
    private readonly IStoreFile _journalFile;
    private readonly PageFile _pages;
    private readonly Journal _journal;
    private readonly Func<string, RetentionLimits> _limits;
    private LiteEngine _engine;
    private Tables _tables;
    private bool _isBroken;
    private bool _isClosed;
    private long _durable;

    private StoreDatabase(StoreLock storeLock, IStoreFile dataFile, IStoreFile journalFile, long stamp, Func<string, RetentionLimits> limits)
    {
        _limits = limits;
        _lock = storeLock;
        _dataFile = dataFile;
        _journalFile = journalFile;
        _pages = new PageFile(dataFile);
        _journal = Journal.Open(journalFile, stamp);
        _engine = DataFiles.Open(_pages, _journal);
        _tables = new Tables(_engine, _limits);
        _durable = _tables.Sequence;
        StoreId = _tables.Meta.Find(MetaNames.StoreId)![MetaNames.Value].AsString;
    }

    /// <summary>Raised when changes are on the disk, on the thread of who made them, outside the gate.</summary>
    public event Action? Flushed;

    /// <summary>A random name of the store; another one where it had to be made anew.</summary>
    public string StoreId { get; }

    /// <summary>All changes up to this number are on the disk.</summary>
    public long Durable => Interlocked.Read(ref _durable);

    /// <summary>Opens the store of a folder, and makes it where there is none.</summary>
    /// <exception cref="StorageException">It is another's, or cannot be read or written.</exception>
    public static StoreDatabase Open(StoreFiles files, Func<string, IStoreFile> openFile, Func<string, RetentionLimits> limits)
    {
        try
        {
            files.MakeFolder();
            var storeLock = StoreLock.Take(files.Lock);
            try
            {
                if (!File.Exists(files.Data))
                {
                    DataFiles.Make(files, openFile, files.Data, static tables => tables.Meta.Put(new BsonDocument
                    {
                        ["_id"] = MetaNames.StoreId,
                        [MetaNames.Value] = Guid.NewGuid().ToString("N"),
                    }));
                }

                var data = openFile(files.Data);
                return new StoreDatabase(storeLock, data, openFile(files.Journal), StampOf(data), limits);
            }
            catch
            {
                storeLock.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.Of(e);
        }
    }

    /// <summary>Reads. What is read is done with when it returns: no documents are read later.</summary>
    public T Read<T>(Func<Tables, T> work)
    {
        lock (_gate)
        {
            Ready();
            try
            {
                return work(_tables);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw FileFaults.Of(e);
            }
        }
    }

    /// <summary>Changes: all that the work does, or nothing where it throws.</summary>
    /// <returns>When it is on the disk.</returns>
    /// <exception cref="StorageException">It could not be written. Nothing of it is kept.</exception>
    public T Write<T>(Func<Tables, T> work)
    {
        T result;
        JournalTicket ticket;
        long sequence;
        lock (_gate)
        {
            Ready();
            result = Transact(work);
            ticket = _journal.Seal();
            sequence = _tables.Sequence;
        }

        Flush(ticket);
        Advance(sequence);
        if (_journal.Pages > CheckpointPages)
        {
            Checkpoint();
        }

        Flushed?.Invoke();
        return result;
    }

    /// <summary>Brings what is in the journal to the data file. It keeps others waiting for as long as that takes.</summary>
    /// <param name="scrub">Takes it out of the journal's file too, where it would lie until something else is written there.</param>
    /// <remarks>Where it cannot (the disk is full), the journal has it all, and a later one will.</remarks>
    public void Checkpoint(bool scrub = false)
    {
        lock (_gate)
        {
            Ready();
            try
            {
                _journal.FlushThrough(_journal.Seal());
                _pages.IsWritable = true;
                _engine.Checkpoint();
                if (scrub)
                {
                    _journal.Scrub();
                }
            }
            catch (IOException)
            {
                _isBroken = true;
            }
            finally
            {
                _pages.IsWritable = false;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            Checkpoint();
            _isClosed = true;
            _engine.Dispose();
            _pages.Dispose();
            _journal.Dispose();
            _dataFile.Dispose();
            _journalFile.Dispose();
            _lock.Dispose();
        }
    }

    private static long StampOf(IStoreFile data)
    {
        var page = new byte[PageFormat.PageSize];
        data.Read(page, 0);
        return PageFormat.StampOf(page);
    }

    private T Transact<T>(Func<Tables, T> work)
    {
        try
        {
            _engine.BeginTrans();
            var result = work(_tables);
            _engine.Commit();
            return result;
        }
        catch (Exception e)
        {
            Revert();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw FileFaults.Of(e);
            }

            throw;
        }
    }

    private void Revert()
    {
        try
        {
            _engine.Rollback();
            _tables = new Tables(_engine, _limits);
        }
#pragma warning disable CA1031 // Whatever is wrong with the engine, another one begins with what is on the disk.
        catch (Exception)
#pragma warning restore CA1031
        {
            _isBroken = true;
        }
    }

    private void Flush(JournalTicket ticket)
    {
        try
        {
            _journal.FlushThrough(ticket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.Of(e);
        }
    }

    // The engine's state is not what is on the disk: it begins again with that.
    private void Reopen()
    {
        _engine.Dispose();
        _journal.DropUnflushed();
        _engine = DataFiles.Open(_pages, _journal);
        _tables = new Tables(_engine, _limits);
        _isBroken = false;
    }

    private void Advance(long sequence)
    {
        long known;
        while ((known = Durable) < sequence && Interlocked.CompareExchange(ref _durable, sequence, known) != known)
        {
        }
    }

    private void Ready()
    {
        if (_isClosed)
        {
            throw new StorageException(StorageFault.Closed, "The conversations were closed. Start the host again.");
        }

        if (_isBroken || _journal.HasFailed)
        {
            Reopen();
        }
    }
}
