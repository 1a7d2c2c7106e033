using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>Puts new messages into a conversation, in one transaction. The conversation is stored by the caller.</summary>
/// <param name="tables">Of the transaction.</param>
/// <param name="conversation">Where they come.</param>
/// <param name="now">ms since 1970.</param>
internal sealed class MessageAddition(Tables tables, ConversationRow conversation, long now)
{
    // The conversation's head is written once, at the end: each write takes a later time than the one before.
    private string? _last;
    private bool _headIsLast = conversation.HeadIsLast;

    /// <summary>Adds one behind its parent.</summary>
    /// <exception cref="StorageException">The id is taken, or the parent is not in the conversation.</exception>
    public MessageRow Add(NewMessage message, MessageStatus status)
    {
        var id = message.Id ?? $"{MessageRow.IdPrefix}{Guid.NewGuid():N}";
        var row = RowOf(id);
        var wasDeleted = row.Cleared > conversation.Cleared;

        // It comes back where it was, unless it is told to be elsewhere: what is last now may follow it.
        var parent = wasDeleted && message.ParentId is null && row.Parent is { } place ? place : ParentOf(message.ParentId);
        var time = ConversationTable.Later(now, Math.Max(row.Cleared, conversation.Cleared));
        MessageTable.Store(tables, conversation, row, row =>
            row.Write(MessageRow.ParentField, parent, time)
            | row.Write(MessageRow.RoleField, message.Role, time)
            | row.Write(MessageRow.StatusField, (long)status, time)
            | MessageTable.Write(tables, row, message with { Created = message.Created ?? DateTimeOffset.FromUnixTimeMilliseconds(time) }, time));
        if (wasDeleted)
        {
            // Its place may be another one now.
            tables.Trees.Forget(conversation.Number);
        }
        else
        {
            tables.Trees.Add(row);
        }

        // One that was deleted may have been followed.
        (_last, _headIsLast) = (id, !wasDeleted);
        return row;
    }

    /// <summary>Shows the branch that the last one ends.</summary>
    public void Show()
    {
        if (_last is not null)
        {
            ConversationTable.Write(conversation, ConversationRow.HeadField, _last, ConversationTable.Later(now, conversation.Stamp));
        }

        conversation.HeadIsLast = _headIsLast;
    }

    private MessageRow RowOf(string id)
    {
        if (MessageTable.FindAny(tables, conversation.Origin, id) is { } old)
        {
            var isWiped = MessageTable.IsWiped(tables, old);
            if (old.ConversationNumber == conversation.Number && (isWiped || !old.IsLive))
            {
                return old;
            }

            if (!isWiped)
            {
                throw new StorageException(StorageFault.Conflict, $"There is a message {ConversationTable.Shown(id)} already.");
            }

            MessageTable.Remove(tables, old);
        }

        return MessageRow.New(conversation.Origin, id, conversation.Id, conversation.Number, tables.NextSequence());
    }

    private string ParentOf(string? wanted)
    {
        if (wanted is NewMessage.NoParent)
        {
            return wanted;
        }

        if (wanted is null)
        {
            var shown = _last ?? conversation.Head;
            return _headIsLast && shown is not null
                ? shown
                : tables.Trees.Of(conversation).Branch(shown) is [.., var last] ? last.Id : NewMessage.NoParent;
        }

        return MessageTable.Find(tables, conversation.Origin, wanted)?.Row.ConversationNumber == conversation.Number
            ? wanted
            : throw MessageTable.NotFound(wanted);
    }
}
