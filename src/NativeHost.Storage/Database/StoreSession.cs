using LiteDB;
using LiteDB.Engine;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Database;

/// <summary>The files of a store, and LiteDB over them. Used under the database's gate, but for flushes of the journal.</summary>
internal sealed class StoreSession : IDisposable
{
    /// <summary>Pages in a journal, 10 MiB, of which a great transaction must have written many: checkpoints come before there are so many.</summary>
    private const int MaxPages = 1280;

    private readonly IStoreFile _dataFile;
    private readonly IStoreFile _journalFile;
    private readonly PageFile _pages;
    private readonly Func<string, RetentionLimits> _limits;
    private LiteEngine _engine;
    private bool _hasToRenew;

    private StoreSession(IStoreFile dataFile, IStoreFile journalFile, DataHeader header, Func<string, RetentionLimits> limits)
    {
        _limits = limits;
        _dataFile = dataFile;
        _journalFile = journalFile;
        Journal = Journal.Open(journalFile, header.Stamp);
        RequirePages(header);
        _pages = new PageFile(dataFile);
        _engine = DataFiles.Open(_pages, Journal);
        Tables = new Tables(_engine, limits);
        _ = Tables.StoreId;
    }

    public Journal Journal { get; }

    /// <summary>Another object after each piece of work that failed while it wrote.</summary>
    public Tables Tables { get; private set; }

    /// <exception cref="DamagedFileException">The files are not what was written.</exception>
    /// <exception cref="LiteException">The same, as LiteDB finds it.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static StoreSession Open(StoreFiles files, Func<string, IStoreFile> openFile, Func<string, RetentionLimits> limits)
    {
        var dataFile = openFile(files.Data);
        IStoreFile? journalFile = null;
        try
        {
            journalFile = openFile(files.Journal);
            files.FlushNames();
            return new StoreSession(dataFile, journalFile, DataFiles.HeaderOf(dataFile), limits);
        }
        catch
        {
            dataFile.Dispose();
            journalFile?.Dispose();
            throw;
        }
    }

    /// <summary>Begins again with what is on the disk, where what LiteDB knows is something else, or takes too much memory. Before any work.</summary>
    public void Renew()
    {
        if (!_hasToRenew && !Journal.HasFailed)
        {
            return;
        }

        _engine.Dispose();
        Journal.FlushOrDrop();
        _engine = DataFiles.Open(_pages, Journal);
        Tables = new Tables(_engine, _limits);
        _hasToRenew = false;
    }

    /// <summary>Tells that something failed that LiteDB may not have got over.</summary>
    public void Distrust() => _hasToRenew = true;

    /// <summary>Does the work in a transaction: all of it, or nothing where it throws.</summary>
    /// <returns>What the work returns, and what has to be flushed until it is on the disk.</returns>
    public (T Result, JournalTicket Ticket) Transact<T>(Func<Tables, T> work)
    {
        var writes = Tables.Writes.Value;
        try
        {
            _engine.BeginTrans();
            var result = work(Tables);
            _engine.Commit();
            return (result, Journal.Seal());
        }
        catch
        {
            Revert(Tables.Writes.Value > writes);
            throw;
        }
    }

    /// <summary>Brings what is in the journal to the data file.</summary>
    /// <param name="scrub">Takes it out of the journal's file too.</param>
    /// <exception cref="IOException">It cannot be written. The journal has it all.</exception>
    public void Checkpoint(bool scrub)
    {
        try
        {
            Journal.FlushThrough(Journal.Seal());

            // LiteDB never gives back the memory of a great transaction.
            _hasToRenew |= Journal.Pages > MaxPages;
            _pages.IsWritable = true;
            _engine.Checkpoint();
            if (scrub)
            {
                Journal.Scrub();
            }
        }
        catch
        {
            _hasToRenew = true;
            throw;
        }
        finally
        {
            _pages.IsWritable = false;
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        Journal.FlushOrDrop();
        _pages.Dispose();
        Journal.Dispose();
        _dataFile.Dispose();
        _journalFile.Dispose();
    }

    // A page that is not in the file may be in the journal, where a crash broke off the checkpoint that would have brought it.
    private void RequirePages(DataHeader header)
    {
        var pages = _dataFile.Length / PageFormat.PageSize;
        if (pages > header.LastPage)
        {
            return;
        }

        var waiting = Journal.PageNumbers();
        for (var number = pages; number <= header.LastPage; number++)
        {
            if (!waiting.Contains((uint)number))
            {
                throw new DamagedFileException("The file is shorter than it was.");
            }
        }
    }

    // What is counted over the tables is right where nothing was written.
    private void Revert(bool hasWritten)
    {
        try
        {
            _engine.Rollback();
            Tables = hasWritten ? new Tables(_engine, _limits) : Tables;
        }
#pragma warning disable CA1031 // Whatever is wrong with the engine, another one begins with what is on the disk.
        catch (Exception)
#pragma warning restore CA1031
        {
            _hasToRenew = true;
        }
    }
}
