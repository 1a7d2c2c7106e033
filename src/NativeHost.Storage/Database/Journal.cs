using System.Security.Cryptography;
using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database;

/// <summary>LiteDB's log, kept so that what is acknowledged is on the disk.</summary>
/// <remarks>
/// LiteDB writes the pages of a transaction to its log and calls that committed: it flushes nothing, and a log of which the disk has only
/// some pages would be taken for whole. Here the pages of a transaction stay in memory until <see cref="FlushThrough"/> writes all that is
/// sealed as one batch with a checksum, and flushes it. What it wrote is what LiteDB finds after a crash, batch by batch.
/// <para>
/// LiteDB reads, writes and seals under the database's gate; flushing needs no gate, so nobody who reads waits for the disk. Whoever
/// flushes takes along what others have sealed meanwhile. After a flush that failed nothing goes on until <see cref="DropUnflushed"/>.
/// </para>
/// <para>The file keeps its length over checkpoints: writing over what is there is faster, and works on a full disk.</para>
/// </remarks>
internal sealed class Journal : Stream
{
    /// <summary>The file grows by so many bytes at least: to write over what is there is many times faster.</summary>
    private const int Growth = 1024 * 1024;

    /// <summary>Bytes of a batch that memory is kept for: some thirty pages.</summary>
    private const int UsualBatch = 256 * 1024;

    /// <summary>Beyond this many bytes the file is cut when a checkpoint has emptied it.</summary>
    private const long KeptLength = 16 * 1024 * 1024;

    private readonly IStoreFile _file;
    private readonly long _stamp;

    // Held while a batch is written and flushed; then what is written is here, where it fits.
    private readonly Lock _flushing = new();
    private readonly byte[] _batch = new byte[UsualBatch];

    // Guards all that follows; held for moments.
    private readonly Lock _state = new();
    private readonly List<long> _flushed = [];
    private readonly List<byte[]> _waiting = [];
    private int _sealed;
    private long _generation;
    private int _nextNumber;
    private long _end;
    private Exception? _failure;

    // Tickets count pages over the whole life of this object, and know how often pages were dropped before them.
    private readonly List<long> _flushedAtDrops = [];
    private long _flushedEver;

    private Journal(IStoreFile file, long stamp)
    {
        _file = file;
        _stamp = stamp;
    }

    /// <summary>Pages that the next checkpoint will copy.</summary>
    public int Pages
    {
        get
        {
            lock (_state)
            {
                return _flushed.Count + _waiting.Count;
            }
        }
    }

    /// <summary>What LiteDB knows is not what is on the disk, and cannot come there any more.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_state)
            {
                return _failure is not null;
            }
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => (long)Pages * PageSize;

    public override long Position { get; set; }

    /// <summary>Takes over the batches of a data file that there are; what follows the last good one is nothing.</summary>
    /// <exception cref="DamagedFileException">A batch is not what was written, and there are some behind it.</exception>
    public static Journal Open(IStoreFile file, long stamp)
    {
        var journal = new Journal(file, stamp);
        foreach (var (batch, _) in JournalBatch.ReadAll(file, stamp))
        {
            journal._generation = batch.Generation;
            journal.Take(batch);
        }

        if (JournalBatch.IsFollowed(file, journal._end, stamp, journal._flushed.Count == 0 ? null : journal._generation))
        {
            throw new DamagedFileException("A batch of the journal is not what was written.");
        }

        if (journal._flushed.Count == 0)
        {
            journal.Renew();
        }

        return journal;
    }

    /// <summary>The numbers of the pages that the next checkpoint will copy.</summary>
    public IReadOnlySet<uint> PageNumbers()
    {
        var number = new byte[sizeof(uint)];
        var numbers = new HashSet<uint>();
        foreach (var place in _flushed)
        {
            _file.Read(number, place);
            numbers.Add(NumberOf(number));
        }

        return numbers;
    }

    /// <summary>Ends a batch: what LiteDB wrote since the last call belongs together.</summary>
    /// <returns>What <see cref="FlushThrough"/> takes.</returns>
    public JournalTicket Seal()
    {
        lock (_state)
        {
            _sealed = _waiting.Count;
            return new JournalTicket(_flushedEver + _sealed, _flushedAtDrops.Count);
        }
    }

