using System.Security.Cryptography;
using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database;

/// <summary>The file of a journal: batches of pages, one behind the other, written over what a checkpoint has made needless.</summary>
/// <remarks>
/// The file keeps its length over checkpoints: writing over what is there is several times faster than making it longer, and works on a full
/// disk. Used by one thread at a time, but for <see cref="Read"/>.
/// </remarks>
internal sealed class JournalFile
{
    /// <summary>The file grows by so many bytes at least.</summary>
    private const int Growth = 1024 * 1024;

    /// <summary>Bytes of a batch that memory is kept for: some thirty pages.</summary>
    private const int UsualBatch = 256 * 1024;

    /// <summary>Beyond this many bytes the file is cut when a checkpoint has emptied it.</summary>
    private const long KeptLength = 16 * 1024 * 1024;

    private readonly IStoreFile _file;
    private readonly long _stamp;
    private readonly byte[] _batch = new byte[UsualBatch];
    private long _generation;
    private int _nextNumber;
    private long _end;

    private JournalFile(IStoreFile file, long stamp)
    {
        _file = file;
        _stamp = stamp;
    }

    /// <summary>Takes over the batches of a data file that there are; what follows the last good one is nothing.</summary>
    /// <param name="places">Gets the places of their pages.</param>
    /// <exception cref="DamagedFileException">A batch is not what was written, and there are some behind it.</exception>
    public static JournalFile Open(IStoreFile file, long stamp, List<long> places)
    {
        var journal = new JournalFile(file, stamp);
        JournalBatch? last = null;
        foreach (var (batch, _) in JournalBatch.ReadAll(file, 0, stamp, before: null))
        {
            last = batch;
            journal.Take(batch, places);
        }

        if (JournalBreak.Next(file, journal._end, stamp, last) is not null)
        {
            throw new DamagedFileException("A batch of the journal is not what was written.");
        }

        journal._generation = last?.Generation ?? NewGeneration();
        return journal;
    }

    /// <summary>Writes a batch and flushes it.</summary>
    /// <param name="pages">One at least.</param>
    /// <returns>Their places.</returns>
    /// <exception cref="IOException">It could not be; the next batch comes in its place.</exception>
    public IReadOnlyList<long> Append(IReadOnlyList<byte[]> pages)
    {
        var head = new JournalBatch(_stamp, _generation, _nextNumber, pages.Count);
        var batch = head.Size <= _batch.Length ? _batch.AsSpan(0, (int)head.Size) : new byte[head.Size];
        for (var number = 0; number < pages.Count; number++)
        {
            pages[number].CopyTo(batch[(JournalBatch.HeadSize + (number * PageSize))..]);
        }

        head.Seal(batch);
        _file.Write(batch, _end);
        Lengthen(_end + head.Size);
        _file.Flush();
        var places = new List<long>(pages.Count);
        Take(head, places);
        return places;
    }

    /// <summary>Reads a page, or its beginning. From any thread.</summary>
    /// <exception cref="IOException">It is not there any more.</exception>
    public void Read(long place, Span<byte> page)
    {
        if (_file.Read(page, place) != page.Length)
        {
            throw new IOException("The journal has become shorter.");
        }
    }

    /// <summary>Begins again, when a checkpoint has brought all to the data file.</summary>
    /// <exception cref="IOException">The file still has what is in the data file now; what comes next is written over it all the same.</exception>
    public void Restart()
    {
        _generation = NewGeneration();
        _nextNumber = 0;
        _end = 0;

        // From here on a broken beginning is what a crash left of a first batch, and not the rest of what is in the data file now.
        _file.Write(new byte[JournalBatch.HeadSize], 0);
        if (_file.Length > KeptLength)
        {
            _file.SetLength(KeptLength);
        }

        _file.Flush();
    }

    /// <summary>Takes all out of the file, when it has begun again.</summary>
    public void Scrub() => _file.SetLength(0);

    private static long NewGeneration() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private void Take(JournalBatch batch, List<long> places)
    {
        for (var number = 0; number < batch.Pages; number++)
        {
            places.Add(_end + JournalBatch.HeadSize + ((long)number * PageSize));
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
}
