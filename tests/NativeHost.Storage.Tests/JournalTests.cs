using NativeHost.Storage.Database;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class JournalTests : IDisposable
{
    private const long Stamp = 5;

    private readonly StoreFolder _folder = new();
    private readonly IStoreFile _file;

    public JournalTests() => _file = _folder.Disk.Open(_folder.Journal);

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_flushed_is_there_when_it_is_opened_again()
    {
        var journal = Journal.Open(_file, Stamp);
        Write(journal, 1);
        Write(journal, 2);
        var ticket = journal.Seal();
        Write(journal, 3);
        journal.FlushThrough(ticket);
        Write(journal, 4);
        journal.FlushThrough(journal.Seal());
        Write(journal, 5);

        var again = Journal.Open(_file, Stamp);

        Assert.Equal([1, 2, 3, 4], Numbers(again));
        Assert.Equal([1, 2, 3, 4, 5], Numbers(journal));
        Assert.Equal(new HashSet<uint> { 1, 2, 3, 4 }, again.PageNumbers());
    }

    [Fact]
    public void After_a_checkpoint_it_begins_anew_and_a_broken_first_batch_is_none()
    {
        var journal = Journal.Open(_file, Stamp);
        for (byte number = 1; number <= 4; number++)
        {
            Write(journal, number);
            journal.FlushThrough(journal.Seal());
        }

        journal.SetLength(0);
        _file.Write(new byte[PageFormat.PageSize], JournalBatch.HeadSize + 100);

        Assert.Empty(Numbers(Journal.Open(_file, Stamp)));
        Write(journal, 9);
        journal.FlushThrough(journal.Seal());
        Assert.Equal([9], Numbers(Journal.Open(_file, Stamp)));
    }

    [Fact]
    public void The_journal_of_another_data_file_is_written_over()
    {
        var other = Journal.Open(_file, Stamp + 1);
        Write(other, 1);
        other.FlushThrough(other.Seal());

        var journal = Journal.Open(_file, Stamp);

        Assert.Equal(0, journal.Pages);
        Write(journal, 2);
        journal.FlushThrough(journal.Seal());
        Assert.Equal([2], Numbers(Journal.Open(_file, Stamp)));
    }

    [Fact]
    public void Who_waits_is_told_right_whatever_failed_meanwhile()
    {
        var journal = Journal.Open(_file, Stamp);
        Write(journal, 1);
        var flushed = journal.Seal();
        journal.FlushThrough(flushed);
        Write(journal, 2);
        var lost = journal.Seal();
        Write(journal, 3);
        var builtOnIt = journal.Seal();
        _folder.Disk.FlushFails = true;
        Assert.Throws<IOException>(() => journal.FlushThrough(lost));
        Assert.True(journal.HasFailed);
        Assert.Throws<JournalDroppedException>(() => journal.FlushThrough(builtOnIt));
        _folder.Disk.FlushFails = false;

        journal.FlushOrDrop();
        Write(journal, 4);
        journal.FlushThrough(journal.Seal());

        journal.FlushThrough(flushed);
        Assert.Throws<JournalDroppedException>(() => journal.FlushThrough(lost));
        Assert.Throws<JournalDroppedException>(() => journal.FlushThrough(builtOnIt));
        Assert.Equal([1, 4], Numbers(Journal.Open(_file, Stamp)));
    }

    private static void Write(Journal journal, byte number)
    {
        var page = new byte[PageFormat.PageSize];
        page[0] = number;
        page[^1] = number;
        journal.Position = journal.Length;
        journal.Write(page, 0, page.Length);
    }

    private static List<int> Numbers(Journal journal)
    {
        var page = new byte[PageFormat.PageSize];
        var numbers = new List<int>();
        for (journal.Position = 0; journal.Position < journal.Length;)
        {
            journal.ReadExactly(page);
            Assert.Equal(page[0], page[^1]);
            numbers.Add(page[0]);
        }

        return numbers;
    }
}
