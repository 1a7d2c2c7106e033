using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Sync;

namespace NativeHost.Actions.Conversations;

/// <summary>What is told of a conversation to a device. A deleted one has its id, its time and <c>deleted</c> only.</summary>
internal sealed record SyncConversationView
{
    /// <summary>Its name among those of its owner.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is, where the extension has several users.</summary>
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    /// <summary>Absent for none.</summary>
    public string? Title { get; init; }

    /// <summary>A word to find it by.</summary>
    public string? Topic { get; init; }

    /// <summary>Another such word.</summary>
    public string? Domain { get; init; }

    /// <summary>Whether it has a star.</summary>
    [JsonPropertyName("is_starred")]
    public bool? IsStarred { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    [JsonPropertyName("created_at")]
    public long? CreatedAt { get; init; }

    /// <summary>When it was written last, in milliseconds since 1970.</summary>
    [JsonPropertyName("updated_at")]
    public required long UpdatedAt { get; init; }

    /// <summary>What the client keeps with it.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Settings of this conversation.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>The message whose branch is shown.</summary>
    [JsonPropertyName("head_id")]
    public string? HeadId { get; init; }

    /// <summary>True where it was deleted; absent elsewhere.</summary>
    public bool? Deleted { get; init; }

    /// <summary>All of it that was written up to this time was deleted, though it has come to life again since: milliseconds since 1970.</summary>
    [JsonPropertyName("deleted_up_to")]
    public long? DeletedUpTo { get; init; }

    public static SyncConversationView Of(SyncConversation record) => record.IsDeleted
        ? new SyncConversationView { Id = record.Id, UpdatedAt = record.Updated.ToUnixTimeMilliseconds(), Deleted = true }
        : new SyncConversationView
        {
            Id = record.Id,
            UserId = ConversationUsers.Of(record.MetadataJson),
            Title = record.Title,
            Topic = record.Topic,
            Domain = record.Domain,
            IsStarred = record.IsStarred,
            CreatedAt = record.Created?.ToUnixTimeMilliseconds(),
            UpdatedAt = record.Updated.ToUnixTimeMilliseconds(),
            Metadata = ClientJson.Read(record.MetadataJson),
            Settings = ClientJson.Read(record.SettingsJson),
            HeadId = record.HeadId,
            DeletedUpTo = record.DeletedUpTo?.ToUnixTimeMilliseconds(),
        };
}

/// <summary>What is told of a message to a device. A deleted one has its ids, its place, its times and <c>deleted</c> only.</summary>
internal sealed record SyncMessageView
{
    /// <summary>Its name among those of its owner.</summary>
    public required string Id { get; init; }

    /// <summary>The conversation that it is in.</summary>
    [JsonPropertyName("conversation_id")]
    public required string ConversationId { get; init; }

    /// <summary>The message that it follows; empty for none, absent where nobody said.</summary>
    [JsonPropertyName("parent_id")]
    public string? ParentId { get; init; }

    /// <summary>Whose it is.</summary>
    public string? Role { get; init; }

    /// <summary>Its text, or the beginning of it: see <c>content_bytes</c>.</summary>
    public string? Content { get; init; }

    /// <summary>Bytes of the whole text in UTF-8, where only its beginning is here; <c>get_message</c> has the rest. Do not push such a text. Absent where it is whole.</summary>
    [JsonPropertyName("content_bytes")]
    public long? ContentBytes { get; init; }

    /// <summary>What the model thought before it answered, or its beginning.</summary>
    public string? Reasoning { get; init; }

    /// <summary>As <c>content_bytes</c>.</summary>
    [JsonPropertyName("reasoning_bytes")]
    public long? ReasoningBytes { get; init; }

    /// <summary>How far it is.</summary>
    [OneOf(typeof(MessageStatus))]
    public string? Status { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    [JsonPropertyName("created_at")]
    public long? CreatedAt { get; init; }

    /// <summary>When it was written last, in milliseconds since 1970.</summary>
    [JsonPropertyName("updated_at")]
    public required long UpdatedAt { get; init; }

    /// <summary>The model that wrote it.</summary>
    public string? Model { get; init; }

    /// <summary>Settings that it was generated with.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Tokens that the model read.</summary>
    [JsonPropertyName("prompt_tokens")]
    public long? PromptTokens { get; init; }

    /// <summary>Tokens that the model wrote.</summary>
    [JsonPropertyName("output_tokens")]
    public long? OutputTokens { get; init; }

    /// <summary>How long what took.</summary>
    public JsonElement? Timings { get; init; }

    /// <summary>Why the model ended.</summary>
    [JsonPropertyName("stop_reason")]
    public string? StopReason { get; init; }

    /// <summary>What is known of files that belong to it.</summary>
    public JsonElement? Attachments { get; init; }

    /// <summary>What the client keeps with it.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>True where it was deleted; absent elsewhere.</summary>
    public bool? Deleted { get; init; }

    public static SyncMessageView Of(SyncMessage record) => new()
    {
        Id = record.Id,
        ConversationId = record.ConversationId,
        ParentId = record.ParentId,
        Role = record.Role,
        Content = record.IsDeleted ? null : record.Content,
        ContentBytes = record.IsDeleted ? null : BytesOfCut(record.Content, record.ContentBytes),
        Reasoning = record.Reasoning,
        ReasoningBytes = BytesOfCut(record.Reasoning, record.ReasoningBytes),
        Status = record.IsDeleted || record.Status is null ? null : WireWord.Of(record.Status.Value),
        CreatedAt = record.Created?.ToUnixTimeMilliseconds(),
        UpdatedAt = record.Updated.ToUnixTimeMilliseconds(),
        Model = record.Model,
        Settings = ClientJson.Read(record.SettingsJson),
        PromptTokens = record.PromptTokens,
        OutputTokens = record.OutputTokens,
        Timings = ClientJson.Read(record.TimingsJson),
        StopReason = record.StopReason,
        Attachments = ClientJson.Read(record.AttachmentsJson),
        Metadata = ClientJson.Read(record.MetadataJson),
        Deleted = record.IsDeleted ? true : null,
    };

    private static long? BytesOfCut(string? text, long bytes) => Encoding.UTF8.GetByteCount(text ?? "") < bytes ? bytes : null;
}
