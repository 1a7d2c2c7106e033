using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class DurabilityTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_write_flushes_the_disk_once()
    {
        using var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        var before = _folder.Disk.Flushes;

        store.Messages.Add(Caller, "c", [new NewMessage("user") { Content = "text" }, new NewMessage("assistant") { Content = "text" }]);

        Assert.Equal(before + 1, _folder.Disk.Flushes);
    }

    [Fact]
    public void Whenever_the_power_goes_what_was_acknowledged_is_there()
    {
        var random = new Random(20_262);
        var lost = 0;
        var rounds = LongRun.Rounds(40, 1000);
        for (var round = 0; round < rounds; round++)
        {
            using var folder = new StoreFolder();
            lost += CutPowerOnce(folder, random) ? 1 : 0;
        }

        // Else the power never went while something was being written.
        Assert.InRange(lost, rounds / 4, rounds);
    }

    [Fact]
    public void On_a_full_disk_nothing_is_half_written_and_the_store_goes_on()
    {
        using var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "first", Content = "kept" }]);
        _folder.Disk.Room = 200_000;
        StorageException? failure = null;
        var kept = 1;
        while (failure is null)
        {
            failure = Record(() => store.Messages.Add(Caller, "c", [new NewMessage("user") { Content = new string('x', 50_000) }]));
            kept += failure is null ? 1 : 0;
        }

        Assert.Equal(StorageFault.DiskFull, failure.Fault);
        Assert.Equal(kept, store.Messages.Page(Caller, "c", new MessageQuery { MaxBytes = int.MaxValue }).Messages.Count);
        Assert.Equal(StorageFault.DiskFull, Record(() => store.Messages.Add(Caller, "c", [new NewMessage("user") { Content = new string('y', 900_000) }]))!.Fault);

        _folder.Disk.Room = null;
        store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "last", Content = "kept too" }]);
        Assert.Equal(kept + 1, store.Messages.Page(Caller, "c", new MessageQuery { MaxBytes = int.MaxValue }).Messages.Count);
        store.Dispose();
        using var again = _folder.Open();
        Assert.Equal(kept + 1, again.Conversations.Find(Caller, "c")!.Messages);
        Assert.Null(again.Recovery);
    }

    [Fact]
    public void Where_a_checkpoint_has_no_room_the_journal_keeps_all()
    {
        using var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        for (var number = 0; number < 30; number++)
        {
            store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = $"m{number}", Content = new string('x', 100_000) }]);
        }

        _folder.Disk.Room = 0;
        store.Dispose();
        _folder.Disk.Room = null;

        using var again = _folder.Open();
        Assert.Equal(30, again.Messages.Page(Caller, "c", new MessageQuery { MaxBytes = int.MaxValue }).Messages.Count(m => m.Content.Length == 100_000));
        Assert.Null(again.Recovery);
    }

    [Fact]
    public void A_disk_that_fails_loses_what_was_not_acknowledged_and_no_more()
    {
        using var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        _folder.Disk.FlushFails = true;

        var failure = Record(() => store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "m", Content = "text" }]));

        Assert.Equal(StorageFault.Unusable, failure!.Fault);
        Assert.Null(store.Messages.Find(Caller, "m"));
        _folder.Disk.FlushFails = false;
        store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "m", Content = "text" }]);
        Assert.NotNull(store.Messages.Find(Caller, "m"));
    }

    [Fact]
    public void A_disk_that_cannot_be_read_says_so_and_can_be_read_again()
    {
        Fill();
        using var store = _folder.Open();
        _folder.Disk.ReadFails = true;

        var failure = Record(() => store.Messages.Page(Caller, "c", new MessageQuery()));

        Assert.Equal(StorageFault.Unusable, failure!.Fault);
        _folder.Disk.ReadFails = false;
        Assert.Equal(50, store.Messages.Page(Caller, "c", new MessageQuery()).Total);
        Assert.Null(store.Recovery);
        store.Messages.Add(Caller, "c", [new NewMessage("user") { Content = "text" }]);
    }

    [Fact]
    public void On_a_full_disk_the_store_opens_and_is_read()
    {
        Fill();
        using (var store = _folder.Open())
        {
            _ = store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "half", Content = "Half of" });
        }

        _folder.Disk.Room = 0;
        using (var store = _folder.Open())
        {
            Assert.Equal("Half of", store.Messages.Find(Caller, "half")!.Content);
            Assert.Equal(StorageFault.DiskFull, Record(() => store.Messages.Add(Caller, "c", [new NewMessage("user")]))!.Fault);
        }

        _folder.Disk.Room = null;
        using var again = _folder.Open();
        Assert.Equal(MessageStatus.Interrupted, again.Messages.Find(Caller, "half")!.Status);
        Assert.Equal(1, again.Interrupted);
    }

    [Fact]
    public void A_deletion_on_a_full_disk_is_one()
    {
        Fill();
        using (var store = _folder.Open())
        {
            // The first write makes the journal longer, and there is room in it then.
            store.Conversations.Create(Caller, new NewConversation());
            _folder.Disk.Room = 0;
            Assert.True(store.Conversations.Delete(Caller, "c"));
            Assert.Null(store.Conversations.Find(Caller, "c"));
        }

        _folder.Disk.Room = null;
        using var again = _folder.Open();
        Assert.Null(again.Messages.Find(Caller, "m0"));
        Assert.Equal(1, again.Conversations.List(Caller, new ConversationQuery()).Total);
    }

    [Fact]
    public async Task Many_writers_beside_each_other_all_come_to_the_disk()
    {
        using (var store = _folder.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => Write(store, writer), Patience.Token)));
        }

        using var again = _folder.Open();
        Assert.Equal(8, again.Conversations.List(Caller, new ConversationQuery()).Total);
        Assert.All(Enumerable.Range(0, 8), writer => Assert.Equal(
            Enumerable.Range(0, 40).Select(number => $"{writer}/{number}"),
            again.Messages.Page(Caller, $"c{writer}", new MessageQuery()).Messages.Select(message => message.Content)));

        static void Write(ConversationStore store, int writer)
        {
            store.Conversations.Create(Caller, new NewConversation { Id = $"c{writer}" });
            for (var number = 0; number < 40; number++)
            {
                store.Messages.Add(Caller, $"c{writer}", [new NewMessage("user") { Content = $"{writer}/{number}" }]);
                Assert.Equal(number + 1, store.Messages.Page(Caller, $"c{writer}", new MessageQuery()).Total);
            }
        }
    }

    private void Fill()
    {
        using var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        store.Messages.Add(Caller, "c", [.. Enumerable.Range(0, 50).Select(number => new NewMessage("user") { Id = $"m{number}", Content = new string('x', 2000) })]);
    }

    // Returns whether the power went while a write was under way.
    private static bool CutPowerOnce(StoreFolder folder, Random random)
    {
        var acknowledged = new List<string>();
        var store = folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        folder.Disk.OperationsLeft = random.Next(2, 120);
        try
        {
            while (true)
            {
                var id = $"m{acknowledged.Count}";
                store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = id, Content = id + new string('x', random.Next(8) == 0 ? 300_000 : random.Next(3000)) }]);
                acknowledged.Add(id);
            }
        }
        catch (StorageException)
        {
            // The power went.
        }

        store.Dispose();
        folder.Disk.LosePower(random);

        using var again = folder.Open();
        Assert.Null(again.Recovery);
        var messages = again.Messages.Page(Caller, "c", new MessageQuery { MaxBytes = int.MaxValue }).Messages;
        Assert.Equal(acknowledged, messages.Take(acknowledged.Count).Select(message => message.Id));
        Assert.All(messages, message => Assert.StartsWith(message.Id, message.Content, StringComparison.Ordinal));
        Assert.InRange(messages.Count, acknowledged.Count, acknowledged.Count + 1);
        again.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "after", Content = "after" }]);
        return messages.Count == acknowledged.Count;
    }

    private static StorageException? Record(Action action) => Xunit.Record.Exception(action) as StorageException;
}
