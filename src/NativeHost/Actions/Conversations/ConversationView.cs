using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Storage.Conversations;

namespace NativeHost.Actions.Conversations;

/// <summary>A conversation without its messages.</summary>
internal sealed record ConversationView
{
    /// <summary>Its name among those of its owner.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is, where the extension has several users.</summary>
    [JsonPropertyName("user_id")]
    public required string UserId { get; init; }

    /// <summary>May be empty.</summary>
    public required string Title { get; init; }

    /// <summary>A word to find it by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Topic { get; init; }

    /// <summary>Another such word.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Domain { get; init; }

    /// <summary>Whether it has a star.</summary>
    [JsonPropertyName("is_starred")]
    public required bool IsStarred { get; init; }

    /// <summary>Null: messages have embeddings, conversations have none of their own.</summary>
    [JsonPropertyName("embedding_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? EmbeddingId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>When it or one of its messages was changed last, in milliseconds since 1970.</summary>
    [JsonPropertyName("updated_at")]
    public required long UpdatedAt { get; init; }

    /// <summary>What the client keeps with it, an object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required JsonElement? Metadata { get; init; }

    /// <summary>Settings of this conversation, an object; absent for none.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Messages in all of its branches.</summary>
    [JsonPropertyName("message_count")]
    public required long MessageCount { get; init; }

    /// <summary>What it takes of the owner's quota, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The message that says which branch is shown: the newest one at or below it ends the branch. Absent where there is no message.</summary>
    [JsonPropertyName("head_id")]
    public string? HeadId { get; init; }

    /// <summary>Its owner; absent where the request was about the caller's own.</summary>
    public string? Origin { get; init; }

    /// <summary>Where it was found; only in answers of <c>search_conversations</c>.</summary>
    public ConversationMatch? Match { get; init; }

    /// <param name="request">What it answers.</param>
    public static ConversationView Of(Conversation conversation, ConversationsRequest request) => new()
    {
        Id = conversation.Id,
        UserId = ConversationUsers.Of(conversation.MetadataJson),
        Title = conversation.Title,
        Topic = conversation.Topic,
        Domain = conversation.Domain,
        IsStarred = conversation.IsStarred,
        CreatedAt = conversation.Created.ToUnixTimeMilliseconds(),
        UpdatedAt = conversation.Updated.ToUnixTimeMilliseconds(),
        Metadata = ClientJson.Read(conversation.MetadataJson ?? "{}"),
        Settings = ClientJson.Read(conversation.SettingsJson),
        MessageCount = conversation.Messages,
        Bytes = conversation.Bytes,
        HeadId = conversation.HeadId,
        Origin = request.Origin is null ? null : conversation.Origin,
    };
}

/// <summary>Where words of a query stand in a conversation.</summary>
/// <param name="Score">The higher, the better; comparable within one answer.</param>
/// <param name="InTitle">Whether its title has some of them.</param>
/// <param name="MessageId">The message that has most of them; absent where none has any.</param>
/// <param name="Role">Whose that one is.</param>
/// <param name="Snippet">The part of its text in which most of them stand: exactly as it stands there.</param>
/// <param name="Offset">Where the snippet begins in the text, in UTF-16 units.</param>
internal sealed record ConversationMatch(
    double Score,
    [property: JsonPropertyName("in_title")] bool InTitle,
    [property: JsonPropertyName("message_id")] string? MessageId,
    string? Role,
    string? Snippet,
    int? Offset);
