using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Sync;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class StreamingTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();
    private readonly ConversationStore _store;

    public StreamingTests()
    {
        _store = _folder.Open();
        _store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "q", Content = "Why?" }]);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_message_is_stored_as_it_grows_once_a_second()
    {
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a", Model = "m" });
        growing.Append("One ");
        growing.AppendReasoning("Hm.");
        var atOnce = Stored();
        _folder.Time.Advance(GrowingMessage.SaveInterval);
        var afterASecond = Stored();
        growing.Append("two");
        _folder.Time.Advance(GrowingMessage.SaveInterval / 2);
        var inBetween = Stored();
        _folder.Time.Advance(GrowingMessage.SaveInterval / 2);

        Assert.Equal(("", MessageStatus.Streaming), (atOnce.Content, atOnce.Status));
        Assert.Equal(("One ", "Hm."), (afterASecond.Content, afterASecond.Reasoning));
        Assert.Equal("One ", inBetween.Content);
        Assert.Equal("One two", Stored().Content);
    }

    [Fact]
    public void A_message_ends_with_what_is_known_of_it()
    {
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a", Content = "Be" });
        growing.Append("cause ");
        growing.Append("\ud83d");
        growing.Append("\ude00");

        var ended = growing.End(new MessageEnding { PromptTokens = 12, OutputTokens = 2, StopReason = "stop", TimingsJson = """{"ms":5}""" })!;

        var stored = Stored();
        Assert.Equal(ended, stored);
        Assert.Equal(("Because \ud83d\ude00", MessageStatus.Complete, 12L, 2L, "stop"), (stored.Content, stored.Status, stored.PromptTokens, stored.OutputTokens, stored.StopReason));
        Assert.Equal("q", stored.ParentId);
    }

    [Fact]
    public void One_that_nobody_ends_is_interrupted()
    {
        using (var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a" }))
        {
            growing.Append("Half");
        }

        Assert.Equal(("Half", MessageStatus.Interrupted), (Stored().Content, Stored().Status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(MessageTexts.MaxInlineBytes)]
    [InlineData(MessageTexts.MaxInlineBytes + 1)]
    [InlineData(MessageTexts.PartBytes)]
    [InlineData(MessageTexts.PartBytes + 1)]
    [InlineData((3 * MessageTexts.PartBytes) + 7)]
    public void A_text_is_what_was_appended_however_long_it_grows(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(at => (char)('a' + (at % 23))));
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a" });

        for (var at = 0; at < length; at += 17_001)
        {
            growing.Append(text.AsSpan(at, Math.Min(17_001, length - at)));
            _folder.Time.Advance(GrowingMessage.SaveInterval);
            Assert.Equal(Math.Min(at + 17_001, length), Stored().ContentBytes);
        }

        growing.End(new MessageEnding());
        Assert.Equal(text, Stored().Content);
        Assert.Equal(Stored().ContentBytes, length);
    }

    [Fact]
    public void One_that_is_deleted_while_it_grows_stays_deleted()
    {
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a" });
        growing.Append("text");
        _store.Conversations.Delete(Caller, "c");
        _folder.Time.Advance(GrowingMessage.SaveInterval);

        Assert.Null(growing.LastFault);
        Assert.Null(growing.End(new MessageEnding()));
        Assert.Null(_store.Messages.Find(Caller, "a"));
    }

    [Fact]
    public void What_is_counted_of_a_conversation_grows_with_its_messages()
    {
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a" });
        var before = _store.Conversations.Find(Caller, "c")!.Bytes;
        growing.Append(new string('x', 10_000));
        _folder.Time.Advance(GrowingMessage.SaveInterval);
        var after = _store.Conversations.Find(Caller, "c")!.Bytes;
        growing.End(new MessageEnding());

        Assert.Equal(before + 10_000, after);
        Assert.Equal(after, _store.Conversations.Find(Caller, "c")!.Bytes);
        Assert.Equal(after, _store.Retention.Report(Caller).Origins.Single().Usage.Bytes);
    }

    [Fact]
    public void A_push_leaves_one_alone_that_is_being_written()
    {
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a" });
        growing.Append(new string('s', 70_000));
        var record = new SyncMessage("a", "c", _folder.Time.GetUtcNow().AddSeconds(5)) { Content = new string('P', 300_000) };

        var refused = _store.Sync.Push(Caller, [], [record]).Messages.Refused;
        growing.End(new MessageEnding());

        Assert.Equal(StorageFault.Conflict, Assert.Single(refused).Fault);
        Assert.Equal(new string('s', 70_000), Stored().Content);
        Assert.Equal(1, _store.Sync.Push(Caller, [], [record]).Messages.Updated);
        Assert.Equal(record.Content, Stored().Content);
    }

    [Fact]
    public void One_that_was_deleted_and_came_back_otherwise_is_not_written_into()
    {
        using var growing = _store.Messages.Begin(Caller, "c", new NewMessage("assistant") { Id = "a" });
        growing.Append("old");
        _store.Messages.Delete(Caller, "a");
        _store.Sync.Push(Caller, [], [new SyncMessage("a", "c", _folder.Time.GetUtcNow().AddSeconds(5)) { Content = "new" }]);

        Assert.Null(growing.End(new MessageEnding()));
        Assert.Equal("new", Stored().Content);
    }

    private Message Stored() => _store.Messages.Find(Caller, "a")!;
}
