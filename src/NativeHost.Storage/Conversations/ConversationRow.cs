using LiteDB;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Conversations;

/// <summary>A conversation in its table, or what is left of one that was deleted.</summary>
internal sealed class ConversationRow(BsonDocument document) : Row(document)
{
    /// <summary>Names it among all conversations of all origins, in less room than its id.</summary>
    public long Number => NumberOf("n");

    public string Title
    {
        get => TextOf("title") ?? "";
        set => Set("title", value.Length == 0 ? null : value);
    }

    public string? Topic
    {
        get => TextOf("topic");
        set => Set("topic", value);
    }

    public string? Domain
    {
        get => TextOf("domain");
        set => Set("domain", value);
    }

    public bool IsStarred
    {
        get => FlagOf("star");
        set => Set("star", value);
    }

    public string? Settings
    {
        get => TextOf("settings");
        set => Set("settings", value);
    }

    public string? Metadata
    {
        get => TextOf("meta");
        set => Set("meta", value);
    }

    public string? Embedding
    {
        get => TextOf("emb");
        set => Set("emb", value);
    }

    /// <summary>See <see cref="Conversation.HeadId"/>.</summary>
    public string? Head
    {
        get => TextOf("head");
        set => Set("head", value);
    }

    /// <summary>Nothing lies below the head, so it ends the branch.</summary>
    public bool HeadIsLast
    {
        get => FlagOf("tip");
        set => Set("tip", value);
    }

    /// <summary>ms since 1970.</summary>
    public long Created
    {
        get => NumberOf("created");
        set => Set("created", value);
    }

    /// <summary>ms since 1970; <see cref="Touch"/> sets it.</summary>
    public long Updated => NumberOf("updated");

    public long Messages
    {
        get => NumberOf("count");
        set => Set("count", value);
    }

    public long Bytes
    {
        get => NumberOf("bytes");
        set => Set("bytes", value);
    }

    public bool IsDeleted => FlagOf("dead");

    public long Sequence => Keys.SequenceOf(Document[Tables.FeedField].AsBinary);

    /// <param name="origin">Of whom it is.</param>
    /// <param name="name">The origin's; in the row too, so that it is known even if only the row could be saved.</param>
    /// <param name="id">Within the origin.</param>
    /// <param name="number">Unique in the store.</param>
    public static ConversationRow New(int origin, string name, string id, long number)
    {
        var document = Begin(RowKind.Conversation, Keys.Of(origin, id));
        document["n"] = number;
        document["origin"] = name;
        return new ConversationRow(document);
    }

    /// <summary>Notes a change: the row moves in lists and in the order of changes.</summary>
    public void Touch(long updated, long sequence)
    {
        Document["updated"] = updated;
        Document[Tables.FeedField] = Keys.Feed(Origin, sequence);
        Document[Tables.ListField] = IsDeleted ? Keys.Tombstone(Number) : Keys.List(Origin, updated, Number);
    }

    public Conversation ToRecord(Origins origins) => new(
        Id,
        origins.NameOf(Origin),
        Title,
        DateTimeOffset.FromUnixTimeMilliseconds(Created),
        DateTimeOffset.FromUnixTimeMilliseconds(Updated),
        Messages,
        Bytes,
        Sequence)
    {
        Topic = Topic,
        Domain = Domain,
        IsStarred = IsStarred,
        SettingsJson = Settings,
        MetadataJson = Metadata,
        EmbeddingId = Embedding,
        HeadId = Head,
    };
}
