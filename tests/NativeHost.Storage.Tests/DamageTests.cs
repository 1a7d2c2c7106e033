using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class DamageTests : IDisposable
{
    private const int PageSize = 8192;
    private const int ConversationCount = 6;
    private const int MessageCount = 30;

    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_without_faults_is_left_as_it_is()
    {
        Fill();

        using var store = _folder.Open();

        Assert.Null(store.Recovery);
        Assert.Equal(ConversationCount * MessageCount, ReadAll(store).Count);
        Assert.Empty(KeptFiles());
    }

    [Fact]
    public void A_truncated_file_is_kept_and_what_it_still_has_is_saved()
    {
        Fill();
        var length = new FileInfo(_folder.Data).Length;
        Truncate(_folder.Data, length * 2 / 3);
        var damaged = File.ReadAllBytes(_folder.Data);

        using var store = _folder.Open();

        var report = store.Recovery!;
        var saved = ReadAll(store);
        Assert.Equal(saved.Count, report.Messages);
        Assert.InRange(report.Messages, MessageCount, (ConversationCount * MessageCount) - 1);
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(_folder.Path, report.KeptAs)));
        Assert.Equal(_folder.Time.GetUtcNow(), report.At);
        AssertWrites(store);
    }

    [Fact]
    public void That_the_last_page_is_missing_is_seen_at_once()
    {
        Fill();
        Truncate(_folder.Data, new FileInfo(_folder.Data).Length - 1);

        using var store = _folder.Open();

        Assert.Single(KeptFiles());
        Assert.Contains("shorter", store.Recovery!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(PageSize)]
    [InlineData(300_000)]
    public void A_file_of_garbage_is_kept_and_the_store_opens_empty(int length)
    {
        Fill();
        var garbage = new byte[length];
        new Random(length).NextBytes(garbage);
        File.WriteAllBytes(_folder.Data, garbage);
        File.Delete(_folder.Journal);

        using var store = _folder.Open();

        Assert.Equal(0, store.Recovery!.Messages);
        Assert.Equal(garbage, File.ReadAllBytes(KeptFiles().Single()));
        AssertWrites(store);
    }

    [Fact]
    public void Whatever_bits_flip_nothing_is_lost_without_a_word()
    {
        Fill();
        var good = File.ReadAllBytes(_folder.Data);
        var random = new Random(20_263);
        var recovered = 0;
        for (var round = 0; round < LongRun.Rounds(60, 2000); round++)
        {
            foreach (var kept in KeptFiles())
            {
                File.Delete(kept);
            }

            File.Delete(_folder.Journal);
            var bad = (byte[])good.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(_folder.Data, bad);
            using var store = _folder.Open();
            var messages = ReadAll(store);

            if (store.Recovery is { } report)
            {
                recovered++;
                Assert.Equal(bad, File.ReadAllBytes(KeptFiles().Single()));
                Assert.True(report.DamagedPages > 0);

                // Three bad pages of a hundred at most.
                Assert.InRange(messages.Count, ConversationCount * MessageCount * 3 / 4, ConversationCount * MessageCount);
                Assert.InRange(messages.Count(IsRight), messages.Count - report.CutTexts, messages.Count);
            }
            else
            {
                Assert.Equal(ConversationCount * MessageCount, messages.Count(IsRight));
            }

            AssertWrites(store);
        }

        Assert.True(recovered > 0);
    }

    [Fact]
    public void A_recovery_leaves_no_memory_behind()
    {
        const int Rounds = 30;
        const long MostBytes = 100_000_000;
        Fill();
        var bad = File.ReadAllBytes(_folder.Data);
        bad[PageSize + 100] ^= 4;
        Recover();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var round = 0; round < Rounds; round++)
        {
            Recover();
        }

        // What an engine has in memory is some 8 MB; other tests run beside this one.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostBytes);

        void Recover()
        {
            File.Delete(_folder.Journal);
            File.WriteAllBytes(_folder.Data, bad);
            using var store = ConversationStore.Open(_folder.Options with { OpenFile = DiskFile.Open });
            Assert.NotNull(store.Recovery);
            File.Delete(KeptFiles().Single());
        }
    }

    [Fact]
    public void Damage_that_a_checkpoint_finds_is_not_its_writers()
    {
        var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });

        // After so great a transaction the next checkpoint opens the data file again.
        store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "m", Content = new string('x', 12_000_000) }]);
        _folder.Disk.Flip(_folder.Data, 100);

        Assert.Null(Record.Exception(store.Dispose));
        using var again = _folder.Open();
        Assert.NotNull(again.Recovery);
        Assert.Equal(12_000_000, again.Messages.Find(Caller, "m")!.ContentBytes);
    }

    [Fact]
    public void Damage_that_shows_later_is_mended_then()
    {
        Fill();
        using var store = _folder.Open();
        var page = PageOf("text of c3/m7 ");
        _folder.Disk.Flip(_folder.Data, (page * PageSize) + 5000);

        // Until then what LiteDB has of it in memory goes on.
        for (var number = 0; number < 40; number++)
        {
            store.Messages.Add(Caller, "c0", [new NewMessage("user") { Content = new string('x', 1_000_000) }]);
        }

        var messages = ReadAll(store);

        Assert.NotNull(store.Recovery);
        Assert.Equal(40, messages.Count(message => message.ContentBytes == 1_000_000));
        AssertWrites(store);
    }

    [Fact]
    public void A_batch_that_is_bad_amid_good_ones_is_damage_and_a_broken_end_is_not()
    {
        Fill();
        string[] contents;
        using (var store = _folder.Open())
        {
            for (var number = 0; number < 5; number++)
            {
                store.Conversations.Create(Caller, new NewConversation { Id = $"late{number}" });
                store.Messages.Add(Caller, $"late{number}", [new NewMessage("user") { Content = $"late {number}" }]);
            }

            File.WriteAllBytes(_folder.Data + ".copy", StoreFolder.ReadOpen(_folder.Data));
            File.WriteAllBytes(_folder.Journal + ".copy", StoreFolder.ReadOpen(_folder.Journal));
            contents = [.. ReadAll(store).Select(message => message.Content).Order()];
        }

        var journal = File.ReadAllBytes(_folder.Journal + ".copy");
        Restore(journal[..(journal.AsSpan().LastIndexOfAnyExcept((byte)0) - 10)]);
        using (var store = _folder.Open())
        {
            Assert.Null(store.Recovery);
            Assert.Equal(contents.Length - 1, ReadAll(store).Count);
        }

        journal[200] ^= 1;
        Restore(journal);
        using (var store = _folder.Open())
        {
            Assert.NotNull(store.Recovery);
            Assert.InRange(ReadAll(store).Count, ConversationCount * MessageCount, contents.Length);
            AssertWrites(store);
        }

        void Restore(byte[] bytes)
        {
            File.Copy(_folder.Data + ".copy", _folder.Data, overwrite: true);
            File.WriteAllBytes(_folder.Journal, bytes);
        }
    }

    [Fact]
    public void Where_there_is_no_room_to_save_what_can_be_saved_nothing_changes()
    {
        Fill();
        var damaged = File.ReadAllBytes(_folder.Data);
        damaged[100] ^= 1;
        File.WriteAllBytes(_folder.Data, damaged);
        _folder.Disk.Room = 100_000;

        var failure = Assert.Throws<StorageException>(_folder.Open);

        Assert.Equal(StorageFault.DiskFull, failure.Fault);
        Assert.Equal(damaged, File.ReadAllBytes(_folder.Data));
        Assert.Empty(KeptFiles());
        _folder.Disk.Room = null;
        using var store = _folder.Open();
        Assert.Equal(ConversationCount * MessageCount, store.Recovery!.Messages);
    }

    [Fact]
    public void A_replacement_that_a_crash_broke_off_is_finished()
    {
        Fill();
        File.Copy(_folder.Data, Path.Combine(_folder.Path, "conversations.ready"));
        File.Move(_folder.Data, Path.Combine(_folder.Path, "conversations.damaged-x.db"));

        using var store = _folder.Open();

        Assert.Equal(ConversationCount * MessageCount, ReadAll(store).Count);
    }

    private void Fill()
    {
        using var store = _folder.Open();
        for (var conversation = 0; conversation < ConversationCount; conversation++)
        {
            store.Conversations.Create(Caller, new NewConversation { Id = $"c{conversation}", Title = $"Conversation {conversation}" });
            for (var message = 0; message < MessageCount; message++)
            {
                store.Messages.Add(Caller, $"c{conversation}", [new NewMessage("user") { Id = $"c{conversation}/m{message}", Content = TextOf($"c{conversation}/m{message}") }]);
            }
        }
    }

    // Of one in ten the text is in parts.
    private static string TextOf(string id)
        => string.Concat(Enumerable.Repeat($"text of {id} ", id.EndsWith('7') ? 6000 : 20));

    private static bool IsRight(Message message) => string.Equals(message.Content, TextOf(message.Id), StringComparison.Ordinal);

    private static List<Message> ReadAll(ConversationStore store)
    {
        var messages = new List<Message>();
        foreach (var conversation in store.Conversations.List(Caller, new ConversationQuery { Limit = 1000 }).Conversations)
        {
            messages.AddRange(store.Messages.Page(Caller, conversation.Id, new MessageQuery { MaxBytes = int.MaxValue }).Messages);
        }

        return messages;
    }

    private static void AssertWrites(ConversationStore store)
    {
        store.Conversations.Create(Caller, new NewConversation { Id = "new" });
        store.Messages.Add(Caller, "new", [new NewMessage("user") { Content = "new" }]);
        Assert.Equal("new", store.Messages.Page(Caller, "new", new MessageQuery()).Messages.Single().Content);
        store.Conversations.Delete(Caller, "new");
    }

    private string[] KeptFiles() => Directory.GetFiles(_folder.Path, "conversations.damaged-*.db");

    private int PageOf(string text)
        => StoreFolder.ReadOpen(_folder.Data).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) / PageSize;

    private static void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(length);
    }
}
