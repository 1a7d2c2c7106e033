using System.Diagnostics;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class BranchTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();
    private ConversationStore _store;

    public BranchTests()
    {
        _store = _folder.Open();
        _store.Conversations.Create(Caller, new NewConversation { Id = "c" });
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Rings_are_opened_in_time_that_grows_with_their_number()
    {
        const int Count = 60_000;
        var rows = new List<MessageRow>();
        for (var number = 0; number < Count; number++)
        {
            rows.Add(Row($"ring{number:D5}", $"ring{number:D5}", number));
            rows.Add(Row($"root{number:D5}", NewMessage.NoParent, Count));
        }

        var watch = Stopwatch.StartNew();
        var tree = MessageTree.Of(rows.Select(row => row.Place));

        // One by one it would be billions of comparisons.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        var siblings = MessageTree.SiblingsOf(tree.Find("ring00000")!);
        Assert.Equal(2 * Count, siblings.Count);
        Assert.Equal(("ring00000", "ring00001", "root59999"), (siblings[0].Id, siblings[1].Id, siblings[^1].Id));

        static MessageRow Row(string id, string parent, long time)
        {
            var row = MessageRow.New(1, id, "c", 1, time + 1);
            row.Write(MessageRow.ParentField, parent, time);
            row.Write(MessageRow.CreatedField, time, time);
            row.WritePresent(time);
            return row;
        }
    }

    [Fact]
    public void An_edit_begins_a_branch_and_keeps_the_old_one()
    {
        Add("q1", "a1", "q2", "a2");

        Add(new NewMessage("user") { Id = "q2b", ParentId = "a1", Content = "q2b" });
        Add("a2b");
        var edited = Branch();
        _store.Conversations.SetHead(Caller, "c", "q2");
        var old = Branch();

        Assert.Equal(["q1", "a1", "q2b", "a2b"], edited);
        Assert.Equal(["q1", "a1", "q2", "a2"], old);
        Assert.Equal(["q2", "q2b"], _store.Messages.Siblings(Caller, "q2b"));
        var page = _store.Messages.Page(Caller, "c", new MessageQuery { HeadId = "q2b" });
        Assert.Equal([(1, 0), (1, 0), (2, 1), (1, 0)], page.Messages.Select(message => (message.Siblings, message.SiblingIndex)));
    }

    [Fact]
    public void A_first_message_can_be_edited_too()
    {
        Add("q1", "a1");

        Add(new NewMessage("user") { Id = "q1b", ParentId = NewMessage.NoParent, Content = "q1b" });

        Assert.Equal(["q1b"], Branch());
        Assert.Equal(["q1", "q1b"], _store.Messages.Siblings(Caller, "q1"));
    }

    [Fact]
    public void What_follows_a_deleted_message_stays()
    {
        Add("q1", "a1", "q2", "a2");

        Assert.True(_store.Messages.Delete(Caller, "a1"));

        Assert.Equal(["q1", "q2", "a2"], Branch());
        Assert.Null(_store.Messages.Find(Caller, "a1"));
        Assert.False(_store.Messages.Delete(Caller, "a1"));
        Assert.Equal(3, _store.Conversations.Find(Caller, "c")!.Messages);
        Add("q3");
        Assert.Equal(["q1", "q2", "a2", "q3"], Branch());
    }

    [Fact]
    public void A_message_that_was_deleted_can_be_written_anew()
    {
        Add("q1", "a1");
        _store.Messages.Delete(Caller, "a1");
        Assert.Equal(["q1"], Branch());

        Add("a1", "q2");

        Assert.Equal(["q1", "a1", "q2"], Branch());
        Assert.Equal("a1", _store.Messages.Find(Caller, "a1")!.Content);
    }

    [Fact]
    public void What_is_remembered_of_a_tree_is_what_is_stored()
    {
        var random = new Random(20_264);
        for (var number = 0; number < LongRun.Rounds(400, 1500); number++)
        {
            var any = $"m{random.Next(Math.Max(1, number))}";
            try
            {
                switch (random.Next(10))
                {
                    case 0:
                        _store.Messages.Delete(Caller, any);
                        break;
                    case 1:
                        _store.Conversations.SetHead(Caller, "c", any);
                        break;
                    case 2:
                        Add(new NewMessage("user") { Id = any });
                        break;
                    default:
                        Add(new NewMessage("user") { Id = $"m{number}", ParentId = random.Next(4) switch { 0 => any, 1 => NewMessage.NoParent, _ => null } });
                        break;
                }
            }
            catch (StorageException e) when (e.Fault is StorageFault.NotFound or StorageFault.Conflict)
            {
                // It was deleted, or is there.
            }

            if (number % 20 == 0)
            {
                var remembered = Picture();
                _store.Dispose();
                _store = _folder.Open();
                Assert.Equal(Picture(), remembered);
            }
        }

        string Picture() => string.Join('\n', _store.Messages.Page(Caller, "c", new MessageQuery()).Messages
            .Select(message => $"{message.Id} after {message.ParentId}, {message.SiblingIndex} of {message.Siblings}"));
    }

    [Fact]
    public void Pages_have_no_more_bytes_than_asked_for_and_miss_nothing()
    {
        Add([.. Enumerable.Range(0, 30).Select(number => $"m{number}")]);
        var forward = new List<string>();
        var backward = new List<string>();

        var page = _store.Messages.Page(Caller, "c", new MessageQuery { FromStart = true, MaxBytes = 2000 });
        forward.AddRange(page.Messages.Select(message => message.Id));
        while (page.HasLater)
        {
            Assert.Equal(7, page.Messages.Count);
            page = _store.Messages.Page(Caller, "c", new MessageQuery { AfterId = forward[^1], MaxBytes = 2000 });
            forward.AddRange(page.Messages.Select(message => message.Id));
        }

        Assert.Equal(30 - (4 * 7), page.Messages.Count);
        page = _store.Messages.Page(Caller, "c", new MessageQuery { Limit = 4 });
        backward.InsertRange(0, page.Messages.Select(message => message.Id));
        while (page.HasEarlier)
        {
            page = _store.Messages.Page(Caller, "c", new MessageQuery { BeforeId = backward[0], Limit = 4 });
            backward.InsertRange(0, page.Messages.Select(message => message.Id));
        }

        var all = Enumerable.Range(0, 30).Select(number => $"m{number}");
        Assert.Equal(all, forward);
        Assert.Equal(all, backward);
    }

    [Fact]
    public void A_parent_of_another_conversation_is_none()
    {
        Add("q1");
        _store.Conversations.Create(Caller, new NewConversation { Id = "other" });

        var failure = Assert.Throws<StorageException>(() => _store.Messages.Add(Caller, "other", [new NewMessage("user") { ParentId = "q1" }]));

        Assert.Equal(StorageFault.NotFound, failure.Fault);
    }

    [Fact]
    public void Of_several_messages_none_is_added_where_one_cannot()
    {
        Add("q1");

        var failure = Assert.Throws<StorageException>(() => Add("new", "q1"));

        Assert.Equal(StorageFault.Conflict, failure.Fault);
        Assert.Null(_store.Messages.Find(Caller, "new"));
        Assert.Equal(["q1"], Branch());
        Add("new");
        Assert.Equal(["q1", "new"], Branch());
    }

    private void Add(params string[] ids) => Add([.. ids.Select(id => new NewMessage("user") { Id = id, Content = id })]);

    private void Add(params NewMessage[] messages)
    {
        _folder.Time.Advance(TimeSpan.FromSeconds(1));
        _store.Messages.Add(Caller, "c", messages);
    }

    private string[] Branch() => [.. _store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id)];
}
