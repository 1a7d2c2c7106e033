using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;
using NativeHost.Storage.Sync;
using Xunit;

namespace NativeHost.Storage.Tests;

/// <summary>That something was deleted is stored too: it counts, and is forgotten in the end.</summary>
public sealed class DeletionRecordTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();
    private ConversationStore _store;
    private RetentionLimits _limits = RetentionLimits.None;

    public DeletionRecordTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_deleted_is_counted()
    {
        Fill("c", 3);
        _store.Messages.Delete(Caller, "c/m1");
        Fill("other", 2);
        _store.Messages.Delete(Caller, "other/m0");
        _store.Conversations.Delete(Caller, "other");
        _store.Sync.Push(
            Caller,
            [new SyncConversation("unknown", _folder.Time.GetUtcNow()) { IsDeleted = true }],
            [
                new SyncMessage("late", "c", _folder.Time.GetUtcNow()) { IsDeleted = true },
                new SyncMessage("ghost/m", "ghost", _folder.Time.GetUtcNow()) { IsDeleted = true },
            ]);

        // m1, other, unknown, late, ghost/m and the place of its conversation.
        Assert.Equal((1L, 2L, 6L), (Usage.Conversations, Usage.Messages, Usage.Deletions));
        var usage = Usage;
        Reopen();
        Assert.Equal(usage, Usage);

        // It is there again.
        _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "c/m1", Content = "again" }]);
        Assert.Equal((3L, 5L), (Usage.Messages, Usage.Deletions));
    }

    [Fact]
    public void Deletions_of_what_was_never_there_are_refused_beyond_the_quota_and_others_are_not()
    {
        Fill("c", 2);
        _limits = new RetentionLimits(MaxBytes: Usage.Bytes + (10 * Retention.Usage.DeletionBytes));
        var now = _folder.Time.GetUtcNow().AddMinutes(1);

        var conversations = _store.Sync.Push(Caller, [.. Enumerable.Range(0, 50).Select(number => new SyncConversation($"x{number}", now) { IsDeleted = true })], []);
        var messages = _store.Sync.Push(Caller, [], [.. Enumerable.Range(0, 50).Select(number => new SyncMessage($"y{number}", "c", now) { IsDeleted = true })]);

        Assert.Equal(40, conversations.Conversations.Refused.Count);
        Assert.Equal(50, messages.Messages.Refused.Count);
        Assert.All(conversations.Conversations.Refused, refused => Assert.Equal(StorageFault.QuotaExceeded, refused.Fault));
        Assert.Equal(10, Usage.Deletions);
        _limits = new RetentionLimits(MaxBytes: 10);
        var real = _store.Sync.Push(
            Caller, [new SyncConversation("x1", now.AddMinutes(1)) { IsDeleted = true }], [new SyncMessage("c/m1", "c", now) { IsDeleted = true }]);
        Assert.Equal((1, 1), (real.Conversations.Updated, real.Messages.Updated));
        Assert.True(_store.Conversations.Delete(Caller, "c"));
    }

    [Fact]
    public void Deletions_are_forgotten_after_half_a_year_and_numbers_go_on()
    {
        Fill("c", 3);
        Fill("gone", 2);
        _store.Messages.Delete(Caller, "gone/m1");
        _store.Conversations.Delete(Caller, "gone");
        _store.Sync.Push(Caller, [], [.. Enumerable.Range(0, 450).Select(number => new SyncMessage($"g{number}", "ghost", _folder.Time.GetUtcNow()) { IsDeleted = true })]);
        _store.Sync.Push(Caller, [new SyncConversation("unknown", _folder.Time.GetUtcNow()) { IsDeleted = true }], []);
        var last = _store.Changes.Last;
        _folder.Time.Advance(RetentionControl.DeletionsKept - TimeSpan.FromDays(1));
        _store.Retention.ApplyAgeLimits();
        Assert.Equal(453, Usage.Deletions);

        _folder.Time.Advance(TimeSpan.FromDays(2));
        _store.Retention.ApplyAgeLimits();

        Assert.Equal((1L, 3L, 0L), (Usage.Conversations, Usage.Messages, Usage.Deletions));
        Assert.DoesNotContain(_store.Sync.Pull(Caller, 0, 1000, int.MaxValue).Conversations, record => record.IsDeleted);
        var usage = Usage;
        Reopen();
        Assert.Equal(usage, Usage);
        Fill("new", 1);
        Assert.All(_store.Changes.Read(0, 100).Changes.Where(change => change.ConversationId == "new"), change => Assert.True(change.Sequence > last));
    }

    [Fact]
    public void A_deleted_message_that_others_follow_keeps_its_place()
    {
        Fill("c", 6);
        foreach (var number in new[] { 1, 4, 5 })
        {
            _store.Messages.Delete(Caller, $"c/m{number}");
        }

        _store.Conversations.SetHead(Caller, "c", "c/m3");
        _folder.Time.Advance(RetentionControl.DeletionsKept + TimeSpan.FromDays(1));
        _store.Retention.ApplyAgeLimits();

        Assert.Equal((3L, 1L), (Usage.Messages, Usage.Deletions));
        Assert.Equal(["c/m0", "c/m2", "c/m3"], _store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id));
    }

    [Fact]
    public void What_a_clock_that_was_ahead_dated_ages_from_when_it_was_found()
    {
        _limits = new RetentionLimits(MaxAge: TimeSpan.FromDays(30));
        var far = _folder.Time.GetUtcNow().AddYears(170);
        _store.Sync.Push(
            Caller,
            [
                new SyncConversation("left", far) { Title = "t" },
                new SyncConversation("used", far) { Title = "t" },
                new SyncConversation("starred", far) { Title = "t", IsStarred = true },
                new SyncConversation("deleted", far) { IsDeleted = true },
            ],
            [new SyncMessage("waits", "ghost", far) { Content = "x" }]);
        _store.Retention.ApplyAgeLimits();
        _folder.Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, _store.Retention.ApplyAgeLimits().Conversations);
        _store.Conversations.Change(Caller, "used", new ConversationChange { Title = "used" });

        _folder.Time.Advance(TimeSpan.FromDays(2));
        var purged = _store.Retention.ApplyAgeLimits();

        Assert.Equal((1L, 1L), (purged.Conversations, purged.Messages));
        Assert.NotNull(_store.Conversations.Find(Caller, "used"));
        Assert.NotNull(_store.Conversations.Find(Caller, "starred"));
        _folder.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, _store.Retention.ApplyAgeLimits().Conversations);

        // Which writes count is by their times all the same.
        Assert.Equal(1, _store.Sync.Push(Caller, [new SyncConversation("left", far.AddMinutes(-1)) { Title = "older" }], []).Conversations.Skipped);

        Assert.Equal(4, Usage.Deletions);
        _folder.Time.Advance(RetentionControl.DeletionsKept + TimeSpan.FromDays(1));
        _store.Retention.ApplyAgeLimits();
        Assert.Equal(1, Usage.Deletions);
        _folder.Time.Advance(RetentionControl.DeletionsKept + TimeSpan.FromDays(1));
        _store.Retention.ApplyAgeLimits();
        Assert.Equal(0, Usage.Deletions);
    }

    private Usage Usage => _store.Retention.Report(Caller).Origins.Single().Usage;

    private ConversationStore Open() => ConversationStore.Open(_folder.Options with { Limits = _ => _limits });

    private void Reopen()
    {
        _store.Dispose();
        _store = Open();
    }

    private void Fill(string conversation, int messages)
    {
        _store.Conversations.Create(Caller, new NewConversation { Id = conversation });
        _store.Messages.Add(Caller, conversation, [.. Enumerable.Range(0, messages).Select(number => new NewMessage("user") { Id = $"{conversation}/m{number}", Content = "text" })]);
        _folder.Time.Advance(TimeSpan.FromMinutes(1));
    }
}
