using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Sync;

/// <summary>What a device says of a conversation. What is null it does not say.</summary>
/// <param name="Id">Within the origin.</param>
/// <param name="Updated">When the device wrote what it says.</param>
public sealed record SyncConversation(string Id, DateTimeOffset Updated) : ConversationFields
{
    /// <inheritdoc cref="Conversation.HeadId"/>
    public string? HeadId { get; init; }

    public DateTimeOffset? Created { get; init; }

    /// <summary>All of it that was written up to <see cref="Updated"/> is deleted, its messages too.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>In what is pulled: all of it that was written up to this time was deleted, though it has come to life again since.</summary>
    public DateTimeOffset? DeletedUpTo { get; init; }
}

/// <summary>What a device says of a message. What is null it does not say.</summary>
/// <param name="Id">Within the origin.</param>
/// <param name="ConversationId">The conversation it belongs to, for good. It may come later.</param>
/// <param name="Updated">When the device wrote what it says.</param>
public sealed record SyncMessage(string Id, string ConversationId, DateTimeOffset Updated) : MessageFields
{
    public string? Role { get; init; }

    /// <summary>The message that it follows, which may come later; <see cref="NewMessage.NoParent"/> for none. Where nobody says it, it is the one
    /// that was written before it.</summary>
    public string? ParentId { get; init; }

    public MessageStatus? Status { get; init; }

    /// <summary>What was written of it up to <see cref="Updated"/> is deleted.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>In what is pulled: UTF-8 bytes of the whole content; <see cref="MessageList.ReadText"/> reads what is not in it.</summary>
    public long ContentBytes { get; init; }

    /// <summary>In what is pulled: UTF-8 bytes of the whole reasoning.</summary>
    public long ReasoningBytes { get; init; }
}

/// <summary>What became of what a device pushed.</summary>
/// <param name="Conversations">Of its conversations.</param>
/// <param name="Messages">Of its messages.</param>
/// <param name="Waiting">How many of the messages are kept until their conversation comes.</param>
public sealed record PushResult(PushTally Conversations, PushTally Messages, int Waiting);

/// <summary>What became of the records of a kind.</summary>
/// <param name="Created">They were not there before.</param>
/// <param name="Updated">They changed, or were deleted.</param>
/// <param name="Skipped">What they say was known, or something later was.</param>
/// <param name="Refused">They cannot be kept; all others were.</param>
public sealed record PushTally(int Created, int Updated, int Skipped, IReadOnlyList<RefusedRecord> Refused)
{
    public int Total => Created + Updated + Skipped + Refused.Count;
}

/// <summary>A record that cannot be kept.</summary>
/// <param name="Id">As it was given.</param>
/// <param name="Fault">What kind of fault it is.</param>
/// <param name="Reason">For a person.</param>
public sealed record RefusedRecord(string Id, StorageFault Fault, string Reason);

/// <summary>What changed for a device.</summary>
/// <param name="Conversations">In the order of their changes.</param>
/// <param name="Messages">In the order of their changes.</param>
/// <param name="Next">What to ask with next.</param>
/// <param name="HasMore">Whether there is more already.</param>
/// <param name="StoreId">Another one than before: the store was made anew, and the device asks once more, from 0.</param>
public sealed record PullPage(
    IReadOnlyList<SyncConversation> Conversations, IReadOnlyList<SyncMessage> Messages, long Next, bool HasMore, string StoreId);
