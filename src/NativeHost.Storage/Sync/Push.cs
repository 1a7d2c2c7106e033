using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Sync;

/// <summary>Takes in what a device says, record by record, in transactions.</summary>
internal static class Push
{
    /// <exception cref="StorageException">The record cannot be kept; nothing of it is.</exception>
    public static PushOutcome Conversation(Tables tables, int origin, SyncConversation record)
    {
        var time = record.Updated.ToUnixTimeMilliseconds();
        var known = ConversationTable.FindAny(tables, origin, record.Id);
        if (!record.IsDeleted)
        {
            Quotas.Require(tables, origin, record);
        }
        else if (known is null)
        {
            Quotas.RequireDeletion(tables, origin);
        }

        var row = known ?? New(tables, origin, record.Id);
        var wasLive = row.IsLive;

        var changed = record.IsDeleted
            ? Deletion.Begin(tables, row, time)
            : ConversationTable.Store(tables, row, row => Write(row, record, time)) is not null;
        return !changed ? PushOutcome.Skipped : wasLive || record.IsDeleted ? PushOutcome.Updated : PushOutcome.Created;
    }

    /// <exception cref="StorageException">The record cannot be kept; nothing of it is.</exception>
    public static PushOutcome Message(Tables tables, int origin, SyncMessage record)
    {
        var time = record.Updated.ToUnixTimeMilliseconds();
        var conversation = ConversationTable.FindAny(tables, origin, record.ConversationId) ?? New(tables, origin, record.ConversationId);
        if (time <= conversation.Cleared)
        {
            return PushOutcome.Skipped;
        }

        if (!record.IsDeleted)
        {
            Quotas.Require(tables, conversation, [record]);
        }
        else if (MessageTable.FindAny(tables, origin, record.Id) is null)
        {
            Quotas.RequireDeletion(tables, origin);
        }

        var row = RowOf(tables, conversation, record.Id);
        var wasLive = row.IsLive && row.Stamp > conversation.Cleared;
        if (wasLive && row.Status == MessageStatus.Streaming && !record.IsDeleted)
        {
            throw new StorageException(StorageFault.Conflict, "The message is being written here. Push it again when it has ended.");
        }

        var changed = ConversationTable.Store(tables, conversation, conversation =>
        {
            // A message may have come below the head.
            conversation.HeadIsLast = false;
            return MessageTable.Store(tables, conversation, row, row =>
                record.IsDeleted ? MessageTable.Clear(tables, row, time) | Place(row, record, time) : Write(tables, row, record, time));
        }) is not null;
        tables.Trees.Forget(conversation.Number);
        return !changed ? PushOutcome.Skipped
            : wasLive || record.IsDeleted ? PushOutcome.Updated
            : conversation.IsLive ? PushOutcome.Created
            : PushOutcome.Waiting;
    }

    private static ConversationRow New(Tables tables, int origin, string id)
        => ConversationRow.New(origin, tables.Origins.NameOf(origin), id, tables.NextSequence());

    private static MessageRow RowOf(Tables tables, ConversationRow conversation, string id)
    {
        if (MessageTable.FindAny(tables, conversation.Origin, id) is { } old)
        {
            if (old.ConversationNumber == conversation.Number)
            {
                return old;
            }

            if (!MessageTable.IsWiped(tables, old))
            {
                throw new StorageException(StorageFault.Conflict, "The message is in another conversation.");
            }

            MessageTable.Remove(tables, old);
        }

        return MessageRow.New(conversation.Origin, id, conversation.Id, conversation.Number, tables.NextSequence());
    }

    private static bool Write(ConversationRow row, SyncConversation record, long time)
    {
        var headChanged = ConversationTable.Write(row, ConversationRow.HeadField, record.HeadId, time);
        row.HeadIsLast &= !headChanged;
        return ConversationTable.Write(row, record, time)
            | (record.Created is { } created && row.Write(ConversationRow.CreatedField, created.ToUnixTimeMilliseconds(), time))
            | headChanged;
    }

    private static bool Write(Tables tables, MessageRow row, SyncMessage record, long time)
        => Place(row, record, time)
        | MessageTable.Write(row, MessageRow.RoleField, record.Role, time)
        | MessageTable.Write(row, MessageRow.StatusField, (long?)record.Status, time)
        | MessageTable.Write(tables, row, record, time);

    // No parent is a value here, not the taking away of one.
    private static bool Place(MessageRow row, SyncMessage record, long time)
        => (record.ParentId is { } parent && row.Write(MessageRow.ParentField, parent, time))
        | MessageTable.Write(row, MessageRow.CreatedField, record.Created?.ToUnixTimeMilliseconds(), time);
}

/// <summary>What became of a record.</summary>
internal enum PushOutcome
{
    Created,
    Updated,
    Skipped,

    /// <summary>It was not there before, and is kept until its conversation comes.</summary>
    Waiting,
}
