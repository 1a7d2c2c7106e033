using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;
using NativeHost.Storage.Summaries;
using NativeHost.Storage.Sync;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class IsolationTests : IDisposable
{
    private static readonly StoreCaller One = new("one");
    private static readonly StoreCaller Other = new("other");

    private readonly StoreFolder _folder = new();
    private readonly ConversationStore _store;

    public IsolationTests()
    {
        _store = _folder.Open();
        _store.Conversations.Create(One, new NewConversation { Id = "c", Title = "one's" });
        _store.Messages.Add(One, "c", [new NewMessage("user") { Id = "m", Content = "one's" }]);
        _store.Summaries.Put(One, "c", new NewSummary("one's") { Id = "s" });
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, Action<ConversationStore>> Attempts => new()
    {
        { "change", store => store.Conversations.Change(Other, "c", new ConversationChange { Title = "other's" }) },
        { "head", store => store.Conversations.SetHead(Other, "c", "m") },
        { "add", store => store.Messages.Add(Other, "c", [new NewMessage("user")]) },
        { "begin", store => store.Messages.Begin(Other, "c", new NewMessage("user")) },
        { "page", store => store.Messages.Page(Other, "c", new MessageQuery()) },
        { "text", store => store.Messages.ReadText(Other, "m", TextKind.Content, 0, 100) },
        { "siblings", store => store.Messages.Siblings(Other, "m") },
        { "summarize", store => store.Summaries.Put(Other, "c", new NewSummary("other's")) },
        { "summaries", store => store.Summaries.List(Other, "c") },
    };

    [Theory]
    [MemberData(nameof(Attempts), DisableDiscoveryEnumeration = true)]
    public void What_is_anothers_is_not_there(string name, Action<ConversationStore> attempt)
    {
        var anothers = Assert.Throws<StorageException>(() => attempt(_store));

        Assert.True(anothers.Fault == StorageFault.NotFound, name);
        Assert.Equal("one's", _store.Conversations.Find(One, "c")!.Title);
    }

    [Fact]
    public void Nothing_of_anothers_is_found_listed_changed_or_told()
    {
        Assert.Null(_store.Conversations.Find(Other, "c"));
        Assert.Null(_store.Messages.Find(Other, "m"));
        Assert.False(_store.Conversations.Delete(Other, "c"));
        Assert.False(_store.Messages.Delete(Other, "m"));
        Assert.False(_store.Summaries.Delete(Other, "s"));
        Assert.False(_store.Messages.LinkEmbedding(Other, "m", "e"));
        var page = _store.Conversations.List(Other, new ConversationQuery());
        Assert.Equal((0, 0L), (page.Conversations.Count, page.Total));
        Assert.Empty(_store.Retention.Report(Other).Origins);
        Assert.Equal(0, _store.Retention.Purge(Other, new PurgeRequest { DownToBytes = 0 }).Conversations);
        var pulled = _store.Sync.Pull(Other, 0, 100, 100_000);
        Assert.Equal((0, 0), (pulled.Conversations.Count, pulled.Messages.Count));
        Assert.Equal(1, _store.Conversations.List(One, new ConversationQuery()).Total);
    }

    [Fact]
    public void Two_may_use_the_same_ids()
    {
        _store.Conversations.Create(Other, new NewConversation { Id = "c", Title = "other's" });
        _store.Messages.Add(Other, "c", [new NewMessage("user") { Id = "m", Content = "other's" }]);

        Assert.Equal("one's", _store.Messages.Find(One, "m")!.Content);
        Assert.Equal("other's", _store.Messages.Find(Other, "m")!.Content);
        _store.Conversations.Delete(Other, "c");
        Assert.Equal("one's", _store.Messages.Find(One, "m")!.Content);
        Assert.Null(_store.Messages.Find(Other, "m"));
    }

    [Fact]
    public void A_push_changes_ones_own_only()
    {
        var later = _folder.Time.GetUtcNow().AddDays(1);

        _store.Sync.Push(Other, [new SyncConversation("c", later) { Title = "other's" }], [new SyncMessage("m", "c", later) { Content = "other's" }]);

        Assert.Equal("one's", _store.Conversations.Find(One, "c")!.Title);
        Assert.Equal("one's", _store.Messages.Find(One, "m")!.Content);
        Assert.Equal("other's", _store.Conversations.Find(Other, "c")!.Title);
    }

    [Fact]
    public void Who_was_granted_more_sees_more()
    {
        _store.Conversations.Create(Other, new NewConversation { Id = "d" });
        var granted = Other with { Granted = ["one", "nobody"] };
        var all = new StoreCaller("local") { SeesAll = true };

        Assert.Equal("one", _store.Conversations.Find(granted, "c")!.Origin);
        Assert.Equal("one's", _store.Messages.Page(granted, "c", new MessageQuery()).Messages.Single().Content);
        Assert.Equal(2, _store.Conversations.List(granted, new ConversationQuery()).Total);
        Assert.Equal(["d", "c"], _store.Conversations.List(all, new ConversationQuery()).Conversations.Select(c => c.Id).OrderDescending());
        Assert.Equal(["c"], _store.Conversations.List(all, new ConversationQuery { Origins = ["one"] }).Conversations.Select(c => c.Id));
        Assert.True(_store.Conversations.Delete(all, "c"));
        Assert.Null(_store.Conversations.Find(One, "c"));
    }
}
