using LiteDB;
using NativeHost.Storage.Database.Opening;

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
    private readonly StoreOpening _opening;
    private StoreSession? _session;
    private bool _isClosed;
    private long _durable;

    private StoreDatabase(StoreLock storeLock, StoreOpening opening)
    {
        _lock = storeLock;
        _opening = opening;
        _session = opening.Open();
        _durable = _session.Tables.StoredSequence;
    }

    /// <summary>Raised when changes are on the disk, on the thread of who made them, outside the gate.</summary>
    public event Action? Flushed;

    /// <summary>All changes up to this number are on the disk.</summary>
    public long Durable => Interlocked.Read(ref _durable);

    /// <summary>Opens the store of a folder, and makes it where there is none.</summary>
    /// <exception cref="StorageException">It is another's, was written by a newer program, or cannot be read or written.</exception>
    public static StoreDatabase Open(StoreFiles files, StoreOpening opening)
    {
        try
        {
            files.MakeFolder();
            var storeLock = StoreLock.Take(files.Lock);
            try
            {
                return new StoreDatabase(storeLock, opening);
            }
            catch
            {
                storeLock.Dispose();
                throw;
            }
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            throw FileFaults.Of(e);
        }
    }

    /// <summary>Reads. What is read is done with when it returns: no documents are read later.</summary>
    public T Read<T>(Func<Tables, T> work)
    {
        lock (_gate)
        {
            return Mended(session => work(session.Tables));
        }
    }

    /// <summary>Changes: all that the work does, or nothing where it throws. The work may be done twice.</summary>
    /// <returns>When it is on the disk.</returns>
    /// <exception cref="StorageException">It could not be written. Nothing of it is kept.</exception>
    public T Write<T>(Func<Tables, T> work)
    {
        StoreSession session;
        (T Result, JournalTicket Ticket) done;
        long sequence;
        lock (_gate)
        {
            (session, done, sequence) = Mended(session => (session, session.Transact(work), session.Tables.StoredSequence));
        }

        try
        {
            session.Journal.FlushThrough(done.Ticket);
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            throw FileFaults.Of(e);
        }

        var isChange = Advance(sequence);
        if (session.Journal.Pages > CheckpointPages)
        {
            Checkpoint();
        }

        if (isChange)
        {
            Flushed?.Invoke();
        }

        return done.Result;
    }

    /// <summary>Brings what is in the journal to the data file. It keeps others waiting for as long as that takes.</summary>
    /// <param name="scrub">Takes it out of the journal's file too, where it would lie until something else is written there.</param>
    /// <remarks>Where it cannot (the disk is full), the journal has it all, and a later one will.</remarks>
    public void Checkpoint(bool scrub = false)
    {
        lock (_gate)
        {
            if (_isClosed || _session is null)
            {
                return;
            }

            try
            {
                _session.Renew();
                _session.Checkpoint(scrub);
            }
            catch (Exception e) when (IsOfFiles(e) || e is LiteException || StoreOpening.IsDamage(e))
            {
                // What was acknowledged is in the journal. Damage is mended by the next work, which finds it again.
                // It is tried again after the next change.
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

            Checkpoint(scrub: true);
            _isClosed = true;
            _session?.Dispose();
            _lock.Dispose();
        }
    }

    private static bool IsOfFiles(Exception failure) => failure is IOException or UnauthorizedAccessException;

    // Where the files turn out to be damaged, a store of what can be saved takes their place, and the work is done with that.
    private T Mended<T>(Func<StoreSession, T> work)
    {
        try
        {
            try
            {
                return work(Session());
            }
            catch (Exception e) when (StoreOpening.IsDamage(e))
            {
                _session!.Dispose();
                _session = null;
                _opening.Recover(e);
                return work(Session());
            }
        }
        catch (Exception e) when (IsOfFiles(e) || e is LiteException || StoreOpening.IsDamage(e))
        {
            _session?.Distrust();
            throw FileFaults.Of(e);
        }
    }

    private StoreSession Session()
    {
        if (_isClosed)
        {
            throw new StorageException(StorageFault.Closed, "The conversations were closed. Start the host again.");
        }

        // There is none where a recovery failed: the disk was full, perhaps.
        _session ??= _opening.Open();
        _session.Renew();
        return _session;
    }

    // Returns whether there are more changes on the disk than before.
    private bool Advance(long sequence)
    {
        var known = Durable;
        while (known < sequence)
        {
            var found = Interlocked.CompareExchange(ref _durable, sequence, known);
            if (found == known)
            {
                return true;
            }

            known = found;
        }

        return false;
    }
}
