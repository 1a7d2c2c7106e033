using System.Text.Json.Serialization;

namespace NativeHost.Messages;

/// <summary>The final frame about a request. Each action adds its own fields.</summary>
internal abstract record Reply
{
    /// <summary>Set where the frame is sent.</summary>
    [JsonPropertyOrder(-5)]
    public RequestId? RequestId { get; init; }

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
    [JsonPropertyOrder(-4)]
    public override string Status => "error";

    public required ErrorCode Code { get; init; }

    public ErrorDetails? Details { get; init; }
}

/// <summary>Figures of a failure; only those that belong to it are there.</summary>
internal sealed record ErrorDetails
{
    /// <summary>The id of an open request that another one tried to use.</summary>
    public RequestId? RequestId { get; init; }

    public int? ContextTokens { get; init; }

    public int? NeededTokens { get; init; }

    /// <summary>How long to wait before asking again.</summary>
    public long? RetryAfterMs { get; init; }

    public long? NeededBytes { get; init; }

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
}
