using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;
using NativeHost.Storage.Sync;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class RetentionTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();
    private readonly ConversationStore _store;
    private RetentionLimits _limits = RetentionLimits.None;

    public RetentionTests() => _store = ConversationStore.Open(_folder.Options with { Limits = _ => _limits });

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_report_counts_what_is_there()
    {
        Fill(3);
        _store.Conversations.Create(new StoreCaller("other"), new NewConversation());

        var report = _store.Retention.Report(Caller);

        var own = Assert.Single(report.Origins);
        Assert.Equal(("extension", 3L, 6L), (own.Origin, own.Usage.Conversations, own.Usage.Messages));
        Assert.InRange(own.Usage.Bytes, 6000, 12_000);
        Assert.Equal(_folder.Time.GetUtcNow() - TimeSpan.FromDays(3), own.Oldest!.Value, TimeSpan.FromSeconds(1));
        Assert.True(report.FileBytes > 8192);
        Assert.Equal(2, _store.Retention.Report(new StoreCaller("local") { SeesAll = true }).Origins.Count);
    }

    [Fact]
    public void What_is_counted_is_what_a_new_count_finds()
    {
        Fill(4);
        _store.Conversations.Delete(Caller, "c1");
        _store.Messages.Delete(Caller, "c2/q");
        _store.Conversations.Change(Caller, "c0", new ConversationChange { MetadataJson = new string('1', 5000) });
        _store.Sync.Push(Caller, [new SyncConversation("c3", _folder.Time.GetUtcNow()) { IsDeleted = true }], [new SyncMessage("late", "c1", _folder.Time.GetUtcNow())]);
        var kept = _store.Retention.Report(Caller).Origins.Single().Usage;
        _store.Dispose();

        using var again = _folder.Open();

        Assert.Equal(again.Retention.Report(Caller).Origins.Single().Usage, kept);
        Assert.Equal((2L, 3L), (kept.Conversations, kept.Messages));
    }

    [Fact]
    public void Beyond_the_quota_writes_are_refused_and_nothing_goes()
    {
        Fill(2);
        _limits = new RetentionLimits(MaxBytes: _store.Retention.Report(Caller).Origins.Single().Usage.Bytes + 500);

        var failure = Assert.Throws<StorageException>(() => _store.Messages.Add(Caller, "c0", [new NewMessage("user") { Content = new string('x', 501) }]));

        Assert.Equal(StorageFault.QuotaExceeded, failure.Fault);
        Assert.Equal(StorageFault.QuotaExceeded, Assert.Throws<StorageException>(() => _store.Messages.Begin(Caller, "c0", new NewMessage("user") { Content = new string('x', 501) })).Fault);
        Assert.Equal(StorageFault.QuotaExceeded, Assert.Throws<StorageException>(() => _store.Conversations.Create(Caller, new NewConversation { MetadataJson = new string('1', 501) })).Fault);
        var pushed = _store.Sync.Push(Caller, [], [new SyncMessage("m", "c0", _folder.Time.GetUtcNow()) { Content = new string('x', 501) }]);
        Assert.Equal(StorageFault.QuotaExceeded, pushed.Messages.Refused.Single().Fault);
        Assert.Equal(2, _store.Retention.Report(Caller).Origins.Single().Usage.Conversations);
        _store.Conversations.Delete(Caller, "c1");
        _store.Messages.Add(Caller, "c0", [new NewMessage("user") { Content = new string('x', 501) }]);
    }

    [Fact]
    public void The_quota_is_one_for_all_namespaces_of_an_origin()
    {
        var parts = new[] { Caller, new StoreCaller($"{Caller.Origin}#one"), new StoreCaller($"{Caller.Origin}#two") };
        var other = new StoreCaller($"{Caller.Origin}o");
        foreach (var part in parts.Append(other))
        {
            var id = _store.Conversations.Create(part, new NewConversation()).Id;
            _store.Messages.Add(part, id, [new NewMessage("user") { Content = new string('x', 1000) }]);
        }

        _limits = new RetentionLimits(MaxBytes: parts.Sum(part => _store.Retention.Report(part).Origins.Single().Usage.Bytes) + 500);

        var late = new StoreCaller($"{Caller.Origin}#three");
        var allowed = _store.Conversations.Create(late, new NewConversation { MetadataJson = new string('1', 100) });
        Assert.Equal(
            StorageFault.QuotaExceeded,
            Assert.Throws<StorageException>(() => _store.Messages.Add(late, allowed.Id, [new NewMessage("user") { Content = new string('x', 501) }])).Fault);
        _store.Conversations.Create(other, new NewConversation { MetadataJson = new string('1', 501) });
    }

    [Fact]
    public void A_purge_takes_the_oldest_and_spares_stars()
    {
        Fill(6);
        _store.Conversations.Change(Caller, "c0", new ConversationChange { IsStarred = true });
        var half = _store.Retention.Report(Caller).Origins.Single().Usage.Bytes / 2;

        var purged = _store.Retention.Purge(Caller, new PurgeRequest { DownToBytes = half });

        Assert.Equal((3L, 6L), (purged.Conversations, purged.Messages));
        Assert.Equal(["c0", "c4", "c5"], Ids());
        Assert.InRange(_store.Retention.Report(Caller).Origins.Single().Usage.Bytes, 1, half);
        Assert.Equal(1, _store.Retention.Purge(Caller, new PurgeRequest { UnchangedSince = _folder.Time.GetUtcNow().AddDays(-1.5) }).Conversations);
        Assert.Equal(["c0", "c5"], Ids());
        Assert.Equal(2, _store.Retention.Purge(Caller, new PurgeRequest { DownToBytes = 0, IncludeStarred = true }).Conversations);
        Assert.Empty(Ids());
    }

    [Fact]
    public void What_was_purged_is_in_no_file_any_more()
    {
        Fill(3);
        Assert.Contains("secret text", FileTexts(), StringComparison.Ordinal);

        _store.Retention.Purge(Caller, new PurgeRequest { DownToBytes = 0 });

        Assert.DoesNotContain("secret text", FileTexts(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret title", FileTexts(), StringComparison.Ordinal);
    }

    [Fact]
    public void Age_limits_are_applied_when_asked_for()
    {
        Fill(5);
        _limits = new RetentionLimits(MaxAge: TimeSpan.FromDays(2.5));

        var purged = _store.Retention.ApplyAgeLimits();

        Assert.Equal(3, purged.Conversations);
        Assert.Equal(["c3", "c4"], Ids());
        Assert.Equal(0, _store.Retention.ApplyAgeLimits().Conversations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_changed_while_a_purge_runs_is_spared(bool byBytes)
    {
        Fill(4);
        var isFirst = true;
        _store.Changes.Changed += () =>
        {
            if (isFirst)
            {
                isFirst = false;
                _store.Messages.Add(Caller, "c2", [new NewMessage("user") { Content = "just now" }]);
                _store.Conversations.Change(Caller, "c3", new ConversationChange { IsStarred = true });
            }
        };

        var purged = _store.Retention.Purge(Caller, byBytes ? new PurgeRequest { DownToBytes = 0 } : new PurgeRequest { UnchangedSince = _folder.Time.GetUtcNow() });

        Assert.Equal(2, purged.Conversations);
        Assert.Equal(["c2", "c3"], Ids());
    }

    [Fact]
    public void Messages_that_wait_for_their_conversation_count_and_can_be_purged()
    {
        _limits = new RetentionLimits(MaxBytes: 10_000, MaxAge: TimeSpan.FromDays(2.5));

        var pushed = Await(8);

        Assert.Equal(6, pushed.Messages.Refused.Count);
        Assert.All(pushed.Messages.Refused, refused => Assert.Equal(StorageFault.QuotaExceeded, refused.Fault));
        var waiting = _store.Retention.Report(Caller).Origins.Single().Usage;
        Assert.Equal((0L, 2L), (waiting.Conversations, waiting.Messages));
        Assert.InRange(waiting.Bytes, 8000, 10_000);
        Assert.Equal(new PurgeResult(0, 2, waiting.Bytes), _store.Retention.Purge(Caller, new PurgeRequest { DownToBytes = 0 }));
        Assert.Equal(new Usage(0, 0, 0, Deletions: 1), _store.Retention.Report(Caller).Origins.Single().Usage);
        Assert.DoesNotContain("secret text", FileTexts(), StringComparison.Ordinal);

        _folder.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, Await(2).Waiting);
        Assert.Equal(0, _store.Retention.ApplyAgeLimits().Messages);
        _folder.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(2, _store.Retention.ApplyAgeLimits().Messages);
    }

    [Fact]
    public void What_waited_counts_once_when_its_conversation_comes()
    {
        Await(2);
        var waiting = _store.Retention.Report(Caller).Origins.Single().Usage;

        _store.Sync.Push(Caller, [new SyncConversation("ghost", _folder.Time.GetUtcNow())], []);

        Assert.Equal(waiting with { Conversations = 1 }, _store.Retention.Report(Caller).Origins.Single().Usage);
        _store.Dispose();
        using var again = _folder.Open();
        Assert.Equal(waiting with { Conversations = 1 }, again.Retention.Report(Caller).Origins.Single().Usage);
    }

    [Fact]
    public void A_purge_of_all_takes_what_a_clock_that_was_ahead_dated()
    {
        Fill(1);
        _store.Sync.Push(Caller, [new SyncConversation("ahead", _folder.Time.GetUtcNow().AddYears(170)) { Title = "t" }], []);

        var purged = _store.Retention.Purge(Caller, new PurgeRequest { UnchangedSince = DateTimeOffset.MaxValue });

        Assert.Equal(2, purged.Conversations);
        Assert.Empty(Ids());
    }

    [Fact]
    public void Many_messages_at_once_bring_a_conversation_ahead_of_the_clock_by_little()
    {
        _store.Conversations.Create(Caller, new NewConversation { Id = "c" });

        _store.Messages.Add(Caller, "c", [.. Enumerable.Range(0, 500).Select(number => new NewMessage("user") { Id = $"m{number}", Content = "x" })]);

        var conversation = _store.Conversations.Find(Caller, "c")!;
        Assert.InRange(conversation.Updated - _folder.Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
        Assert.Equal("m499", conversation.HeadId);
        Assert.Equal("m498", _store.Messages.Find(Caller, "m499")!.ParentId);
    }

    private PushResult Await(int count)
        => _store.Sync.Push(Caller, [], [.. Enumerable.Range(0, count).Select(number =>
            new SyncMessage($"g{number}", "ghost", _folder.Time.GetUtcNow()) { Role = "user", Content = "secret text" + new string('x', 4000) })]);

    private string[] Ids() => [.. _store.Conversations.List(Caller, new ConversationQuery()).Conversations.Select(conversation => conversation.Id).Order()];

    // One a day, the last one a day ago.
    private void Fill(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _store.Conversations.Create(Caller, new NewConversation { Id = $"c{number}", Title = "secret title" });
            _store.Messages.Add(
                Caller,
                $"c{number}",
                [
                    new NewMessage("user") { Id = $"c{number}/q", Content = "secret text" + new string('x', 1000) },
                    new NewMessage("assistant") { Id = $"c{number}/a", Content = "secret text" },
                ]);
            _folder.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    private string FileTexts() => string.Concat(new[] { _folder.Data, _folder.Journal }.Select(path =>
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), System.Text.Encoding.Latin1);
        return file.ReadToEnd();
    }));
}
