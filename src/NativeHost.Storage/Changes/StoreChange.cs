namespace NativeHost.Storage.Changes;

/// <summary>A conversation or a message that came, changed or went.</summary>
/// <param name="Sequence">Changes have growing numbers, with gaps; of several changes of one thing only the last one is kept.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsDeleted">Whether it is gone. With a conversation go its messages, of which nothing is told; those that were written after the
/// deletion are told of once more, after it.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="ConversationId">The conversation, or the one that the message is in.</param>
/// <param name="Id">Of the conversation or message.</param>
public sealed record StoreChange(long Sequence, ChangedKind Kind, bool IsDeleted, string Origin, string ConversationId, string Id);

/// <summary>What changes are about.</summary>
public enum ChangedKind
{
    Conversation,
    Message,
}

/// <summary>Changes after a given one.</summary>
/// <param name="Changes">In the order of their numbers.</param>
/// <param name="Next">What to ask with next: all changes up to it are in this page, or are of no interest.</param>
/// <param name="HasMore">Whether there are more already.</param>
/// <param name="StoreId">Another one than before: the store was made anew, and whoever follows it begins with 0 and with nothing.</param>
public sealed record ChangePage(IReadOnlyList<StoreChange> Changes, long Next, bool HasMore, string StoreId);
