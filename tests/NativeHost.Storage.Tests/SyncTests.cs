using System.Globalization;
using System.Text;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Sync;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class SyncTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly StoreFolder _folder = new();
    private readonly ConversationStore _store;

    public SyncTests() => _store = _folder.Open();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_last_write_wins_whichever_came_first()
    {
        Push(new SyncConversation("c", At(5)) { Title = "later" });

        var result = Push(new SyncConversation("c", At(3)) { Title = "earlier", Topic = "only here" });

        Assert.Equal(1, result.Conversations.Updated);
        var conversation = _store.Conversations.Find(Caller, "c")!;
        Assert.Equal(("later", "only here"), (conversation.Title, conversation.Topic));
    }

    [Fact]
    public void Of_two_writes_at_one_time_the_greater_value_counts_for_everybody()
    {
        Push(new SyncConversation("c", At(5)) { Title = "b" }, new SyncConversation("c", At(5)) { Title = "a" });
        Push(new SyncConversation("d", At(5)) { Title = "a" }, new SyncConversation("d", At(5)) { Title = "b" });

        Assert.Equal("b", _store.Conversations.Find(Caller, "c")!.Title);
        Assert.Equal("b", _store.Conversations.Find(Caller, "d")!.Title);
    }

    [Fact]
    public void What_was_pushed_once_changes_nothing_when_it_comes_again()
    {
        SyncConversation[] conversations = [new("c", At(1)) { Title = "Rivers" }];
        SyncMessage[] messages = [new("m", "c", At(2)) { Role = "user", Content = "How long?", Created = At(2) }];
        var first = _store.Sync.Push(Caller, conversations, messages);
        var known = _store.Changes.Last;

        var again = _store.Sync.Push(Caller, conversations, messages);

        Assert.Equal((1, 1), (first.Conversations.Created, first.Messages.Created));
        Assert.Equal((1, 1), (again.Conversations.Skipped, again.Messages.Skipped));
        Assert.Equal(known, _store.Changes.Last);
    }

    [Fact]
    public void What_changes_after_a_restart_is_told_although_a_push_was_refused_before()
    {
        Push(new SyncConversation("c", At(1)) { Title = "one" });
        _store.Sync.Push(Caller, [], [new SyncMessage("m", "c", At(2)) { Content = "x" }]);
        var refused = _store.Sync.Push(Caller, [], [new SyncMessage("m", "d", At(3)) { Content = "y" }]);
        var known = _store.Sync.Pull(Caller, 0, 100, 10_000).Next;
        _store.Dispose();

        using var again = _folder.Open();
        again.Conversations.Change(Caller, "c", new ConversationChange { Title = "renamed" });

        Assert.Single(refused.Messages.Refused);
        Assert.Equal("renamed", again.Sync.Pull(Caller, known, 100, 10_000).Conversations.Single().Title);
    }

    [Fact]
    public void A_message_may_come_before_its_conversation_and_before_what_it_follows()
    {
        var result = _store.Sync.Push(Caller, [], [new SyncMessage("a", "c", At(2)) { Role = "assistant", Content = "a", Created = At(2), ParentId = "q" }]);
        var hidden = _store.Messages.Find(Caller, "a");
        var since = _store.Sync.Pull(Caller, 0, 100, 10_000);
        _store.Sync.Push(Caller, [], [new SyncMessage("q", "c", At(1)) { Role = "user", Content = "q", Created = At(1), ParentId = NewMessage.NoParent }]);
        Push(new SyncConversation("c", At(0)) { Title = "late" });

        Assert.Equal((1, 1), (result.Waiting, result.Messages.Created));
        Assert.Null(hidden);
        Assert.Equal(["q", "a"], _store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id));
        Assert.Empty(since.Messages);
        Assert.Equal(["a", "q"], _store.Sync.Pull(Caller, since.Next, 100, 10_000).Messages.Select(message => message.Id).Order());
        Assert.Equal(2, _store.Conversations.Find(Caller, "c")!.Messages);
    }

    [Fact]
    public void What_another_device_wrote_last_is_what_the_next_message_follows()
    {
        _store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "q", Content = "q" }]);
        _store.Sync.Push(Caller, [], [new SyncMessage("a", "c", At(60)) { Content = "a", Created = At(60), ParentId = "q" }]);

        _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "next", Content = "next" }]);

        Assert.Equal("a", _store.Messages.Find(Caller, "next")!.ParentId);
        Assert.Equal(["q", "a", "next"], _store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id));
    }

    [Fact]
    public void Messages_without_parents_are_in_the_order_of_their_times()
    {
        Push(new SyncConversation("c", At(0)));
        _store.Sync.Push(Caller, [], [Plain("third", 3), Plain("first", 1)]);
        _store.Sync.Push(Caller, [], [Plain("second", 2)]);

        Assert.Equal(["first", "second", "third"], _store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id));

        static SyncMessage Plain(string id, int second) => new(id, "c", At(second)) { Role = "user", Content = id, Created = At(second) };
    }

    [Fact]
    public void Messages_that_follow_each_other_in_a_ring_are_read()
    {
        Push(new SyncConversation("c", At(0)));
        _store.Sync.Push(Caller, [],
        [
            new SyncMessage("a", "c", At(1)) { Content = "a", Created = At(1), ParentId = "b" },
            new SyncMessage("b", "c", At(2)) { Content = "b", Created = At(2), ParentId = "a" },
            new SyncMessage("self", "c", At(3)) { Content = "self", Created = At(3), ParentId = "self" },
        ]);

        Assert.Equal(["a", "b"], _store.Messages.Page(Caller, "c", new MessageQuery { HeadId = "a" }).Messages.Select(message => message.Id));
        Assert.Equal(["self"], _store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id));
    }

    [Fact]
    public void A_deletion_travels()
    {
        Push(new SyncConversation("c", At(1)) { Title = "Rivers" });
        _store.Sync.Push(Caller, [], [new SyncMessage("m", "c", At(2)) { Content = "text" }, new SyncMessage("n", "c", At(2)) { Content = "text" }]);
        var known = _store.Sync.Pull(Caller, 0, 100, 10_000);
        _store.Sync.Push(Caller, [], [new SyncMessage("m", "c", At(3)) { IsDeleted = true }]);
        var message = _store.Sync.Pull(Caller, known.Next, 100, 10_000);
        _store.Conversations.Delete(Caller, "c");

        var told = _store.Sync.Pull(Caller, message.Next, 100, 10_000);

        Assert.Equal([("m", true)], message.Messages.Select(record => (record.Id, record.IsDeleted)));
        Assert.Equal([("c", true)], told.Conversations.Select(record => (record.Id, record.IsDeleted)));
        Assert.Empty(told.Messages);
        Assert.Null(told.Conversations.Single().Title);
        var late = _store.Sync.Push(Caller, [new SyncConversation("c", At(3)) { Title = "late" }], [new SyncMessage("n", "c", At(3)) { Content = "late" }]);
        Assert.Equal((1, 1), (late.Conversations.Skipped, late.Messages.Skipped));
    }

    [Fact]
    public void A_pull_comes_in_pages_that_miss_nothing()
    {
        _store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        for (var number = 0; number < 40; number++)
        {
            _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = $"m{number}", Content = new string('x', number * 20) }]);
        }

        var ids = new List<string>();
        PullPage page;
        var since = 0L;
        do
        {
            page = _store.Sync.Pull(Caller, since, 7, 2000);
            Assert.True(page.Next > since);
            Assert.InRange(page.Messages.Count + page.Conversations.Count, 1, 7);
            ids.AddRange(page.Messages.Select(message => message.Id));
            since = page.Next;
        }
        while (page.HasMore);

        Assert.Equal(Enumerable.Range(0, 40).Select(number => $"m{number}"), ids);
        Assert.False(_store.Sync.Pull(Caller, since, 7, 2000).HasMore);
    }

    [Fact]
    public void A_record_that_cannot_be_kept_is_refused_and_the_others_are_kept()
    {
        var result = _store.Sync.Push(
            Caller,
            [new SyncConversation("c", At(1)) { Title = new string('x', 1_000_000) }, new SyncConversation("d", At(1)) { Title = "d" }],
            [new SyncMessage("", "d", At(1)), new SyncMessage("m", "d", DateTimeOffset.MaxValue), new SyncMessage("n", "d", At(1)) { Content = "n" }]);

        Assert.Equal("c", result.Conversations.Refused.Single().Id);
        Assert.Equal(["", "m"], result.Messages.Refused.Select(refused => refused.Id));
        Assert.Equal((2, 3), (result.Conversations.Total, result.Messages.Total));
        Assert.Equal("n", _store.Messages.Find(Caller, "n")!.Content);
    }

    [Fact]
    public void The_same_records_make_the_same_conversations_in_any_order()
    {
        var random = new Random(20_261);
        for (var round = 0; round < LongRun.Rounds(25, 500); round++)
        {
            var records = Records.Make(random);
            var pictures = Enumerable.Range(0, 3).Select(order => PictureAfter(records.Shuffled(order == 0 ? null : random), $"{round}/{order}")).ToList();

            Assert.All(pictures, picture => Assert.Equal(pictures[0], picture));
        }
    }

    // Each order goes to an origin of its own, which is a store of its own as far as records go.
    private string PictureAfter(Records records, string origin)
    {
        var caller = new StoreCaller(origin);
        var conversations = new Queue<SyncConversation>(records.Conversations);
        var messages = new Queue<SyncMessage>(records.Messages);
        while (conversations.Count + messages.Count > 0)
        {
            var (some, others) = records.NextStep();
            _store.Sync.Push(caller, Take(conversations, some), Take(messages, others));
        }

        var picture = new StringBuilder();
        foreach (var id in records.ConversationIds)
        {
            if (_store.Conversations.Find(caller, id) is not { } conversation)
            {
                picture.AppendLine(CultureInfo.InvariantCulture, $"{id} -");
                continue;
            }

            picture.AppendLine(CultureInfo.InvariantCulture, $"{id} {conversation with { Origin = "", Sequence = 0 }}");
            foreach (var message in _store.Messages.Page(caller, id, new MessageQuery()).Messages)
            {
                picture.AppendLine(CultureInfo.InvariantCulture, $"  {message with { Origin = "", Sequence = 0 }}");
            }
        }

        picture.AppendLine(CultureInfo.InvariantCulture, $"{_store.Retention.Report(caller).Origins.Single().Usage}");
        return picture.ToString();
    }

    private static List<T> Take<T>(Queue<T> queue, int count)
    {
        var taken = new List<T>();
        while (taken.Count < count && queue.TryDequeue(out var record))
        {
            taken.Add(record);
        }

        return taken;
    }

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);

    private PushResult Push(params SyncConversation[] conversations) => _store.Sync.Push(Caller, conversations, []);

    /// <summary>Writes of several devices, with deletions, with little in each and at few times, so that they meet.</summary>
    private sealed record Records(IReadOnlyList<SyncConversation> Conversations, IReadOnlyList<SyncMessage> Messages)
    {
        private const int Times = 8;
        private const int MessageCount = 5;

        private Random _steps = new(0);

        public IReadOnlyList<string> ConversationIds { get; } = ["c0", "c1"];

        public static Records Make(Random random)
        {
            var conversations = Enumerable.Range(0, random.Next(1, 8)).Select(_ => new SyncConversation($"c{random.Next(2)}", At(random.Next(Times)))
            {
                Title = Maybe(random, "title"),
                Topic = Maybe(random, "topic"),
                IsStarred = random.Next(3) switch { 0 => null, 1 => true, _ => false },
                HeadId = random.Next(4) == 0 ? $"m{random.Next(MessageCount)}" : null,
                IsDeleted = random.Next(4) == 0,
            });
            var messages = Enumerable.Range(0, random.Next(1, 20)).Select(_ => MessageOf(random, random.Next(MessageCount)));
            return new Records([.. conversations], [.. messages]);
        }

        public Records Shuffled(Random? random)
        {
            if (random is null)
            {
                return this;
            }

            var (conversations, messages) = (Conversations.ToArray(), Messages.ToArray());
            random.Shuffle(conversations);
            random.Shuffle(messages);
            return new Records(conversations, messages) { _steps = random };
        }

        public (int Conversations, int Messages) NextStep() => (_steps.Next(3), _steps.Next(4));

        private static SyncMessage MessageOf(Random random, int number) => new($"m{number}", $"c{number % 2}", At(random.Next(Times)))
        {
            Role = Maybe(random, "role"),
            Content = Maybe(random, "content"),
            ParentId = random.Next(3) switch { 0 => $"m{random.Next(MessageCount)}", 1 => NewMessage.NoParent, _ => null },
            Created = random.Next(2) == 0 ? At(random.Next(Times)) : null,
            OutputTokens = random.Next(3) == 0 ? random.Next(3) : null,
            IsDeleted = random.Next(6) == 0,
        };

        private static string? Maybe(Random random, string what) => random.Next(4) switch { 0 => null, 1 => "", var value => $"{what} {value}" };
    }
}
