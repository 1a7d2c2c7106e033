using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>A message as clients write it.</summary>
internal record MessageInput
{
    /// <summary>Its name, at most 256 bytes; one is made where it is absent.</summary>
    [JsonPropertyName("message_id")]
    public string? MessageId { get; init; }

    [SynonymOf(nameof(MessageId))]
    [JsonPropertyName("messageId")]
    public string? MessageIdCamel { get; init; }

    [SynonymOf(nameof(MessageId))]
    public string? Id { get; init; }

    /// <summary>Whose it is: <c>user</c>, <c>assistant</c>, <c>system</c>, or another word of the client's.</summary>
    public string? Role { get; init; }

    [SynonymOf(nameof(Role))]
    public string? Sender { get; init; }

    /// <summary>Its text, at most 32 MiB; or as OpenAI has it a list of parts, which all have to be text.</summary>
    [JsonConverter(typeof(ContentConverter))]
    public string? Content { get; init; }

    [SynonymOf(nameof(Content))]
    [JsonPropertyName("text_content")]
    public string? TextContent { get; init; }

    /// <summary>What the model thought before it answered.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The message that it follows; empty for none. The one before it where it is absent: that of the list, or the last one of the branch that is shown.</summary>
    [JsonPropertyName("parent_id")]
    public string? ParentId { get; init; }

    [SynonymOf(nameof(ParentId))]
    [JsonPropertyName("parentId")]
    public string? ParentIdCamel { get; init; }

    /// <summary>When it was written: milliseconds since 1970, or a text of ISO 8601. Now where it is absent.</summary>
    [JsonPropertyName("created_at")]
    public JsonElement CreatedAt { get; init; }

    [SynonymOf(nameof(CreatedAt))]
    [JsonPropertyName("createdAt")]
    public JsonElement CreatedAtCamel { get; init; }

    [SynonymOf(nameof(CreatedAt))]
    public JsonElement Timestamp { get; init; }

    /// <summary>The model that wrote it.</summary>
    public string? Model { get; init; }

    /// <summary>Settings that it was generated with: an object of at most 16 KiB.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>Tokens that the model read.</summary>
    [JsonPropertyName("prompt_tokens")]
    public long? PromptTokens { get; init; }

    /// <summary>Tokens that the model wrote.</summary>
    [JsonPropertyName("output_tokens")]
    public long? OutputTokens { get; init; }

    /// <summary>How long what took: an object.</summary>
    public JsonElement Timings { get; init; }

    /// <summary>Why the model ended.</summary>
    [JsonPropertyName("stop_reason")]
    public string? StopReason { get; init; }

    /// <summary>What is known of files that belong to it: a list of at most 16 KiB. The files are not kept.</summary>
    public JsonElement Attachments { get; init; }

    /// <summary>What the client wants to keep with it: an object of at most 16 KiB.</summary>
    public JsonElement Metadata { get; init; }

    [JsonIgnore]
    public string? Name => MessageId ?? MessageIdCamel ?? Id;

    [JsonIgnore]
    public string? Whose => Role ?? Sender;

    [JsonIgnore]
    public string? Text => Content ?? TextContent;

    [JsonIgnore]
    public string? Parent => ParentId ?? ParentIdCamel;

    /// <exception cref="RequestException">It is no time.</exception>
    public DateTimeOffset? When()
        => WireTime.Of(CreatedAt, "created_at") ?? WireTime.Of(CreatedAtCamel, "createdAt") ?? WireTime.Of(Timestamp, "timestamp");

    /// <exception cref="RequestException">Something in it cannot be kept.</exception>
    public NewMessage ToNew() => new(string.IsNullOrEmpty(Whose) ? throw RequestFields.Invalid("role", "each message needs one, a text") : Whose)
    {
        Id = Name,
        ParentId = Parent,
        Content = Text ?? throw RequestFields.Invalid("content", "each message needs one, a text"),
        Reasoning = Reasoning,
        Created = When(),
        Model = Model,
        SettingsJson = ClientJson.Object(Settings, "settings"),
        PromptTokens = PromptTokens,
        OutputTokens = OutputTokens,
        TimingsJson = ClientJson.Object(Timings, "timings"),
        StopReason = StopReason,
        AttachmentsJson = ClientJson.List(Attachments, "attachments"),
        MetadataJson = ClientJson.Object(Metadata, "metadata"),
    };
}
