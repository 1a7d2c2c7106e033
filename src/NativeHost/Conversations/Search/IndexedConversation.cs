namespace NativeHost.Conversations.Search;

/// <summary>What is known of a conversation that can be found.</summary>
/// <param name="Origin">Whose it is, by the store's name.</param>
/// <param name="User">Whom of the extension's users it belongs to.</param>
internal sealed record IndexedConversation(string Origin, string Id, string Title, string? Topic, bool IsStarred, string User)
{
    /// <summary>Its name in the indexes.</summary>
    public string Key => IndexedMessage.KeyOf(Origin, Id);
}

/// <summary>Which conversations a search may find.</summary>
/// <param name="Origin">Those of one caller; null for everybody's.</param>
internal sealed record ConversationFilter(string? Origin)
{
    public string? User { get; init; }

    public string? Topic { get; init; }

    public bool? IsStarred { get; init; }

    public bool LetsThrough(IndexedConversation conversation)
        => (Origin is null || conversation.Origin == Origin)
            && (User is null || conversation.User == User)
            && (Topic is null || conversation.Topic == Topic)
            && (IsStarred is null || conversation.IsStarred == IsStarred);
}

/// <summary>A conversation that was found.</summary>
/// <param name="Message">The message that has most of the query's words; null where its title alone has any.</param>
internal sealed record FoundConversation(IndexedConversation Conversation, double Score, bool IsInTitle, IndexedMessage? Message);
