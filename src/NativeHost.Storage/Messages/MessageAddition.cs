using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>Puts a new message into a conversation, in a transaction.</summary>
internal static class MessageAddition
{
    /// <summary>Adds it behind its parent, and shows the branch that it ends. The conversation is stored by the caller.</summary>
    /// <param name="now">ms since 1970.</param>
    /// <exception cref="StorageException">The id is taken, or the parent is not in the conversation.</exception>
    public static MessageRow Add(Tables tables, ConversationRow conversation, NewMessage message, MessageStatus status, long now)
    {
        var id = message.Id ?? $"msg_{Guid.NewGuid():N}";
        var row = RowOf(tables, conversation, id);
        var wasDeleted = row.Cleared > conversation.Cleared;

        // It comes back where it was, unless it is told to be elsewhere: what is last now may follow it.
        var parent = wasDeleted && message.ParentId is null && row.Parent is { } place ? place : ParentOf(tables, conversation, message.ParentId);
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

        ConversationTable.Write(conversation, ConversationRow.HeadField, id, ConversationTable.Later(now, conversation.Stamp));

        // One that was deleted may have been followed.
        conversation.HeadIsLast = !wasDeleted;
        return row;
    }

    private static MessageRow RowOf(Tables tables, ConversationRow conversation, string id)
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

    private static string ParentOf(Tables tables, ConversationRow conversation, string? wanted)
    {
        if (wanted is NewMessage.NoParent)
        {
            return wanted;
        }

        if (wanted is null)
        {
            return conversation is { HeadIsLast: true, Head: { } head }
                ? head
                : tables.Trees.Of(conversation).Branch(conversation.Head) is [.., var last] ? last.Id : NewMessage.NoParent;
        }

        return MessageTable.Find(tables, conversation.Origin, wanted)?.Row.ConversationNumber == conversation.Number
            ? wanted
            : throw MessageTable.NotFound(wanted);
    }
}
