namespace NativeHost.Storage.Summaries;

/// <summary>What somebody wrote in short about a conversation, or a part of it.</summary>
/// <param name="Id">Unique within its origin.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="ConversationId">Of which.</param>
/// <param name="Content">At most <see cref="SummaryList.MaxContentBytes"/>.</param>
/// <param name="Created">To the millisecond.</param>
/// <param name="MessageIds">The messages that it is about; empty for the whole conversation.</param>
/// <param name="Sequence">The number of its last change.</param>
public sealed record Summary(
    string Id, string Origin, string ConversationId, string Content, DateTimeOffset Created, IReadOnlyList<string> MessageIds, long Sequence)
{
    /// <summary>The model that wrote it.</summary>
    public string? Model { get; init; }

    /// <summary>What the client keeps with it, as JSON.</summary>
    public string? MetadataJson { get; init; }
}

/// <summary>What a summary begins with.</summary>
/// <param name="Content">At most <see cref="SummaryList.MaxContentBytes"/>.</param>
public sealed record NewSummary(string Content)
{
    /// <summary>Null to have one made; one that is there is replaced.</summary>
    public string? Id { get; init; }

    /// <inheritdoc cref="Summary.MessageIds"/>
    public IReadOnlyList<string> MessageIds { get; init; } = [];

    /// <inheritdoc cref="Summary.Model"/>
    public string? Model { get; init; }

    /// <inheritdoc cref="Summary.MetadataJson"/>
    public string? MetadataJson { get; init; }
}
