using NativeHost.Actions.Streams;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Streams;

public sealed class JournalTests
{
    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_reader_beside_the_writer_gets_every_entry_once_and_in_order()
    {
        const int Entries = 100_000;
        var journal = new Journal(capacity: 100);
        var reader = journal.ReadAfter(0);
        var writing = Task.Run(
            async () =>
            {
                for (var count = 1; count <= Entries; count++)
                {
                    await journal.AppendAsync(Text(count));
                }

                journal.Complete();
            },
            Timeout);

        Assert.Equal(Enumerable.Range(1, Entries), await ReadAsync(reader));
        await writing;
    }

    [Fact]
    public async Task Readers_that_come_one_after_the_other_get_each_entry_once()
    {
        const int Entries = 20_000;
        var journal = new Journal();
        var writing = Task.Run(
            async () =>
            {
                for (var count = 1; count <= Entries; count++)
                {
                    await journal.AppendAsync(Text(count));
                    await Task.Yield();
                }

                journal.Complete();
            },
            Timeout);
        var random = new Random(5);
        List<int> all = [];
        while (all.Count < Entries)
        {
            var reader = journal.ReadAfter(all.Count);
            all.AddRange(await ReadAsync(reader, most: random.Next(1, 500)));
            if (random.Next(2) == 0)
            {
                reader.Leave();
            }
        }

        Assert.Equal(Enumerable.Range(1, Entries), all);
        await writing;
    }

    [Fact]
    public async Task A_full_journal_lets_its_writer_wait_until_a_reader_has_taken_something()
    {
        var journal = await FilledAsync(capacity: 4, entries: 4);
        var appending = journal.AppendAsync(Text(5)).AsTask();
        Assert.False(appending.IsCompleted);

        var reader = journal.ReadAfter(0);
        Assert.True(reader.TryTake(out var first, out _));
        Assert.False(appending.IsCompleted, "The first entry may still be on its way to the client.");
        Assert.True(reader.TryTake(out var second, out _));

        await appending.WaitAsync(Timeout);
        Assert.Equal((1, 2), (first, second));
    }

    [Fact]
    public async Task A_reader_that_has_all_of_a_full_journal_lets_its_writer_go_on()
    {
        var journal = await FilledAsync(capacity: 4, entries: 4);
        var appending = journal.AppendAsync(Text(5)).AsTask();

        var reader = journal.ReadAfter(4);

        await appending.WaitAsync(Timeout);
        Assert.True(reader.TryTake(out var seq, out _));
        Assert.Equal(5, seq);
    }

    [Fact]
    public async Task A_full_journal_lets_its_writer_through_once_the_bound_is_lifted_and_loses_nothing()
    {
        var journal = await FilledAsync(capacity: 4, entries: 4);
        var appending = journal.AppendAsync(Text(5)).AsTask();

        journal.LiftBound();
        await appending.WaitAsync(Timeout);
        journal.Complete();

        Assert.Equal([1, 2, 3, 4, 5], await ReadAsync(journal.ReadAfter(0)));
    }

    [Fact]
    public async Task What_was_delivered_and_dropped_for_room_is_a_gap_and_no_silence()
    {
        var journal = await FilledAsync(capacity: 4, entries: 4);
        Assert.Equal(4, (await ReadAsync(journal.ReadAfter(0), most: 4)).Count);
        await journal.AppendAsync(Text(5));
        journal.Complete();

        Assert.Equal(ErrorCode.StreamGap, Assert.Throws<RequestException>(() => journal.ReadAfter(0)).Code);
        Assert.Equal([2, 3, 4, 5], await ReadAsync(journal.ReadAfter(1)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public async Task An_entry_that_never_was_is_refused(long after)
    {
        var journal = await FilledAsync(capacity: 10, entries: 4);

        Assert.Equal(ErrorCode.InvalidRequest, Assert.Throws<RequestException>(() => journal.ReadAfter(after)).Code);
    }

    [Fact]
    public async Task A_reader_that_waits_is_told_when_another_takes_over_or_when_it_leaves()
    {
        var journal = new Journal();
        var first = journal.ReadAfter(0);
        var waiting = first.WaitAsync().AsTask();

        var second = journal.ReadAfter(0);
        await waiting.WaitAsync(Timeout);
        var taken = await Assert.ThrowsAsync<RequestException>(() => first.WaitAsync().AsTask());
        Assert.Equal(ErrorCode.StreamTaken, taken.Code);

        waiting = second.WaitAsync().AsTask();
        second.Leave();
        await waiting.WaitAsync(Timeout);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync().AsTask());
    }

    private static async Task<Journal> FilledAsync(int capacity, int entries)
    {
        var journal = new Journal(capacity);
        for (var count = 1; count <= entries; count++)
        {
            await journal.AppendAsync(Text(count));
        }

        return journal;
    }

    private static JournalEntry Text(int count) => new(JournalEntryKind.Text, TokenCount: count);

    private static async Task<List<int>> ReadAsync(JournalReader reader, int most = int.MaxValue)
    {
        List<int> counts = [];
        while (counts.Count < most && await reader.WaitAsync().AsTask().WaitAsync(Timeout))
        {
            while (counts.Count < most && reader.TryTake(out _, out var entry))
            {
                counts.Add(entry.TokenCount);
            }
        }

        return counts;
    }
}
