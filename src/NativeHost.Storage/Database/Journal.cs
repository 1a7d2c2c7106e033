using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database;

/// <summary>LiteDB's log, kept so that what is acknowledged is on the disk.</summary>
/// <remarks>
/// LiteDB writes the pages of a transaction to its log and calls that committed: it flushes nothing, and a log of which the disk has only
/// some pages would be taken for whole. Here the pages of a transaction stay in memory until <see cref="FlushThrough"/> writes all that is
/// sealed as one batch with a checksum, and flushes it. What it wrote is what LiteDB finds after a crash, batch by batch.
/// <para>
/// LiteDB reads, writes and seals under the database's gate; flushing needs no gate, so nobody who reads waits for the disk. Whoever
/// flushes takes along what others have sealed meanwhile. After a flush that failed nothing goes on until <see cref="FlushOrDrop"/>.
/// </para>
/// </remarks>
internal sealed class Journal : Stream
{
    private readonly JournalFile _file;

    // Held while a batch is written and flushed.
    private readonly Lock _flushing = new();

    // Guards all that follows; held for moments. Places of pages in the file, then the pages that are not in it.
    private readonly Lock _state = new();
    private readonly List<long> _flushed = [];
    private readonly List<byte[]> _waiting = [];
    private int _sealed;
    private Exception? _failure;

    // Tickets count pages over the whole life of this object, and know how often pages were dropped before them.
    private readonly List<long> _flushedAtDrops = [];
    private long _flushedEver;

    private Journal(IStoreFile file, long stamp) => _file = JournalFile.Open(file, stamp, _flushed);

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

    /// <summary>Takes over the batches of a data file that there are.</summary>
    /// <param name="file">Remains the caller's.</param>
    /// <param name="stamp">Of the data file.</param>
    /// <exception cref="DamagedFileException">A batch is not what was written, and there are some behind it.</exception>
    public static Journal Open(IStoreFile file, long stamp) => new(file, stamp);

    /// <summary>The numbers of the pages that the next checkpoint will copy. Before LiteDB has it.</summary>
    public IReadOnlySet<uint> PageNumbers()
    {
        var number = new byte[sizeof(uint)];
        var numbers = new HashSet<uint>();
        foreach (var place in _flushed)
        {
            _file.Read(place, number);
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
            return SealedTicket;
        }
    }

    /// <summary>Returns when what was sealed with the ticket is on the disk. From any thread.</summary>
    /// <exception cref="IOException">It could not be written, or what it builds on could not; it is lost, and the database has to be opened again.</exception>
    public void FlushThrough(JournalTicket ticket)
    {
        lock (_flushing)
        {
            List<byte[]> pages;
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

                pages = _waiting.GetRange(0, _sealed);
            }

            IReadOnlyList<long> places;
            try
            {
                places = _file.Append(pages);
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
                _flushed.AddRange(places);
                _waiting.RemoveRange(0, pages.Count);
                _sealed -= pages.Count;
                _flushedEver += pages.Count;
            }
        }
    }

    /// <summary>Puts what is sealed on the disk, where that goes, and forgets the rest. Under the gate, with LiteDB closed.</summary>
    public void FlushOrDrop()
    {
        try
        {
            FlushThrough(SealedTicket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever waits for it is told.
        }

        DropUnflushed();
    }

    private void DropUnflushed()
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
                _file.Scrub();
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
        if (PlaceOf((int)(Position / PageSize), page) is { } place)
        {
            _file.Read(place, page);
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
        }

        _file.Restart();
    }

    // What is acknowledged goes to the disk by FlushThrough.
    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    private JournalTicket SealedTicket
    {
        get
        {
            lock (_state)
            {
                return new JournalTicket(_flushedEver + _sealed, _flushedAtDrops.Count);
            }
        }
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
