using System.Buffers.Binary;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Summaries;
using NativeHost.Storage.Sync;
using Xunit;

namespace NativeHost.Storage.Tests;

/// <summary>Bits flip in a journal of many batches, which a process left that was killed.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();

    // All that a message ever said, as it was acknowledged or was on its way; and what all say in the end.
    private readonly Dictionary<string, HashSet<string>> _written = [];

    // Flushes, which are batches, until what was said last was acknowledged.
    private readonly Dictionary<string, int> _when = [];
    private readonly Dictionary<string, string> _last;
    private readonly byte[] _data;
    private readonly byte[] _journal;
    private readonly IReadOnlyList<(JournalBatch Batch, long Offset)> _batches;

    public JournalDamageTests()
    {
        using (var store = _folder.Open())
        {
            Write(store, "c0", 20);
        }

        int before;
        using (var store = _folder.Open())
        {
            before = _folder.Disk.Flushes;
            for (var conversation = 1; conversation <= 4; conversation++)
            {
                Write(store, $"c{conversation}", 8);
            }

            EditAndDelete(store);
            Grow(store);
            _last = ReadAll(store);
            _data = StoreFolder.ReadOpen(_folder.Data);
            _journal = StoreFolder.ReadOpen(_folder.Journal);
        }

        Restore(_journal);
        using var data = DiskFile.Open(_folder.Data);
        using var journal = DiskFile.Open(_folder.Journal);
        _batches = [.. JournalBatch.ReadAll(journal, 0, DataFiles.HeaderOf(data).Stamp, before: null)];
        foreach (var id in _when.Keys.ToList())
        {
            _when[id] -= before;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_journal_without_faults_is_read_to_its_end()
    {
        using var store = _folder.Open();

        Assert.True(_batches.Count > 50);
        Assert.Null(store.Recovery);
        Assert.Equal(_last, ReadAll(store));
    }

    [Fact]
    public void A_flipped_bit_costs_what_it_hits_and_no_batch_behind_it()
    {
        var random = new Random(20_267);
        var changed = 0;
        foreach (var hit in Enumerable.Range(0, LongRun.Rounds(80, 3000)))
        {
            var (batch, offset) = _batches[hit % (_batches.Count - 1)];

            // One in four hits a head.
            var at = offset + random.Next(hit % 4 == 3 ? JournalBatch.HeadSize : (int)batch.Size);
            var bad = (byte[])_journal.Clone();
            bad[at] ^= (byte)(1 << random.Next(8));
            Restore(bad);

            using var store = _folder.Open();

            var saved = ReadAll(store);
            var report = store.Recovery!;
            Assert.Equal((1, 0), (report.BrokenBatches, report.DamagedPages));
            AssertWritten(saved, batch.Number);

            // As many as are on a page.
            var differences = DifferencesOf(saved);
            Assert.InRange(differences, 0, at < offset + JournalBatch.HeadSize ? 0 : 30);
            changed += differences > 0 ? 1 : 0;
            AssertWrites(store);
        }

        Assert.True(changed > 0);
    }

    [Fact]
    public void Several_broken_batches_leave_what_was_written_before_and_behind_them()
    {
        var random = new Random(20_268);
        foreach (var round in Enumerable.Range(0, LongRun.Rounds(30, 1000)))
        {
            // Neighbours, of which nobody can tell where the one ends, and others.
            var bad = (byte[])_journal.Clone();
            var first = random.Next(_batches.Count - 4);
            var hits = round % 2 == 0 ? [first, first + 1] : new[] { first, first + 2, _batches.Count - 2 }.Distinct().ToArray();
            foreach (var hit in hits)
            {
                bad[_batches[hit].Offset + random.Next((int)_batches[hit].Batch.Size)] ^= 16;
                bad[_batches[hit].Offset + 28] ^= (byte)(round % 3 == 0 ? 1 : 0);
            }

            Restore(bad);

            using var store = _folder.Open();

            Assert.Equal(hits.Length, store.Recovery!.BrokenBatches);
            var saved = ReadAll(store);
            AssertWritten(saved, hits.Max());
            Assert.InRange(DifferencesOf(saved), 0, 60);
            AssertWrites(store);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void Whatever_is_wrong_in_the_first_head_what_follows_is_found(int field)
    {
        var bad = (byte[])_journal.Clone();
        bad[field] ^= 0x21;
        Restore(bad);

        using var store = _folder.Open();

        Assert.Equal(1, store.Recovery!.BrokenBatches);
        Assert.Equal(_last, ReadAll(store));
    }

    [Fact]
    public void A_first_batch_that_a_crash_broke_off_is_no_damage_before_what_an_earlier_time_left()
    {
        // Another generation begins where this one lies, and the power goes while its first batch is written.
        var torn = (byte[])_journal.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(torn.AsSpan(JournalBatch.GenerationOffset), 0x0123_4567_89AB_CDEF);
        torn[5000] ^= 1;
        Restore(torn);

        using var store = _folder.Open();

        Assert.Null(store.Recovery);
        Assert.Equal(20, ReadAll(store).Count);
    }

    private void Write(ConversationStore store, string conversation, int messages)
    {
        store.Conversations.Create(Caller, new NewConversation { Id = conversation, Title = $"Title of {conversation}" });
        for (var number = 0; number < messages; number++)
        {
            var id = $"{conversation}/m{number}";
            var text = TextOf(id, 1, number % 5 == 4 ? 100_000 : 300);
            store.Messages.Add(Caller, conversation, [new NewMessage("user") { Id = id, Content = text }]);
            Note(id, text);
        }

        store.Summaries.Put(Caller, conversation, new NewSummary($"Summary of {conversation}") { MessageIds = [$"{conversation}/m0"] });
    }

    private void EditAndDelete(ConversationStore store)
    {
        for (var number = 0; number < 20; number += 2)
        {
            _folder.Time.Advance(TimeSpan.FromMinutes(1));
            var id = $"c0/m{number}";
            var text = TextOf(id, 2, number % 4 == 0 ? 100_000 : 400);
            store.Sync.Push(Caller, [], [new SyncMessage(id, "c0", _folder.Time.GetUtcNow()) { Content = text }]);
            Note(id, text);
        }

        // A row that grows moves to other pages.
        for (var size = 1; size <= 12; size++)
        {
            var metadata = "\"" + TextOf("meta", size, size * 2500) + "\"";
            store.Conversations.Change(Caller, "c4", new ConversationChange { MetadataJson = metadata });
            Note("c4", metadata);
        }

        store.Messages.Delete(Caller, "c0/m1");
        Note("c0/m1", "");
        store.Messages.Delete(Caller, "c1/m4");
        Note("c1/m4", "");
        store.Conversations.Delete(Caller, "c2");
        foreach (var number in Enumerable.Range(0, 8))
        {
            Note($"c2/m{number}", "");
        }
    }

    private void Grow(ConversationStore store)
    {
        using var message = store.Messages.Begin(Caller, "c3", new NewMessage("assistant") { Id = "grown" });
        var text = TextOf("grown", 1, 100_000);
        Note("grown", text);
        for (var at = 0; at < text.Length; at += 30_000)
        {
            message.Append(text.AsSpan(at, Math.Min(30_000, text.Length - at)));
            _folder.Time.Advance(GrowingMessage.SaveInterval * 2);
        }

        message.End(new MessageEnding());

        // It was said in several batches.
        _when.Remove("grown");
        Write(store, "c5", 6);
    }

    private static string TextOf(string id, int edition, int length)
        => string.Concat(Enumerable.Range(0, (length / 20) + 1).Select(number => $"{id} {edition} {number:D6} ")).PadRight(length)[..length];

    private void Note(string id, string text)
    {
        if (!_written.TryGetValue(id, out var texts))
        {
            _written.Add(id, texts = []);
        }

        texts.Add(text);
        _when[id] = _folder.Disk.Flushes;
    }

    // A text may have lost its end; nothing else may have come to be. What was said behind the hit is there as it was said.
    private void AssertWritten(Dictionary<string, string> saved, int hit)
    {
        Assert.All(saved, message => Assert.Contains(_written[message.Key], text => text.StartsWith(message.Value, StringComparison.Ordinal)));
        Assert.All(_when.Where(when => when.Value > hit + 1), when => Assert.Equal(_last.GetValueOrDefault(when.Key), saved.GetValueOrDefault(when.Key)));
    }

    private int DifferencesOf(Dictionary<string, string> saved)
        => _last.Keys.Union(saved.Keys).Count(id => !string.Equals(_last.GetValueOrDefault(id), saved.GetValueOrDefault(id), StringComparison.Ordinal));

    private static Dictionary<string, string> ReadAll(ConversationStore store)
    {
        var texts = new Dictionary<string, string>();
        var all = store.Sync.Pull(Caller, 0, 100_000, int.MaxValue).Messages.Where(message => !message.IsDeleted).ToLookup(message => message.ConversationId);
        foreach (var conversation in store.Conversations.List(Caller, new ConversationQuery { Limit = 1000 }).Conversations)
        {
            Assert.All(store.Summaries.List(Caller, conversation.Id), summary => Assert.Equal($"Summary of {conversation.Id}", summary.Content));
            if (conversation.MetadataJson is { } metadata)
            {
                texts.Add(conversation.Id, metadata);
            }

            // Where one is lost, those behind it are a branch of their own.
            var shown = store.Messages.Page(Caller, conversation.Id, new MessageQuery { Limit = 1000, MaxBytes = int.MaxValue }).Messages;
            Assert.Equal(conversation.Messages, all[conversation.Id].Count());
            Assert.Subset(all[conversation.Id].Select(message => message.Id).ToHashSet(), shown.Select(message => message.Id).ToHashSet());
            foreach (var message in all[conversation.Id])
            {
                texts.Add(message.Id, message.Content ?? "");
            }
        }

        return texts;
    }

    private static void AssertWrites(ConversationStore store)
    {
        store.Conversations.Create(Caller, new NewConversation { Id = "new" });
        store.Messages.Add(Caller, "new", [new NewMessage("user") { Content = "new" }]);
        Assert.Equal("new", store.Messages.Page(Caller, "new", new MessageQuery()).Messages.Single().Content);
    }

    private void Restore(byte[] journal)
    {
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Delete(file);
        }

        File.WriteAllBytes(_folder.Data, _data);
        File.WriteAllBytes(_folder.Journal, journal);
    }
}
