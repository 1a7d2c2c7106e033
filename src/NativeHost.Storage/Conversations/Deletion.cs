using LiteDB;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Summaries;

namespace NativeHost.Storage.Conversations;

/// <summary>Deletes conversations: at once for everybody who looks, and then, some messages at a time, on the disk.</summary>
/// <remarks>A conversation may have thousands of messages, and others are not to wait until the last one is gone. What a crash leaves undone,
/// the next opening does.</remarks>
internal static class Deletion
{
    /// <summary>Messages that are removed in one transaction.</summary>
    private const int Step = 200;

    /// <summary>Bytes of texts that are removed in one transaction, and one more message.</summary>
    private const long StepBytes = 8 * 1024 * 1024;

    /// <summary>Deletes all that was written to a conversation up to a time.</summary>
    /// <param name="row">The conversation's.</param>
    /// <param name="time">ms since 1970.</param>
    /// <returns>Whether that changed anything.</returns>
    public static bool Begin(Tables tables, ConversationRow row, long time)
        => ConversationTable.Store(tables, row, row =>
        {
            if (!row.Clear(time))
            {
                return false;
            }

            KeepLater(tables, row);
            SummaryTable.RemoveAll(tables, row);
            tables.Trees.Forget(row.Number);
            tables.Deletions.Put(new BsonDocument { ["_id"] = row.Key });
            return true;
        }) is not null;

    /// <summary>Removes what was deleted. In transactions of its own, between which others work.</summary>
    /// <remarks>Where the disk does not let it, it is done after the next deletion, or by the next opening: it is deleted all the same.</remarks>
    public static void Finish(StoreDatabase database)
    {
        try
        {
            RemoveAll(database);
        }
        catch (StorageException)
        {
            // The next one finds it.
        }
    }

    private static void RemoveAll(StoreDatabase database)
    {
        while (database.Read(static tables => tables.Deletions.All().FirstOrDefault()?["_id"].AsBinary) is { } key)
        {
            var from = 0L;
            while (database.Write(tables => Remove(tables, key, from)) is { } last)
            {
                from = last + 1;
            }
        }
    }

    // What was written after the deletion stays, and is told of once more, after the deletion.
    private static void KeepLater(Tables tables, ConversationRow conversation)
    {
        (conversation.Messages, conversation.MessageBytes, conversation.DeletedMessages) = (0, 0, 0);
        if (conversation.Active <= conversation.Cleared)
        {
            return;
        }

        var rows = MessageTable.Of(tables, conversation.Number).Where(row => Math.Max(row.Stamp, row.Cleared) > conversation.Cleared).ToList();
        foreach (var row in rows)
        {
            MessageTable.ClearWhole(tables, row, conversation.Cleared);
            row.Seal(tables.NextSequence());
            tables.Messages.Update(row.Document);
            conversation.Messages += row.IsLive ? 1 : 0;
            conversation.MessageBytes += row.Bytes;
            conversation.DeletedMessages += row.IsRest ? 1 : 0;
        }
    }

    /// <returns>The number of the last message that was looked at; null where all were.</returns>
    private static long? Remove(Tables tables, byte[] key, long from)
    {
        if (tables.Conversations.Find(key) is not { } document)
        {
            // It was long ago, and forgotten meanwhile.
            tables.Deletions.Delete(key);
            return null;
        }

        var conversation = new ConversationRow(document);
        var bytes = 0L;
        var rows = MessageTable.Of(tables, conversation.Number, from).Take(Step).TakeWhile(row => (bytes += row.Bytes) - row.Bytes < StepBytes).ToList();
        foreach (var row in rows.Where(row => Math.Max(row.Stamp, row.Cleared) <= conversation.Cleared))
        {
            MessageTable.Remove(tables, row);
        }

        if (rows.Count > 0)
        {
            return rows[^1].Number;
        }

        tables.Deletions.Delete(key);
        return null;
    }
}
