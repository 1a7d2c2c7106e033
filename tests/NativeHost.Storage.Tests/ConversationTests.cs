using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class ConversationTests : IDisposable
{
    private static readonly StoreCaller Caller = new("chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_stored_is_there_after_it_was_opened_again()
    {
        using (var store = _folder.Open())
        {
            store.Conversations.Create(Caller, new NewConversation { Id = "c1", Title = "Rivers", Topic = "geography", IsStarred = true });
            store.Messages.Add(Caller, "c1", [new("user") { Id = "m1", Content = "How long is the Rhine?" }, new("assistant") { Id = "m2", Content = "1,233 km." }]);
        }

        using var again = _folder.Open();
        var conversation = again.Conversations.Find(Caller, "c1")!;
        var page = again.Messages.Page(Caller, "c1", new MessageQuery());

        Assert.Equal(("Rivers", "geography", true, 2L), (conversation.Title, conversation.Topic, conversation.IsStarred, conversation.Messages));
        Assert.Equal(["How long is the Rhine?", "1,233 km."], page.Messages.Select(message => message.Content));
        Assert.Equal([null, "m1"], page.Messages.Select(message => message.ParentId));
    }

    [Fact]
    public void Lists_are_newest_first_and_paged()
    {
        using var store = _folder.Open();
        for (var number = 0; number < 25; number++)
        {
            store.Conversations.Create(Caller, new NewConversation { Id = $"c{number}", Title = $"{number}" });
            _folder.Time.Advance(TimeSpan.FromSeconds(number % 3));
        }

        var titles = new List<string>();
        ConversationPage page;
        string? cursor = null;
        do
        {
            page = store.Conversations.List(Caller, new ConversationQuery { Limit = 10, Cursor = cursor });
            titles.AddRange(page.Conversations.Select(conversation => conversation.Title));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(number => $"{number}"), titles);
        Assert.Equal(25, page.Total);
        Assert.Equal(["19", "18"], store.Conversations.List(Caller, new ConversationQuery { Limit = 2, Offset = 5 }).Conversations.Select(c => c.Title));
    }
}
