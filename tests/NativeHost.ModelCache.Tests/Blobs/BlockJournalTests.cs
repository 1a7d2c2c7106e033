using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class BlockJournalTests : IDisposable
{
    private const int Blocks = 5;

    private static readonly JournalHeader Header = new()
    {
        Content = new string('a', 64),
        Size = (4096 * (Blocks - 1)) + 100,
        BlockSize = 4096,
        Repo = "acme/tiny-GGUF",
        Path = "möde l.gguf",
        Commit = new string('c', 40),
        ServerTag = "\"xet\"",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private readonly ScratchFolder _folder = new();

    private string JournalPath => _folder["a.journal"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_appended_is_found_again_in_its_order()
    {
        WriteAll();

        var (journal, found) = Resume(Header);

        Assert.Equal(All(), found);
        Assert.Equal(Header, journal!.Header);
        journal.Dispose();
    }

    [Fact]
    public void Cut_at_any_byte_it_holds_the_records_that_are_whole_and_goes_on_behind_them()
    {
        var whole = WriteAll();
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(JournalPath, whole[..length]);
            var records = (length - JournalFormat.HeaderBytes) / JournalFormat.RecordBytes;

            var (journal, found) = Resume(Header);

            Assert.Equal(length >= JournalFormat.HeaderBytes, journal is not null);
            Assert.Equal(length >= JournalFormat.HeaderBytes ? All()[..records] : [], found);
            if (journal is not null)
            {
                journal.Append(new JournalRecord(4, 99));
                journal.Dispose();
                Assert.Equal([.. All()[..records], new JournalRecord(4, 99)], Resume(Header, close: true).Found);
            }
        }
    }

    [Fact]
    public void With_any_byte_flipped_it_ends_before_that_byte()
    {
        var whole = WriteAll();
        for (var at = 0; at < whole.Length; at++)
        {
            var flipped = whole.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(JournalPath, flipped);

            var (journal, found) = Resume(Header, close: true);

            Assert.Equal(at >= JournalFormat.HeaderBytes, journal is not null);
            Assert.Equal(at >= JournalFormat.HeaderBytes ? All()[..((at - JournalFormat.HeaderBytes) / JournalFormat.RecordBytes)] : [], found);
        }
    }

    [Fact]
    public void Pages_that_the_disk_lost_end_it()
    {
        var whole = WriteAll();
        whole.AsSpan(JournalFormat.HeaderBytes + (2 * JournalFormat.RecordBytes)).Clear();
        File.WriteAllBytes(JournalPath, whole);

        Assert.Equal(All()[..2], Resume(Header, close: true).Found);
        Assert.Equal(JournalFormat.HeaderBytes + (2 * JournalFormat.RecordBytes), new FileInfo(JournalPath).Length);
    }

    [Fact]
    public void Records_of_another_journal_do_not_count()
    {
        var other = WriteAll(Header with { Commit = new string('d', 40) });
        var whole = WriteAll();
        other.AsSpan(JournalFormat.HeaderBytes).CopyTo(whole.AsSpan(JournalFormat.HeaderBytes));
        File.WriteAllBytes(JournalPath, whole);

        Assert.Empty(Resume(Header, close: true).Found);
    }

    [Fact]
    public void One_about_another_blob_size_or_block_size_is_not_taken()
    {
        WriteAll();

        Assert.Null(Resume(Header with { Content = new string('b', 64) }).Journal);
        Assert.Null(Resume(Header with { Size = Header.Size - 1 }).Journal);
        Assert.Null(Resume(Header with { BlockSize = 8192 }).Journal);
        Assert.NotNull(Resume(Header with { Commit = "", ServerTag = null, Path = "other" }, close: true).Journal);
    }

    [Fact]
    public void The_longest_names_fit_into_the_header()
    {
        WriteAll(Header with { Path = new string('ä', 1024), Repo = new string('r', 96), ServerTag = $"\"{new string('"', 126)}\"" });

        Assert.Equal(All(), Resume(Header, close: true).Found);
    }

    [Fact]
    public void Whoever_follows_it_counts_each_block_once_and_notices_that_it_began_anew()
    {
        var tail = new JournalTail(JournalPath, Header.Content, Header.Size);
        tail.Look();
        Assert.Null(tail.DurableBytes);

        using (var journal = BlockJournal.Create(JournalPath, Header))
        {
            tail.Look();
            Assert.Equal(0, tail.DurableBytes);
            journal.Append(new JournalRecord(0, 1));
            journal.Append(new JournalRecord(4, 2));
            tail.Look();
            Assert.Equal(4096 + 100, tail.DurableBytes);
            journal.Append(new JournalRecord(0, 3));
            journal.Append(new JournalRecord(1, 3));
            tail.Look();
            Assert.Equal(4096 + 100 + 4096, tail.DurableBytes);
        }

        using (var journal = BlockJournal.Create(JournalPath, Header with { Commit = "" }))
        {
            journal.Append(new JournalRecord(2, 3));
            tail.Look();
            Assert.Equal(4096, tail.DurableBytes);
        }

        File.Delete(JournalPath);
        tail.Look();
        Assert.Null(tail.DurableBytes);
    }

    private static JournalRecord[] All() => [.. Enumerable.Range(0, Blocks).Select(block => new JournalRecord(block, UInt128.MaxValue - (UInt128)block))];

    private byte[] WriteAll(JournalHeader? header = null)
    {
        using (var journal = BlockJournal.Create(JournalPath, header ?? Header))
        {
            foreach (var record in All())
            {
                journal.Append(record);
            }
        }

        return File.ReadAllBytes(JournalPath);
    }

    private (BlockJournal? Journal, List<JournalRecord> Found) Resume(JournalHeader wanted, bool close = false)
    {
        List<JournalRecord> found = [];
        var journal = BlockJournal.TryResume(JournalPath, wanted, found.Add);
        if (close)
        {
            journal?.Dispose();
        }

        return (journal, found);
    }
}
