namespace NativeHost.Storage.Conversations;

/// <summary>Which conversations are listed: the last updated first.</summary>
public sealed record ConversationQuery
{
    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>How many are left out at the beginning; a cursor is faster where there are thousands.</summary>
    public int Offset { get; init; }

    /// <summary>What an earlier page gave, to go on after it; null to begin.</summary>
    public string? Cursor { get; init; }

    /// <summary>Only those with a star, or only those without; null for all.</summary>
    public bool? IsStarred { get; init; }

    /// <summary>Only those of this topic; null for all.</summary>
    public string? Topic { get; init; }

    /// <summary>Only those that belong to one of these origins, of which the caller sees the ones that it may; null for all that it may.</summary>
    public IReadOnlyCollection<string>? Origins { get; init; }
}

/// <summary>A page of a list.</summary>
/// <param name="Conversations">The last updated first.</param>
/// <param name="Total">How many there are for the caller and the query, on all pages.</param>
/// <param name="NextCursor">For the next page; null where this is the last one.</param>
public sealed record ConversationPage(IReadOnlyList<Conversation> Conversations, long Total, string? NextCursor);