    /// <summary>Returns when what was sealed with the ticket is on the disk. From any thread.</summary>
    /// <exception cref="IOException">It could not be written, or what it builds on could not; it is lost, and the database has to be opened again.</exception>
    public void FlushThrough(JournalTicket ticket)
    {
        lock (_flushing)
        {
            ReadOnlySpan<byte> batch;
            int pages;
            lock (_state)
            {
                var isDropped = ticket.Drops < _flushedAtDrops.Count;
                if (ticket.Pages <= (isDropped ? _flushedAtDrops[ticket.Drops] : _flushedEver))
                {
                    return;
                }

                if (isDropped || _failure is not null)
                {
                    throw new JournalDroppedException(_failure);
                }

                pages = _sealed;
                batch = BatchOfSealed();
            }

            try
            {
                _file.Write(batch, _end);
                Lengthen(_end + batch.Length);
                _file.Flush();
            }
            catch (Exception e)
            {
                lock (_state)
                {
                    _failure = e;
                }

                throw;
            }

            lock (_state)
            {
                Take(new JournalBatch(_stamp, _generation, _nextNumber, pages));
                _waiting.RemoveRange(0, pages);
                _sealed -= pages;
                _flushedEver += pages;
            }
        }
    }

    /// <summary>Forgets what is not on the disk, after a flush that failed, or at the end. Under the gate, with LiteDB closed.</summary>
    public void DropUnflushed()
    {
        lock (_flushing)
        {
            lock (_state)
            {
                _waiting.Clear();
                _sealed = 0;
                _failure = null;
                _flushedAtDrops.Add(_flushedEver);
            }
        }
    }

    /// <summary>Empties the file, after a checkpoint. Under the gate.</summary>
    public void Scrub()
    {
        lock (_flushing)
        {
            if (Pages == 0)
            {
                _file.SetLength(0);
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (count != PageSize || Position % PageSize != 0)
        {
            throw new InvalidOperationException("Pages are read as a whole.");
        }

        var page = buffer.AsSpan(offset, count);
        if (PlaceOf((int)(Position / PageSize), page) is { } place && _file.Read(page, place) != PageSize)
        {
            throw new IOException("The journal has become shorter.");
        }

        Position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (count != PageSize || Position != Length)
        {
            throw new InvalidOperationException("Pages are appended as a whole.");
        }

        lock (_state)
        {
            _waiting.Add(buffer.AsSpan(offset, count).ToArray());
        }

        Position += count;
    }

    /// <summary>LiteDB empties its log when a checkpoint has brought it to the data file and flushed that.</summary>
    public override void SetLength(long value)
    {
        lock (_state)
        {
            if (value != 0 || _waiting.Count != 0)
            {
                throw new InvalidOperationException("The journal is only emptied, and when all of it is on the disk.");
            }

            _flushed.Clear();
            Renew();
        }

        // From here on a broken beginning is what a crash left of a first batch, and not the rest of what is in the data file now.
        _file.Write(new byte[JournalBatch.HeadSize], 0);
        if (_file.Length > KeptLength)
        {
            _file.SetLength(KeptLength);
        }

        _file.Flush();
    }

    // What is acknowledged goes to the disk by FlushThrough.
    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    // From here on what is in the file belongs to another generation.
    private void Renew()
    {
        _generation = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        _nextNumber = 0;
        _end = 0;
    }

    private void Take(JournalBatch batch)
    {
        for (var number = 0; number < batch.Pages; number++)
        {
            _flushed.Add(_end + JournalBatch.HeadSize + ((long)number * PageSize));
        }

        _nextNumber = batch.Number + 1;
        _end += batch.Size;
    }

    // Behind a batch that made the file longer; where there is no room for it, without.
    private void Lengthen(long end)
    {
        if (end == _file.Length && end % Growth is var used and not 0)
        {
            try
            {
                _file.Write(new byte[Growth - used], end);
            }
            catch (IOException)
            {
                _file.SetLength(end);
            }
        }
    }

    // Valid while the flush lasts.
    private ReadOnlySpan<byte> BatchOfSealed()
    {
        var head = new JournalBatch(_stamp, _generation, _nextNumber, _sealed);
        var batch = head.Size <= _batch.Length ? _batch.AsSpan(0, (int)head.Size) : new byte[head.Size];
        for (var number = 0; number < _sealed; number++)
        {
            _waiting[number].CopyTo(batch[(JournalBatch.HeadSize + (number * PageSize))..]);
        }

        head.Seal(batch);
        return batch;
    }

    // Null where the page was copied from memory.
    private long? PlaceOf(int number, Span<byte> page)
    {
        lock (_state)
        {
            if (number < _flushed.Count)
            {
                return _flushed[number];
            }

            _waiting[number - _flushed.Count].CopyTo(page);
            return null;
        }
    }
}

/// <summary>Something that was sealed.</summary>
/// <param name="Pages">Pages of the journal's whole life up to its end.</param>
/// <param name="Drops">How often pages had been dropped.</param>
internal readonly record struct JournalTicket(long Pages, int Drops);

/// <summary>What was to be flushed was dropped, because what it builds on could not be written.</summary>
internal sealed class JournalDroppedException(Exception? cause) : IOException("What this builds on could not be written.", cause);
