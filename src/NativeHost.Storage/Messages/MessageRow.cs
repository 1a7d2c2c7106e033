using LiteDB;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>A message in its table, or what is left of one that was deleted: its place in the tree.</summary>
internal sealed class MessageRow(BsonDocument document) : Row(document)
{
    /// <summary>What <see cref="MessageTree"/> needs of a row.</summary>
    public const string TreeFields = "{ _id: $._id, parent: $.parent, created: $.created, dead: $.dead }";

    /// <summary>Of the parts of the row that have no length of their own, about; so that a quota also counts many small messages.</summary>
    private const long FixedBytes = 256;

    /// <summary>Names it among all messages in less room than its id; in a conversation, the order of arrival.</summary>
    public long Number => Keys.SecondOf(Document[Tables.TreeField].AsBinary);

    public long ConversationNumber => Keys.FirstOf(Document[Tables.TreeField].AsBinary);

    public string Conversation => TextOf("conv")!;

    /// <summary>Null where it was not said: it follows what was written before it. <see cref="NewMessage.NoParent"/> where it follows nothing.</summary>
    public string? Parent
    {
        get => TextOf("parent");
        set => Set("parent", value);
    }

    public string Role
    {
        get => TextOf("role") ?? "";
        set => Set("role", value);
    }

    /// <summary>ms since 1970.</summary>
    public long Created
    {
        get => NumberOf("created");
        set => Set("created", value);
    }

    /// <summary>ms since 1970; <see cref="Touch"/> sets it.</summary>
    public long Updated => NumberOf("updated");

    public MessageStatus Status
    {
        get => (MessageStatus)NumberOf("status");
        set => Set("status", value == MessageStatus.Complete ? null : (long)value);
    }

    public string? Model
    {
        get => TextOf("model");
        set => Set("model", value);
    }

    public string? Settings
    {
        get => TextOf("settings");
        set => Set("settings", value);
    }

    public long? PromptTokens
    {
        get => OptionalNumberOf("in");
        set => Set("in", value);
    }

    public long? OutputTokens
    {
        get => OptionalNumberOf("out");
        set => Set("out", value);
    }

    public string? Timings
    {
        get => TextOf("time");
        set => Set("time", value);
    }

    public string? StopReason
    {
        get => TextOf("stop");
        set => Set("stop", value);
    }

    public string? Attachments
    {
        get => TextOf("files");
        set => Set("files", value);
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

    public bool IsDeleted => FlagOf("dead");

    public long Sequence => Keys.SequenceOf(Document[Tables.FeedField].AsBinary);

    /// <summary>What it counts for in quotas and reports.</summary>
    public long Bytes => IsDeleted ? 0 : FixedBytes + BytesOf(TextKind.Content) + BytesOf(TextKind.Reasoning) + LengthOf(Settings) + LengthOf(Timings)
        + LengthOf(Attachments) + LengthOf(Metadata);

    public static MessageRow New(int origin, string id, string conversation, long conversationNumber, long number)
    {
        var document = Begin(RowKind.Message, Keys.Of(origin, id));
        document["conv"] = conversation;
        document[Tables.TreeField] = Keys.Pair(conversationNumber, number);
        return new MessageRow(document);
    }

    /// <summary>Of a text, in UTF-8 bytes; 0 for one that is not there.</summary>
    public long BytesOf(TextKind kind) => NumberOf(kind == TextKind.Content ? "textBytes" : "thoughtBytes");

    /// <summary>The text where the row holds it; null where <see cref="MessageTexts"/> has it in parts.</summary>
    public string? InlineOf(TextKind kind) => BytesOf(kind) == 0 ? "" : TextOf(InlineField(kind));

    /// <param name="bytes">Of the text.</param>
    /// <param name="inline">The text, or null where it is in parts.</param>
    public void SetText(TextKind kind, long bytes, string? inline)
    {
        Set(kind == TextKind.Content ? "textBytes" : "thoughtBytes", bytes == 0 ? null : bytes);
        Set(InlineField(kind), bytes == 0 ? null : inline);
    }

    /// <summary>Notes a change.</summary>
    public void Touch(long updated, long sequence)
    {
        Document["updated"] = updated;
        Document[Tables.FeedField] = Keys.Feed(Origin, sequence);
    }

    private static string InlineField(TextKind kind) => kind == TextKind.Content ? "text" : "thought";

    // Of characters instead of bytes: mostly the same, and nothing has to be encoded for it.
    private static long LengthOf(string? json) => json?.Length ?? 0;
}

/// <summary>The texts of a message that can be long.</summary>
public enum TextKind
{
    Content = 0,
    Reasoning = 1,
}
