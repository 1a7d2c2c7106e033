using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Sync;

namespace NativeHost.Actions.Conversations;

/// <summary>What a device says of a conversation. What it does not name stays as it is; of each field the last write counts.</summary>
internal record SyncConversationInput : ConversationWrite
{
    [SynonymOf(nameof(ConversationId))]
    public string? Id { get; init; }

    /// <summary>When the device wrote it: milliseconds since 1970, or a text of ISO 8601. Now where it is absent.</summary>
    [JsonPropertyName("updated_at")]
    public JsonElement UpdatedAt { get; init; }

    [SynonymOf(nameof(UpdatedAt))]
    [JsonPropertyName("updatedAt")]
    public JsonElement UpdatedAtCamel { get; init; }

    /// <summary>When it was begun.</summary>
    [JsonPropertyName("created_at")]
    public JsonElement CreatedAt { get; init; }

    [SynonymOf(nameof(CreatedAt))]
    [JsonPropertyName("createdAt")]
    public JsonElement CreatedAtCamel { get; init; }

    /// <summary>The message whose branch is shown.</summary>
    [JsonPropertyName("head_id")]
    public string? HeadId { get; init; }

    /// <summary>All of it that was written up to <c>updated_at</c> is deleted, its messages too.</summary>
    public bool Deleted { get; init; }

    /// <summary>All that was written of it up to this time was deleted, though it has come to life again since: as <c>sync_pull</c> tells it.</summary>
    [JsonPropertyName("deleted_up_to")]
    public JsonElement DeletedUpTo { get; init; }

    /// <exception cref="RequestException">Something in it cannot be kept.</exception>
    public SyncConversation ToRecord(DateTimeOffset now) => new(RequestFields.FirstOf(Id, Address) ?? throw RequestFields.Invalid("conversations", "each needs an id"), Updated ?? now)
    {
        Title = Title,
        Topic = Topic,
        Domain = Domain,
        IsStarred = Star,
        SettingsJson = ClientJson.Object(Settings, "settings"),
        MetadataJson = ConversationUsers.Put(ClientJson.Object(Metadata, "metadata"), User),
        HeadId = HeadId,
        Created = WireTime.Of(CreatedAt, "created_at") ?? WireTime.Of(CreatedAtCamel, "createdAt"),
        IsDeleted = Deleted,
        DeletedUpTo = WireTime.Of(DeletedUpTo, "deleted_up_to"),
    };

    /// <summary>Whether the device says when it wrote it.</summary>
    [JsonIgnore]
    public bool HasUpdated => Updated is not null;

    private DateTimeOffset? Updated => WireTime.Of(UpdatedAt, "updated_at") ?? WireTime.Of(UpdatedAtCamel, "updatedAt");
}

/// <summary>What a device says of a message. What it does not name stays as it is; of each field the last write counts.</summary>
internal sealed record SyncMessageInput : MessageInput
{
    /// <summary>The conversation that it is in, which may come later.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    [SynonymOf(nameof(ConversationId))]
    [JsonPropertyName("conversationId")]
    public string? ConversationIdCamel { get; init; }

    [SynonymOf(nameof(ConversationId))]
    [JsonPropertyName("chat_id")]
    public string? ChatId { get; init; }

    /// <summary>When the device wrote it: milliseconds since 1970, or a text of ISO 8601. <c>created_at</c> where it is absent, and else now.</summary>
    [JsonPropertyName("updated_at")]
    public JsonElement UpdatedAt { get; init; }

    [SynonymOf(nameof(UpdatedAt))]
    [JsonPropertyName("updatedAt")]
    public JsonElement UpdatedAtCamel { get; init; }

    /// <summary>How far it is.</summary>
    [OneOf(typeof(MessageStatus))]
    public string? Status { get; init; }

    /// <summary>What was written of it up to <c>updated_at</c> is deleted.</summary>
    public bool Deleted { get; init; }

    /// <exception cref="RequestException">Something in it cannot be kept.</exception>
    public SyncMessage ToRecord(DateTimeOffset now)
    {
        var created = When();
        var updated = WireTime.Of(UpdatedAt, "updated_at") ?? WireTime.Of(UpdatedAtCamel, "updatedAt") ?? created ?? now;
        var conversation = ConversationId ?? ConversationIdCamel ?? ChatId;
        return new SyncMessage(
            Name ?? throw RequestFields.Invalid("messages", "each needs an id"),
            conversation ?? throw RequestFields.Invalid("messages", "each needs a conversation_id"),
            updated)
        {
            Role = Whose,
            ParentId = Parent,
            Status = Status is null ? null : StatusOf(Status),
            Content = Text,
            Reasoning = Reasoning,
            Created = created,
            Model = Model,
            SettingsJson = ClientJson.Object(Settings, "settings"),
            PromptTokens = PromptTokens,
            OutputTokens = OutputTokens,
            TimingsJson = ClientJson.Object(Timings, "timings"),
            StopReason = StopReason,
            AttachmentsJson = ClientJson.List(Attachments, "attachments"),
            MetadataJson = ClientJson.Object(Metadata, "metadata"),
            IsDeleted = Deleted,
        };
    }

    // One that another device is still writing is not being written here.
    private static MessageStatus StatusOf(string word) => word switch
    {
        "complete" => MessageStatus.Complete,
        "streaming" or "interrupted" => MessageStatus.Interrupted,
        "failed" => MessageStatus.Failed,
        _ => throw RequestFields.Invalid("status", "it is complete, streaming, interrupted or failed"),
    };
}
