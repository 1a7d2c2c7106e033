using LiteDB;
using NativeHost.Storage.Database;
using NativeHost.Storage.Sync;

namespace NativeHost.Storage.Messages;

/// <summary>A message in its table, or what is left of one that was deleted: its place in the tree.</summary>
internal sealed class MessageRow(BsonDocument document) : MergedRow(document)
{
    public const string ParentField = "parent";
    public const string CreatedField = "created";
    public const string RoleField = "role";
    public const string StatusField = "status";
    public const string ModelField = "model";
    public const string SettingsField = "settings";
    public const string PromptTokensField = "in";
    public const string OutputTokensField = "out";
    public const string TimingsField = "time";
    public const string StopReasonField = "why";
    public const string AttachmentsField = "files";
    public const string MetadataField = "meta";

    /// <summary>Begins the ids that we give.</summary>
    public const string IdPrefix = "msg_";

    /// <summary>Of the parts of the row that have no length of their own, about; so that a quota also counts many small messages.</summary>
    private const long FixedBytes = 256;

    private static readonly string[] PlaceFields = [ParentField, CreatedField];

    private static readonly string[] AllFields =
    [
        .. PlaceFields, PresentField, RoleField, StatusField, ModelField, SettingsField, PromptTokensField, OutputTokensField, TimingsField, StopReasonField,
        AttachmentsField, MetadataField, InlineField(TextKind.Content), InlineField(TextKind.Reasoning),
    ];

    /// <summary>Names it among all messages in less room than its id; in a conversation, the order of arrival.</summary>
    public long Number => Keys.SecondOf(Document[Tables.TreeField].AsBinary);

    public long ConversationNumber => Keys.FirstOf(Document[Tables.TreeField].AsBinary);

    public string Conversation => TextOf("conv")!;

    /// <summary>Null where it was not said: it follows what was written before it. <see cref="NewMessage.NoParent"/> where it follows nothing.</summary>
    public string? Parent => TextOf(ParentField);

    /// <summary>When it was written, in ms since 1970; where nobody said, when it was changed last.</summary>
    public long Created => OptionalNumberOf(CreatedField) ?? Math.Max(0, Math.Max(Stamp, Cleared));

    public MessagePlace Place => new(ConversationNumber, Number, Id, Parent, Created, Math.Max(Stamp, Cleared), IsLive);

    public MessageStatus Status => (MessageStatus)NumberOf(StatusField);

    public string? Embedding
    {
        get => TextOf("emb");
        set => Set("emb", value);
    }

    /// <summary>It was deleted by itself, and what is left says that.</summary>
    public bool IsRest => !IsLive && Cleared >= 0;

    /// <summary>What it counts for in quotas and reports.</summary>
    public long Bytes => !IsLive ? 0 : FixedBytes + BytesOf(TextKind.Content) + BytesOf(TextKind.Reasoning)
        + LengthOf(SettingsField) + LengthOf(TimingsField) + LengthOf(AttachmentsField) + LengthOf(MetadataField);

    protected override IReadOnlyList<string> Fields => AllFields;

    protected override IReadOnlyList<string> Structure => PlaceFields;

    public static MessageRow New(int origin, string id, string conversation, long conversationNumber, long number)
    {
        var document = Begin(RowKind.Message, Keys.Of(origin, id));
        document["conv"] = conversation;
        document[Tables.TreeField] = Keys.Pair(conversationNumber, number);
        return new MessageRow(document);
    }

    /// <summary>Of a text, in UTF-8 bytes; 0 for one that is not there.</summary>
    public long BytesOf(TextKind kind) => Document.ContainsKey(InlineField(kind)) ? NumberOf(BytesField(kind)) : 0;

    /// <summary>The text where the row holds it; null where <see cref="MessageTexts"/> has it in parts.</summary>
    public string? InlineOf(TextKind kind) => Document[InlineField(kind)] is { IsNull: false } text ? (text.IsString ? text.AsString : null) : "";

    /// <summary>Whether a write of a text at a time counts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stored">Reads the one that is there.</param>
    public bool Counts(TextKind kind, string text, long time, Func<string> stored)
        => Counts(InlineField(kind), time, () => Document.ContainsKey(InlineField(kind)) ? string.CompareOrdinal(text, stored()) : 1);

