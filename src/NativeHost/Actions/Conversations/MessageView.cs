using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>A message of a conversation.</summary>
internal sealed record MessageView
{
    private const int MostSiblings = 100;

    /// <summary>Its name among those of its owner.</summary>
    public required string Id { get; init; }

    /// <summary>The conversation that it is in.</summary>
    [JsonPropertyName("conversation_id")]
    public required string ConversationId { get; init; }

    /// <summary>Whose it is: <c>user</c>, <c>assistant</c>, <c>system</c>, or another word of the client's.</summary>
    public required string Role { get; init; }

    /// <summary>Its text, or the beginning of it: see <c>content_bytes</c>.</summary>
    public required string Content { get; init; }

    /// <summary>Bytes of the whole text in UTF-8, where only its beginning is here; <c>get_message</c> has the rest. Absent where it is whole.</summary>
    [JsonPropertyName("content_bytes")]
    public long? ContentBytes { get; init; }

    /// <summary>What the model thought before it answered, or its beginning; absent for nothing.</summary>
    public string? Reasoning { get; init; }

    /// <summary>As <c>content_bytes</c>.</summary>
    [JsonPropertyName("reasoning_bytes")]
    public long? ReasoningBytes { get; init; }

    /// <summary>Of its embedding; null where it has none yet.</summary>
    [JsonPropertyName("embedding_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? EmbeddingId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    [JsonPropertyName("updated_at")]
    public required long UpdatedAt { get; init; }

    /// <summary>What the client keeps with it, an object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required JsonElement? Metadata { get; init; }

    /// <summary>The message that it follows; absent for one that begins the conversation.</summary>
    [JsonPropertyName("parent_id")]
    public string? ParentId { get; init; }

    /// <summary>How far it is; <c>interrupted</c> where it was stopped, or the host died.</summary>
    [OneOf(typeof(MessageStatus))]
    public required string Status { get; init; }

    /// <summary>The model that wrote it.</summary>
    public string? Model { get; init; }

    /// <summary>Settings that it was generated with, an object.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Tokens that the model read.</summary>
    [JsonPropertyName("prompt_tokens")]
    public long? PromptTokens { get; init; }

    /// <summary>Tokens that the model wrote.</summary>
    [JsonPropertyName("output_tokens")]
    public long? OutputTokens { get; init; }

    /// <summary>How long what took: an object of numbers, in milliseconds.</summary>
    public JsonElement? Timings { get; init; }

    /// <summary>Why the model ended, as in a generation's answer.</summary>
    [JsonPropertyName("stop_reason")]
    public string? StopReason { get; init; }

    /// <summary>What is known of files that belong to it: a list of objects. The files are not here.</summary>
    public JsonElement? Attachments { get; init; }

    /// <summary>The messages that follow the same one, this one among them, the oldest first; absent where it is alone. At most 100, the nearest ones.</summary>
    [JsonPropertyName("sibling_ids")]
    public IReadOnlyList<string>? SiblingIds { get; init; }

    /// <summary>How many such messages there are, where <c>sibling_ids</c> has not all of them; absent elsewhere.</summary>
    [JsonPropertyName("sibling_count")]
    public int? SiblingCount { get; init; }

    /// <summary>Its owner; absent where the request was about the caller's own.</summary>
    public string? Origin { get; init; }

    /// <param name="request">What it answers.</param>
    public static MessageView Of(Message message, ConversationsRequest request) => new()
    {
        Id = message.Id,
        ConversationId = message.ConversationId,
        Role = message.Role,
        Content = message.Content,
        ContentBytes = BytesOfCut(message.Content, message.ContentBytes),
        Reasoning = message.Reasoning,
        ReasoningBytes = message.Reasoning is { } reasoning ? BytesOfCut(reasoning, message.ReasoningBytes) : null,
        EmbeddingId = message.EmbeddingId,
        CreatedAt = message.Created.ToUnixTimeMilliseconds(),
        UpdatedAt = message.Updated.ToUnixTimeMilliseconds(),
        Metadata = ClientJson.Read(message.MetadataJson ?? "{}"),
        ParentId = message.ParentId,
        Status = WireWord.Of(message.Status),
        Model = message.Model,
        Settings = ClientJson.Read(message.SettingsJson),
        PromptTokens = message.PromptTokens,
        OutputTokens = message.OutputTokens,
        Timings = ClientJson.Read(message.TimingsJson),
        StopReason = message.StopReason,
        Attachments = ClientJson.Read(message.AttachmentsJson),
        Origin = request.Origin is null ? null : message.Origin,
    };

    /// <summary>The same with what a client can switch to.</summary>
    /// <param name="siblings">Ids of all that follow the same message, this one among them; none or one where it is alone.</param>
    public MessageView With(IReadOnlyList<string> siblings)
    {
        if (siblings.Count <= 1)
        {
            return this;
        }

        var before = siblings.TakeWhile(id => id != Id).Count() - (MostSiblings / 2);
        return this with
        {
            SiblingIds = [.. siblings.Skip(Math.Clamp(before, 0, Math.Max(0, siblings.Count - MostSiblings))).Take(MostSiblings)],
            SiblingCount = siblings.Count > MostSiblings ? siblings.Count : null,
        };
    }

    private static long? BytesOfCut(string text, long bytes) => System.Text.Encoding.UTF8.GetByteCount(text) < bytes ? bytes : null;
}
