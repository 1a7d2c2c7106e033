using LiteDB;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>The messages that are being written, in transactions. Whatever is in this table when a store is opened was interrupted.</summary>
internal static class StreamingTable
{
    public static MessageRow Begin(Tables tables, ConversationRow conversation, NewMessage message, long now)
    {
        var addition = new MessageAddition(tables, conversation, now);
        var row = addition.Add(message, MessageStatus.Streaming);
        addition.Show();
        tables.Streaming.Put(new BsonDocument { ["_id"] = row.Key });
        return row;
    }

    /// <summary>Stores what there is. That is no change that others hear of: they do when it ends.</summary>
    /// <returns>Whether the message is there.</returns>
    public static bool Save(Tables tables, byte[] key, GrowingTexts texts)
    {
        if (Find(tables, key) is not { } found)
        {
            return false;
        }

        var (row, conversation) = found;
        var (bytes, before) = (row.Bytes, conversation.Usage);
        Grow(tables, row, texts);
        tables.Messages.Update(row.Document);
        conversation.MessageBytes += row.Bytes - bytes;
        tables.Conversations.Update(conversation.Document);
        tables.Usages.Change(row.Origin, before, conversation.Usage);
        return true;
    }

    /// <returns>Null where it was deleted.</returns>
    public static Message? End(Tables tables, byte[] key, GrowingTexts texts, MessageEnding ending, long now)
    {
        tables.Streaming.Delete(key);
        if (Find(tables, key) is not { } found)
        {
            return null;
        }

        var (row, conversation) = found;
        ConversationTable.Store(tables, conversation, conversation => MessageTable.Store(tables, conversation, row, row =>
        {
            Grow(tables, row, texts);
            return Write(row, ending, ConversationTable.Later(now, row.Stamp));
        }));
        return MessageTable.ToRecord(tables, row, MessageTexts.MaxInlineBytes);
    }

    /// <summary>Marks what a process that died was writing. Where the disk is full, the next opening does.</summary>
    /// <returns>How many there were.</returns>
    public static int Interrupt(StoreDatabase database, TimeProvider time)
    {
        var keys = database.Read(static tables => tables.Streaming.All().Select(document => document["_id"].AsBinary).ToList());
        try
        {
            foreach (var key in keys)
            {
                database.Write(tables => Interrupt(tables, key, time.GetUtcNow().ToUnixTimeMilliseconds()));
            }
        }
        catch (StorageException e) when (e.Fault == StorageFault.DiskFull)
        {
            // What is stored can be read all the same.
        }

        return keys.Count;
    }

    private static bool Interrupt(Tables tables, byte[] key, long now)
    {
        tables.Streaming.Delete(key);
        if (Find(tables, key) is not { } found)
        {
            return false;
        }

        var (row, conversation) = found;
        ConversationTable.Store(tables, conversation, conversation => MessageTable.Store(
            tables, conversation, row, row => Write(row, new MessageEnding { Status = MessageStatus.Interrupted }, ConversationTable.Later(now, row.Stamp))));
        return true;
    }

    // One that was deleted meanwhile may have come back with texts of its own.
    private static PlacedMessage? Find(Tables tables, byte[] key)
        => MessageTable.Find(tables, Keys.OriginOf(key), Keys.IdOf(key)) is { Row.Status: MessageStatus.Streaming } found ? found : null;

    private static void Grow(Tables tables, MessageRow row, GrowingTexts texts)
    {
        MessageTexts.Grow(tables, row, TextKind.Content, texts.Content.Span);
        if (!texts.Reasoning.IsEmpty)
        {
            MessageTexts.Grow(tables, row, TextKind.Reasoning, texts.Reasoning.Span);
        }
    }

    private static bool Write(MessageRow row, MessageEnding ending, long time)
    {
        row.Stamped(TextKind.Content, time);
        if (row.BytesOf(TextKind.Reasoning) > 0)
        {
            row.Stamped(TextKind.Reasoning, time);
        }

        return row.Write(MessageRow.StatusField, (long)ending.Status, time)
            | MessageTable.Write(row, MessageRow.PromptTokensField, ending.PromptTokens, time)
            | MessageTable.Write(row, MessageRow.OutputTokensField, ending.OutputTokens, time)
            | MessageTable.Write(row, MessageRow.TimingsField, ending.TimingsJson, time)
            | MessageTable.Write(row, MessageRow.StopReasonField, ending.StopReason, time)
            | MessageTable.Write(row, MessageRow.MetadataField, ending.MetadataJson, time);
    }
}
