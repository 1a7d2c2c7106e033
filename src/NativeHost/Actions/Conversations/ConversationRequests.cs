using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>What requests about conversations have in common.</summary>
internal abstract record ConversationsRequest
{
    /// <summary>
    /// Whose conversations are meant: an owner as <c>storage_report</c> names it, or <c>*</c> for everybody's. Those of others need the grant
    /// <c>all_conversations</c>. The caller's own where it is absent.
    /// </summary>
    public string? Origin { get; init; }
}

/// <summary>The fields by which a request names a conversation.</summary>
internal abstract record ConversationAddressed : ConversationsRequest
{
    /// <summary>The conversation.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    [SynonymOf(nameof(ConversationId))]
    [JsonPropertyName("conversationId")]
    public string? ConversationIdCamel { get; init; }

    [SynonymOf(nameof(ConversationId))]
    [JsonPropertyName("chat_id")]
    public string? ChatIdSnake { get; init; }

    [SynonymOf(nameof(ConversationId))]
    public string? ChatId { get; init; }

    /// <summary>The conversation that is named; null for none.</summary>
    [JsonIgnore]
    public string? Address => RequestFields.FirstOf(ConversationId, ConversationIdCamel, ChatIdSnake, ChatId);

    /// <summary>The same where one is needed.</summary>
    /// <exception cref="RequestException">None is named.</exception>
    public string RequireAddress() => Address ?? throw RequestFields.Invalid("conversation_id", "it is required, a text");
}

/// <summary>The fields by which a request names a message.</summary>
internal abstract record MessageAddressed : ConversationsRequest
{
    /// <summary>The message.</summary>
    [JsonPropertyName("message_id")]
    public string? MessageId { get; init; }

    [SynonymOf(nameof(MessageId))]
    [JsonPropertyName("messageId")]
    public string? MessageIdCamel { get; init; }

    /// <summary>The message that is named.</summary>
    /// <exception cref="RequestException">None is named.</exception>
    public string RequireMessage() => RequestFields.FirstOf(MessageId, MessageIdCamel) ?? throw RequestFields.Invalid("message_id", "it is required, a text");
}

/// <summary>What clients write of a conversation, in requests that name it.</summary>
internal abstract record ConversationWrite : ConversationAddressed
{
    /// <summary>At most 2,000 characters.</summary>
    public string? Title { get; init; }

    /// <summary>A word to find it by, at most 500 characters; empty takes it away.</summary>
    public string? Topic { get; init; }

    /// <summary>Another such word.</summary>
    public string? Domain { get; init; }

    /// <summary>Whether it has a star. One with a star is not deleted for its age.</summary>
    [JsonPropertyName("is_starred")]
    public bool? IsStarred { get; init; }

    [SynonymOf(nameof(IsStarred))]
    [JsonPropertyName("isStarred")]
    public bool? IsStarredCamel { get; init; }

    /// <summary>Settings of this conversation, which the host keeps and gives back: an object of at most 16 KiB; null takes them away.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>What the client wants to keep with it: an object of at most 16 KiB; null takes it away.</summary>
    public JsonElement Metadata { get; init; }

    /// <summary>Whose it is, where an extension has several users; kept as <c>user_id</c> of the metadata.</summary>
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    [SynonymOf(nameof(UserId))]
    [JsonPropertyName("userId")]
    public string? UserIdCamel { get; init; }

    [JsonIgnore]
    public bool? Star => IsStarred ?? IsStarredCamel;

    [JsonIgnore]
    public string? User => RequestFields.FirstOf(UserId, UserIdCamel);
}
