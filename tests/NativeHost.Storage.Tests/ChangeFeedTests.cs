using NativeHost.Storage.Changes;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Summaries;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class ChangeFeedTests : IDisposable
{
    private static readonly StoreCaller One = new("one");
    private static readonly StoreCaller Other = new("other");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_follows_hears_of_all_and_goes_on_after_a_restart()
    {
        long known;
        string id;
        using (var store = _folder.Open())
        {
            id = store.Changes.StoreId;
            store.Conversations.Create(One, new NewConversation { Id = "c" });
            store.Messages.Add(One, "c", [new NewMessage("user") { Id = "m" }]);
            store.Conversations.Create(Other, new NewConversation { Id = "d" });
            var page = store.Changes.Read(0, 100);
            Assert.Equal(["m", "c", "d"], page.Changes.Select(change => change.Id));
            Assert.Equal([ChangedKind.Message, ChangedKind.Conversation, ChangedKind.Conversation], page.Changes.Select(change => change.Kind));
            Assert.Equal(["one", "one", "other"], page.Changes.Select(change => change.Origin));
            known = page.Next;
            store.Messages.Add(Other, "d", [new NewMessage("user") { Id = "n" }]);
            store.Messages.Delete(One, "m");
        }

        using var again = _folder.Open();

        Assert.Equal(id, again.Changes.StoreId);
        var rest = again.Changes.Read(known, 100);
        Assert.Equal([("n", false), ("d", false), ("m", true), ("c", false)], rest.Changes.Select(change => (change.Id, change.IsDeleted)));
        Assert.Empty(again.Changes.Read(rest.Next, 100).Changes);
        again.Conversations.Delete(Other, "d");
        Assert.Equal([("d", true)], again.Changes.Read(rest.Next, 100).Changes.Select(change => (change.Id, change.IsDeleted)));
    }

    [Fact]
    public void Pages_are_as_long_as_asked_for()
    {
        using var store = _folder.Open();
        store.Conversations.Create(One, new NewConversation { Id = "c" });
        store.Messages.Add(One, "c", [.. Enumerable.Range(0, 20).Select(number => new NewMessage("user") { Id = $"m{number}" })]);
        var ids = new List<string>();
        ChangePage page;
        var after = 0L;
        do
        {
            page = store.Changes.Read(after, 6);
            ids.AddRange(page.Changes.Select(change => change.Id));
            after = page.Next;
        }
        while (page.HasMore);

        Assert.Equal([.. Enumerable.Range(0, 20).Select(number => $"m{number}"), "c"], ids);
    }

    [Fact]
    public void Changes_are_told_of_when_they_are_on_the_disk()
    {
        using var store = _folder.Open();
        store.Conversations.Create(One, new NewConversation { Id = "c" });
        var seen = new List<long>();
        store.Changes.Changed += () => seen.Add(store.Changes.Last);
        var before = store.Changes.Last;
        _folder.Disk.FlushFails = true;
        Assert.Throws<StorageException>(() => store.Messages.Add(One, "c", [new NewMessage("user")]));
        _folder.Disk.FlushFails = false;
        Assert.Empty(seen);
        Assert.Equal(before, store.Changes.Last);

        store.Messages.Add(One, "c", [new NewMessage("user")]);

        Assert.True(Assert.Single(seen) > before);
        Assert.Equal(2, store.Changes.Read(before, 100).Changes.Count);
    }

    [Fact]
    public void While_the_disk_writes_others_read_and_hear_of_nothing_yet()
    {
        using var store = _folder.Open();
        store.Conversations.Create(One, new NewConversation { Id = "c" });
        var before = store.Changes.Last;
        (int Changes, string? Title)? seen = null;
        _folder.Disk.WhileFlushing = () =>
        {
            // Another thread: who writes waits for the disk, and who reads does not.
            var reader = new Thread(() => seen = (store.Changes.Read(before, 100).Changes.Count, store.Conversations.Find(One, "c")?.Title));
            reader.Start();
            Assert.True(reader.Join(TimeSpan.FromMinutes(1)));
        };

        store.Conversations.Change(One, "c", new ConversationChange { Title = "changed" });

        _folder.Disk.WhileFlushing = null;
        Assert.Equal((0, "changed"), seen);
        Assert.Single(store.Changes.Read(before, 100).Changes);
    }

    [Fact]
    public void A_message_that_grows_is_told_of_when_it_begins_and_when_it_ends()
    {
        using var store = _folder.Open();
        store.Conversations.Create(One, new NewConversation { Id = "c" });
        using var growing = store.Messages.Begin(One, "c", new NewMessage("assistant") { Id = "m" });
        var begun = store.Changes.Last;
        growing.Append("text");
        _folder.Time.Advance(GrowingMessage.SaveInterval);
        Assert.Empty(store.Changes.Read(begun, 100).Changes);

        growing.End(new MessageEnding());

        Assert.Equal(["m", "c"], store.Changes.Read(begun, 100).Changes.Select(change => change.Id));
    }

    [Fact]
    public void No_number_comes_twice_whatever_was_removed()
    {
        long last;
        using (var store = _folder.Open())
        {
            store.Conversations.Create(One, new NewConversation { Id = "c" });
            store.Summaries.Put(One, "c", new NewSummary("short") { Id = "s" });
            Assert.Equal("short", store.Summaries.List(One, "c").Single().Content);
            last = store.Changes.Last;
            Assert.True(store.Summaries.Delete(One, "s"));
        }

        using var again = _folder.Open();
        again.Conversations.Change(One, "c", new ConversationChange { Title = "changed" });

        Assert.Equal("c", again.Changes.Read(last, 100).Changes.Single().Id);
    }
}
