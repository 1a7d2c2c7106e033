using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class LimitTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();
    private readonly ConversationStore _store;

    public LimitTests()
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
    public void A_message_of_ten_megabytes_is_stored_and_read_in_pieces()
    {
        // Characters of one to four bytes, so that pieces and parts end within some.
        var text = string.Concat(Enumerable.Repeat("aé€\ud83d\ude00", 1_000_003));
        _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "m", Content = text, Reasoning = text[..5000] }]);

        var pieces = new System.Text.StringBuilder();
        TextPiece piece;
        var from = 0L;
        do
        {
            piece = _store.Messages.ReadText(Caller, "m", TextKind.Content, from, 700_001);
            pieces.Append(piece.Text);
            from = piece.NextByte;
        }
        while (!piece.IsLast);

        Assert.Equal(text, pieces.ToString());
        Assert.Equal(10_000_030, piece.TotalBytes);
        var page = _store.Messages.Page(Caller, "c", new MessageQuery { MaxBytes = 1000 });
        Assert.Equal(10_000_030, page.Messages.Single().ContentBytes);
        Assert.InRange(page.Messages.Single().Content.Length, 300, 500);
        Assert.True(_store.Messages.Find(Caller, "m") is { } whole && string.Equals(text, whole.Content, StringComparison.Ordinal) && whole.Reasoning!.Length == 5000);
    }

    [Fact]
    public void A_long_text_takes_its_room_back_when_it_goes()
    {
        for (var round = 0; round < 8; round++)
        {
            _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = $"m{round}", Content = new string('x', 3_000_000) }]);
            _store.Messages.Delete(Caller, $"m{round}");
        }

        Assert.InRange(_store.Retention.Report(Caller).FileBytes, 3_000_000, 8_000_000);
    }

    [Fact]
    public void A_piece_has_at_least_a_character()
    {
        _store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "m", Content = "\ud83d\ude00\ud83d\ude00" }]);

        Assert.Equal(("\ud83d\ude00", 4L), (_store.Messages.ReadText(Caller, "m", TextKind.Content, 0, 1) is var piece ? piece.Text : "", piece.NextByte));
        Assert.Equal(("", 8L), (_store.Messages.ReadText(Caller, "m", TextKind.Content, 8, 10) is var end ? end.Text : "", end.NextByte));
    }

    public static TheoryData<string, Action<ConversationStore>> Refusals => new()
    {
        { "title", store => store.Conversations.Create(Caller, new NewConversation { Title = new string('t', 1_000_000) }) },
        { "changed title", store => store.Conversations.Change(Caller, "c", new ConversationChange { Title = new string('t', StorageLimits.MaxTitleCharacters + 1) }) },
        { "topic", store => store.Conversations.Create(Caller, new NewConversation { Topic = new string('t', StorageLimits.MaxWordCharacters + 1) }) },
        { "metadata", store => store.Conversations.Create(Caller, new NewConversation { MetadataJson = new string('1', StorageLimits.MaxJsonBytes + 1) }) },
        { "no id", store => store.Conversations.Create(Caller, new NewConversation { Id = "" }) },
        { "long id", store => store.Conversations.Create(Caller, new NewConversation { Id = new string('é', (StorageLimits.MaxIdBytes / 2) + 1) }) },
        { "id with a line's end", store => store.Conversations.Create(Caller, new NewConversation { Id = "a\n" }) },
        { "id with half a character", store => store.Conversations.Create(Caller, new NewConversation { Id = "a\ud83d" }) },
        { "long origin", store => store.Conversations.Create(new StoreCaller(new string('o', StorageLimits.MaxOriginBytes + 1)), new NewConversation()) },
        { "no origin", store => store.Conversations.List(new StoreCaller(""), new ConversationQuery()) },
        { "text", store => store.Messages.Add(Caller, "c", [new NewMessage("user") { Content = new string('x', StorageLimits.MaxTextBytes + 1) }]) },
        { "time", store => store.Messages.Add(Caller, "c", [new NewMessage("user") { Created = DateTimeOffset.MinValue }]) },
        { "role", store => store.Messages.Add(Caller, "c", [new NewMessage(new string('r', StorageLimits.MaxWordCharacters + 1))]) },
        { "cursor", store => store.Conversations.List(Caller, new ConversationQuery { Cursor = "no cursor" }) },
    };

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_kept_is_refused(string name, Action<ConversationStore> attempt)
    {
        var failure = Assert.Throws<StorageException>(() => attempt(_store));

        Assert.True(failure.Fault == StorageFault.InvalidValue, name);
        Assert.InRange(failure.Message.Length, 10, 300);
        Assert.Equal(1, _store.Conversations.List(Caller, new ConversationQuery()).Total);
    }

    [Fact]
    public void What_just_fits_is_kept()
    {
        var id = new string('é', StorageLimits.MaxIdBytes / 2);
        var title = new string('€', StorageLimits.MaxTitleCharacters);

        _store.Conversations.Create(Caller, new NewConversation { Id = id, Title = title, MetadataJson = new string('1', StorageLimits.MaxJsonBytes) });
        _store.Messages.Add(Caller, id, [new NewMessage("user") { Id = id, Content = "\0 \ud83d", MetadataJson = "{}" }]);

        Assert.Equal(title, _store.Conversations.Find(Caller, id)!.Title);
        Assert.Equal("\0 \ufffd", _store.Messages.Find(Caller, id)!.Content);
    }

    [Fact]
    public void Ids_that_differ_in_anything_are_different()
    {
        string[] ids = ["a", "A", "ä", "a\u0308", "a ", "\u00a0"];
        foreach (var id in ids)
        {
            _store.Conversations.Create(Caller, new NewConversation { Id = id, Title = id });
        }

        Assert.All(ids, id => Assert.Equal(id, _store.Conversations.Find(Caller, id)!.Title));
    }
}
