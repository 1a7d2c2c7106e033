namespace NativeHost.Storage.Messages;

/// <summary>A message of a conversation.</summary>
/// <param name="Id">Unique within its origin.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="ConversationId">The conversation it belongs to, for good.</param>
/// <param name="ParentId">The message that it follows; null for one that begins a conversation.</param>
/// <param name="Role">As the client calls it: user, assistant, system, tool.</param>
/// <param name="Created">To the millisecond.</param>
/// <param name="Updated">When it was changed last.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Content">The text, or its beginning: see <see cref="ContentBytes"/>.</param>
/// <param name="ContentBytes">Of the whole content, in UTF-8. <see cref="MessageList.ReadText"/> reads what is not in <paramref name="Content"/>.</param>
/// <param name="Sequence">The number of its last change.</param>
public sealed record Message(
    string Id,
    string Origin,
    string ConversationId,
    string? ParentId,
    string Role,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    MessageStatus Status,
    string Content,
    long ContentBytes,
    long Sequence)
{
    /// <summary>What the model thought before it answered, or its beginning; null for nothing.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Of the whole reasoning, in UTF-8 bytes.</summary>
    public long ReasoningBytes { get; init; }

    /// <summary>The model that wrote it.</summary>
    public string? Model { get; init; }

    /// <summary>Settings that it was generated with, as JSON.</summary>
    public string? SettingsJson { get; init; }

    /// <summary>Tokens that the model read; null where it is not known.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Tokens that the model wrote; null where it is not known.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>How long what took, as JSON.</summary>
    public string? TimingsJson { get; init; }

    /// <summary>Why the model ended.</summary>
    public string? StopReason { get; init; }

    /// <summary>What is known of files that belong to it, as a JSON array. The files are not here.</summary>
    public string? AttachmentsJson { get; init; }

    /// <summary>What the client keeps with it, as JSON.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>Of the message's embedding; null where it has none.</summary>
    public string? EmbeddingId { get; init; }

    /// <summary>How many messages follow the same one, this one included: more than one where it was edited or generated again.</summary>
    public int Siblings { get; init; } = 1;

    /// <summary>Which of the siblings it is, from 0, the oldest.</summary>
    public int SiblingIndex { get; init; }
}

/// <summary>How far a message is. Numbers are in files: they are only ever added.</summary>
public enum MessageStatus
{
    Complete = 0,

    /// <summary>It is being written.</summary>
    Streaming = 1,

    /// <summary>Whoever wrote it ended before it was complete: it was stopped, or the process died.</summary>
    Interrupted = 2,

    /// <summary>Writing it ended with an error.</summary>
    Failed = 3,
}

/// <summary>What clients write of a message. What is null is not written; an empty text takes the value away.</summary>
public abstract record MessageFields
{
    /// <summary>At most <see cref="StorageLimits.MaxTextBytes"/>.</summary>
    public string? Content { get; init; }

    /// <inheritdoc cref="Message.Reasoning"/>
    public string? Reasoning { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <inheritdoc cref="Message.Model"/>
    public string? Model { get; init; }

    /// <inheritdoc cref="Message.SettingsJson"/>
    public string? SettingsJson { get; init; }

    /// <inheritdoc cref="Message.PromptTokens"/>
    public long? PromptTokens { get; init; }

    /// <inheritdoc cref="Message.OutputTokens"/>
    public long? OutputTokens { get; init; }

    /// <inheritdoc cref="Message.TimingsJson"/>
    public string? TimingsJson { get; init; }

    /// <inheritdoc cref="Message.StopReason"/>
    public string? StopReason { get; init; }

    /// <inheritdoc cref="Message.AttachmentsJson"/>
    public string? AttachmentsJson { get; init; }

    /// <inheritdoc cref="Message.MetadataJson"/>
    public string? MetadataJson { get; init; }

    internal virtual void Check()
    {
        if (Created is { } created)
        {
            Checks.Time(created);
        }

        Checks.Word(Model, "A model");
        Checks.Word(StopReason, "A stop reason");
        Checks.Text(Content);
        Checks.Text(Reasoning);
        Checks.Json(SettingsJson, "The settings");
        Checks.Json(TimingsJson, "The timings");
        Checks.Json(AttachmentsJson, "The attachments");
        Checks.Json(MetadataJson, "The metadata");
    }
}

/// <summary>What a message begins with.</summary>
/// <param name="Role">As the client calls it: user, assistant, system, tool.</param>
public sealed record NewMessage(string Role) : MessageFields
{
    /// <summary>A parent that means none: the message begins the conversation anew, beside those that began it before.</summary>
    public const string NoParent = "";

    /// <summary>Null to have one made.</summary>
    public string? Id { get; init; }

    /// <summary>The message that it follows; null for the end of the branch that is shown, or <see cref="NoParent"/>. One that other messages
    /// follow already begins another branch: so edits and new answers keep the old ones.</summary>
    public string? ParentId { get; init; }

    internal override void Check()
    {
        base.Check();
        Checks.Word(Role, "A role");
        if (Id is { } id)
        {
            Checks.Id(id, "A message's id");
        }
    }
}
