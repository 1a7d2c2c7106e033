namespace NativeHost.Conversations.Search;

/// <summary>What is known of a message that can be found, beside its words.</summary>
/// <param name="Origin">Whose it is, by the store's name.</param>
/// <param name="Position">The number of its last change in the store.</param>
internal sealed record IndexedMessage(string Origin, string Id, string ConversationId, string Role, DateTimeOffset Created, long Position)
{
    /// <summary>No origin has this in its name.</summary>
    private const char Separator = '\n';

    /// <summary>Its name in the indexes.</summary>
    public string Key => KeyOf(Origin, Id);

    /// <summary>The name of its conversation.</summary>
    public string ConversationKey => KeyOf(Origin, ConversationId);

    public static string KeyOf(string origin, string id) => $"{origin}{Separator}{id}";
}

/// <summary>Which messages a search may find.</summary>
/// <param name="Origin">Those of one caller; null for everybody's.</param>
internal sealed record MessageFilter(string? Origin)
{
    public string? ConversationId { get; init; }

    public string? Role { get; init; }

    /// <summary>Itself included.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Itself not included.</summary>
    public DateTimeOffset? Before { get; init; }

    public bool LetsThrough(IndexedMessage message)
        => (Origin is null || message.Origin == Origin)
            && (ConversationId is null || message.ConversationId == ConversationId)
            && (Role is null || message.Role == Role)
            && (From is null || message.Created >= From)
            && (Before is null || message.Created < Before);
}
