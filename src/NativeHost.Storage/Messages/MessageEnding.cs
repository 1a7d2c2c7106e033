namespace NativeHost.Storage.Messages;

/// <summary>What is known of a message when it is complete, or will not become so. What is null stays as it is.</summary>
public sealed record MessageEnding
{
    /// <summary>Complete, interrupted or failed.</summary>
    public MessageStatus Status { get; init; } = MessageStatus.Complete;

    /// <inheritdoc cref="Message.PromptTokens"/>
    public long? PromptTokens { get; init; }

    /// <inheritdoc cref="Message.OutputTokens"/>
    public long? OutputTokens { get; init; }

    /// <inheritdoc cref="Message.TimingsJson"/>
    public string? TimingsJson { get; init; }

    /// <inheritdoc cref="Message.StopReason"/>
    public string? StopReason { get; init; }

    /// <inheritdoc cref="Message.MetadataJson"/>
    public string? MetadataJson { get; init; }

    internal void Check()
    {
        if (Status == MessageStatus.Streaming)
        {
            throw new ArgumentException("A message that ends is not being written.");
        }

        Checks.Word(StopReason, "A stop reason");
        Checks.Json(TimingsJson, "The timings");
        Checks.Json(MetadataJson, "The metadata");
    }
}