    /// <param name="bytes">Of the text.</param>
    /// <param name="inline">The text, or null where it is in parts.</param>
    public void SetText(TextKind kind, long bytes, string? inline)
    {
        // A number says that there is a text, and that it is elsewhere.
        Document[InlineField(kind)] = inline is null ? new BsonValue(0) : new BsonValue(inline);
        Set(BytesField(kind), bytes);
    }

    /// <summary>How often a text in parts gave way to another. The parts know it too: so those of different texts are told apart, where not all could
    /// be saved.</summary>
    public long EditionOf(TextKind kind) => NumberOf(EditionField(kind));

    /// <summary>What comes now is another text than the one that is in parts.</summary>
    public void BeginEdition(TextKind kind) => Set(EditionField(kind), EditionOf(kind) + 1);

    /// <summary>Notes when a text was written.</summary>
    public void Stamped(TextKind kind, long time) => Stamped(InlineField(kind), time);

    /// <summary>Gives it its places in indexes. Before it is stored.</summary>
    /// <param name="sequence">The change's number.</param>
    public void Seal(long sequence)
    {
        SealPlace();
        PackStamps();
        Document[Tables.FeedField] = Keys.Feed(Origin, sequence);
    }

    /// <summary>Gives it its place in the tree, without a change of which others hear.</summary>
    public void SealPlace() => Document[Tables.TreeField] = Place.ToKey();

    /// <summary>The message for a client, without its texts.</summary>
    public Message ToRecord(Origins origins) => new(
        Id,
        origins.NameOf(Origin),
        Conversation,
        Parent is NewMessage.NoParent ? null : Parent,
        TextOf(RoleField) ?? "",
        DateTimeOffset.FromUnixTimeMilliseconds(Created),
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, Stamp)),
        Status,
        "",
        BytesOf(TextKind.Content),
        Sequence)
    {
        ReasoningBytes = BytesOf(TextKind.Reasoning),
        Model = TextOf(ModelField),
        SettingsJson = TextOf(SettingsField),
        PromptTokens = OptionalNumberOf(PromptTokensField),
        OutputTokens = OptionalNumberOf(OutputTokensField),
        TimingsJson = TextOf(TimingsField),
        StopReason = TextOf(StopReasonField),
        AttachmentsJson = TextOf(AttachmentsField),
        MetadataJson = TextOf(MetadataField),
        EmbeddingId = Embedding,
    };

    /// <summary>What devices are told.</summary>
    /// <param name="message">The message with as much of its texts as is told.</param>
    public SyncMessage ToSync(Message message)
    {
        var record = new SyncMessage(Id, Conversation, DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(Stamp, Cleared)))
        {
            ParentId = Parent,
            Created = OptionalNumberOf(CreatedField) is { } created ? DateTimeOffset.FromUnixTimeMilliseconds(created) : null,
        };
        return !IsLive ? record with { IsDeleted = true } : record with
        {
            Role = message.Role,
            Status = message.Status,
            Content = message.Content,
            ContentBytes = message.ContentBytes,
            Reasoning = message.Reasoning,
            ReasoningBytes = message.ReasoningBytes,
            Model = message.Model,
            SettingsJson = message.SettingsJson,
            PromptTokens = message.PromptTokens,
            OutputTokens = message.OutputTokens,
            TimingsJson = message.TimingsJson,
            StopReason = message.StopReason,
            AttachmentsJson = message.AttachmentsJson,
            MetadataJson = message.MetadataJson,
        };
    }

    private static string InlineField(TextKind kind) => kind == TextKind.Content ? "text" : "thought";

    private static string BytesField(TextKind kind) => kind == TextKind.Content ? "textBytes" : "thoughtBytes";

    private static string EditionField(TextKind kind) => kind == TextKind.Content ? "textNo" : "thoughtNo";

    // Of characters instead of bytes: mostly the same, and nothing has to be encoded for it.
    private long LengthOf(string field) => TextOf(field)?.Length ?? 0;
}

/// <summary>The texts of a message that can be long.</summary>
public enum TextKind
{
    Content = 0,
    Reasoning = 1,
}
