using LiteDB;
using NativeHost.Storage.Database;
using NativeHost.Storage.Retention;
using NativeHost.Storage.Sync;

namespace NativeHost.Storage.Conversations;

/// <summary>A conversation in its table; or what is left of one that was deleted; or the place of one whose messages came before it.</summary>
internal sealed class ConversationRow(BsonDocument document) : MergedRow(document)
{
    public const string TitleField = "title";
    public const string TopicField = "topic";
    public const string DomainField = "domain";
    public const string StarField = "star";
    public const string SettingsField = "settings";
    public const string MetadataField = "meta";
    public const string HeadField = "head";
    public const string CreatedField = "created";

    /// <summary>Of the parts of the row that have no length of their own, about; so that a quota also counts many small conversations.</summary>
    private const long FixedBytes = 512;

    private const string ActiveField = "active";
    private const string DeletedField = "gone";
    private const string SeenField = "seen";

    private static readonly string[] AllFields =
        [PresentField, TitleField, TopicField, DomainField, StarField, SettingsField, MetadataField, HeadField, CreatedField];

    /// <summary>What its origin has of it: nothing, where it is not stored yet.</summary>
    public Usage Usage => !Document.ContainsKey(Tables.FeedField) ? default : new(IsLive ? 1 : 0, Messages, Bytes, DeletedMessages + (IsRest ? 1 : 0));

    /// <summary>Names it among all conversations of all origins, in less room than its id.</summary>
    public long Number => NumberOf("n");

    /// <summary>See <see cref="Conversation.HeadId"/>.</summary>
    public string? Head => TextOf(HeadField);

    /// <summary>Nothing lies below the head, so it ends the branch.</summary>
    public bool HeadIsLast
    {
        get => FlagOf("tip");
        set => Set("tip", value);
    }

    public string? Topic => TextOf(TopicField);

    public bool IsStarred => FlagOf(StarField);

    /// <summary>When it or one of its messages was written or deleted last, in ms since 1970.</summary>
    public long Active => Math.Max(NumberOf(ActiveField), Math.Max(Stamp, Cleared));

    public long Messages
    {
        get => NumberOf("count");
        set => Set("count", value);
    }

    /// <summary>Of its messages.</summary>
    public long MessageBytes
    {
        get => NumberOf("bytes");
        set => Set("bytes", value);
    }

    /// <summary>Of its messages, those that were deleted by themselves, and of which that is still known.</summary>
    public long DeletedMessages
    {
        get => NumberOf(DeletedField);
        set => Set(DeletedField, value <= 0 ? null : value);
    }

    /// <summary>It is not there (any more), but messages that are kept until it comes.</summary>
    public bool IsAwaited => !IsLive && Messages > 0;

    /// <summary>What is left of it says only what was deleted.</summary>
    public bool IsRest => !IsLive && !IsAwaited;

    /// <summary>When a clean-up first found that <see cref="Active"/> is ahead of the clock, in ms since 1970; null where none has since the last change.</summary>
    public long? Seen
    {
        get => OptionalNumberOf(SeenField);
        set => Set(SeenField, value);
    }

    /// <summary>What it counts for in quotas and reports, with its messages.</summary>
    public long Bytes => IsRest ? 0 : FixedBytes + MessageBytes
        + new[] { TitleField, TopicField, DomainField, SettingsField, MetadataField }.Sum(name => TextOf(name)?.Length ?? 0L);

    protected override IReadOnlyList<string> Fields => AllFields;

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

    /// <summary>Notes that a message was written.</summary>
    public void Touch(long time) => Set(ActiveField, Math.Max(Active, time));

    /// <summary>Gives it its places in indexes. Before it is stored.</summary>
    /// <param name="sequence">The change's number.</param>
    public void Seal(long sequence)
    {
        PackStamps();
        Seen = null;
        Document[Tables.FeedField] = Keys.Feed(Origin, sequence);
        Document[Tables.ListField] = IsLive ? Keys.List(Origin, Active, Number)
            : IsAwaited ? Keys.Awaited(Origin, Active, Number)
            : Keys.Deleted(Origin, Active, Number);
    }

    public Conversation ToRecord(Origins origins) => new(
        Id,
        origins.NameOf(Origin),
        TextOf(TitleField) ?? "",
        DateTimeOffset.FromUnixTimeMilliseconds(OptionalNumberOf(CreatedField) ?? Active),
        DateTimeOffset.FromUnixTimeMilliseconds(Active),
        Messages,
        Bytes,
        Sequence)
    {
        Topic = Topic,
        Domain = TextOf(DomainField),
        IsStarred = IsStarred,
        SettingsJson = TextOf(SettingsField),
        MetadataJson = TextOf(MetadataField),
        HeadId = Head,
    };

    /// <summary>What devices are told.</summary>
    public SyncConversation ToSync()
    {
        var record = new SyncConversation(Id, DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(Stamp, Cleared)));
        return !IsLive ? record with { IsDeleted = true } : record with
        {
            Title = TextOf(TitleField) ?? "",
            Topic = Topic ?? "",
            Domain = TextOf(DomainField) ?? "",
            IsStarred = IsStarred,
            SettingsJson = TextOf(SettingsField) ?? "",
            MetadataJson = TextOf(MetadataField) ?? "",
            HeadId = Head ?? "",
            Created = OptionalNumberOf(CreatedField) is { } created ? DateTimeOffset.FromUnixTimeMilliseconds(created) : null,
            DeletedUpTo = Cleared >= 0 ? DateTimeOffset.FromUnixTimeMilliseconds(Cleared) : null,
        };
    }
}
