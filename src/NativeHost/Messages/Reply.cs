using System.Text.Json.Serialization;

namespace NativeHost.Messages;

/// <summary>The final frame about a request. Each action adds its own fields.</summary>
internal abstract record Reply
{
    /// <summary>The request's id, where it has one. The final frame's sender sets it.</summary>
    [JsonPropertyOrder(-5)]
    public RequestId? RequestId { get; init; }

    /// <summary>How the request ended.</summary>
    [JsonPropertyOrder(-4)]
    public virtual string Status => "success";

    /// <summary>What happened, in words for a person.</summary>
    [JsonPropertyOrder(-3)]
    public string? Message { get; init; }

    /// <summary>The kind of final frame, where the protocol names one.</summary>
    [JsonPropertyOrder(-2)]
    public string? Type { get; init; }
}

/// <summary>A final frame whose own fields stand in a payload.</summary>
internal record Reply<TPayload> : Reply
{
    public required TPayload Payload { get; init; }
}

/// <summary>A frame that comes before the final one; it has no status.</summary>
internal sealed record EventFrame<TPayload>(
    [property: JsonPropertyOrder(-2)] RequestId? RequestId,
    [property: JsonPropertyOrder(-1)] string Type,
    TPayload Payload);

/// <summary>The final frame about a request that failed.</summary>
internal sealed record ErrorReply : Reply
{
    /// <summary><c>error</c>; <c>auth_required</c> where the person has to get access first.</summary>
    [JsonPropertyOrder(-4)]
    public override string Status => Instructions is null ? "error" : "auth_required";

    /// <summary>Why, for programs.</summary>
    public required ErrorCode Code { get; init; }

    /// <summary>Figures of the failure; only those that belong to it are there.</summary>
    public ErrorDetails? Details { get; init; }

    /// <summary>Who wants it: <c>huggingface</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>owner/name of the repository; absent where it is about the token alone.</summary>
    public string? Repo { get; init; }

    /// <summary>What the person has to do, step by step: <c>step1</c> and so on.</summary>
    public IReadOnlyDictionary<string, string>? Instructions { get; init; }
}

/// <summary>Figures of a failure.</summary>
internal sealed record ErrorDetails
{
    /// <summary>The id of an open request that another one tried to use.</summary>
    public RequestId? RequestId { get; init; }

    /// <summary>The field of the request that is wrong.</summary>
    public string? Field { get; init; }

    /// <summary>What is the matter or what to do about it, for a person, where the message is one that clients know by its words.</summary>
    public string? Advice { get; init; }

    /// <summary>Tokens that the context holds.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Tokens that there would have to be.</summary>
    public int? NeededTokens { get; init; }

    /// <summary>Milliseconds to wait before asking again.</summary>
    public long? RetryAfterMs { get; init; }

    /// <summary>Bytes of memory or of the disk that there would have to be.</summary>
    public long? NeededBytes { get; init; }

    /// <summary>Bytes that there are.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>What a crashed engine wrote last.</summary>
    public IReadOnlyList<string>? LogLines { get; init; }

    /// <summary>The kind of model that no engine runs.</summary>
    public string? Kind { get; init; }

    /// <summary>The grant that is missing.</summary>
    public string? Grant { get; init; }

    /// <summary>Whom the user may give it to.</summary>
    public string? Origin { get; init; }

    /// <summary>What the user types to give it.</summary>
    public string? Command { get; init; }

    /// <summary>The file in which the user could allow it.</summary>
    public string? File { get; init; }

    /// <summary>What would have to stand there, as an example: JSON.</summary>
    public string? Example { get; init; }

    /// <summary>What could have been asked for instead: quants that there are, or files that are missing.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>When it makes sense to try again, in seconds since 1970.</summary>
    public long? RetryAt { get; init; }

    /// <summary>The hub's name of the request, for its support.</summary>
    public string? HubRequestId { get; init; }
}
