using LiteDB;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>What several parts of the store do with messages in a transaction.</summary>
internal static class MessageTable
{
    private const TextKind Content = TextKind.Content;
    private const TextKind Reasoning = TextKind.Reasoning;

    /// <summary>The message that an id means for a caller.</summary>
    /// <exception cref="StorageException">There is none that it may see.</exception>
    public static PlacedMessage Require(Tables tables, StoreCaller caller, string id) => Find(tables, caller, id) ?? throw NotFound(id);

    /// <returns>Null where there is none that the caller may see.</returns>
    public static PlacedMessage? Find(Tables tables, StoreCaller caller, string id)
        => Reach.Of(tables, caller).Select(origin => Find(tables, origin, id)).FirstOrDefault(found => found is not null);

    /// <returns>Null where there is none, or it was deleted, or its conversation was.</returns>
    public static PlacedMessage? Find(Tables tables, int origin, string id)
    {
        if (FindAny(tables, origin, id) is not { IsLive: true } row
            || ConversationTable.FindAny(tables, origin, row.Conversation) is not { IsLive: true } conversation
            || row.Stamp <= conversation.Cleared)
        {
            return null;
        }

        return new PlacedMessage(row, conversation);
    }

    /// <returns>Also one that was deleted; null where there never was one.</returns>
    public static MessageRow? FindAny(Tables tables, int origin, string id)
        => tables.Messages.Find(Keys.Of(origin, id)) is { } document ? new MessageRow(document) : null;

    /// <summary>Whether a deletion of its conversation took away all that a row said, and the row is only not removed yet.</summary>
    public static bool IsWiped(Tables tables, MessageRow row)
        => ConversationTable.FindAny(tables, row.Origin, row.Conversation) is not { } conversation
        || Math.Max(row.Stamp, row.Cleared) <= conversation.Cleared;

    /// <summary>Removes a row, as if it never was. What its conversation counts is the caller's to mend.</summary>
    public static void Remove(Tables tables, MessageRow row)
    {
        MessageTexts.RemoveParts(tables, row, Content, 0, MessageTexts.PartsOf(row, Content));
        MessageTexts.RemoveParts(tables, row, Reasoning, 0, MessageTexts.PartsOf(row, Reasoning));
        tables.Messages.Delete(row.Key);
        tables.Streaming.Delete(row.Key);
    }

    public static StorageException NotFound(string id) => new(StorageFault.NotFound, $"There is no message {ConversationTable.Shown(id)} here.");

    /// <summary>Changes a row, or makes one, and stores it with what its conversation counts of it. The conversation is stored by the caller.</summary>
    /// <param name="conversation">The row's.</param>
    /// <param name="row">As it is stored, or a new one.</param>
    /// <param name="change">Returns whether it changed anything; where not, nothing is stored.</param>
    /// <returns>Whether it did.</returns>
    public static bool Store(Tables tables, ConversationRow conversation, MessageRow row, Func<MessageRow, bool> change)
    {
        // What a deletion of the conversation took away may still lie here.
        ClearWhole(tables, row, conversation.Cleared);
        var (wasLive, wasRest, bytes) = (row.IsLive, row.IsRest, row.Bytes);
        if (!change(row))
        {
            return false;
        }

        row.Seal(tables.NextSequence());
        tables.Messages.Put(row.Document);
        conversation.Messages += (row.IsLive ? 1 : 0) - (wasLive ? 1 : 0);
        conversation.MessageBytes += row.Bytes - bytes;
        conversation.DeletedMessages += (row.IsRest ? 1 : 0) - (wasRest ? 1 : 0);
        conversation.Touch(Math.Max(row.Stamp, row.Cleared));
        return true;
    }

    /// <summary>Writes what clients say of a message.</summary>
    /// <returns>Whether that changed anything.</returns>
    public static bool Write(Tables tables, MessageRow row, MessageFields fields, long time)
        => row.WritePresent(time)
        | WriteText(tables, row, Content, fields.Content, time)
        | WriteText(tables, row, Reasoning, fields.Reasoning, time)
        | Write(row, MessageRow.ModelField, fields.Model, time)
        | Write(row, MessageRow.SettingsField, fields.SettingsJson, time)
        | Write(row, MessageRow.PromptTokensField, fields.PromptTokens, time)
        | Write(row, MessageRow.OutputTokensField, fields.OutputTokens, time)
        | Write(row, MessageRow.TimingsField, fields.TimingsJson, time)
        | Write(row, MessageRow.StopReasonField, fields.StopReason, time)
        | Write(row, MessageRow.AttachmentsField, fields.AttachmentsJson, time)
        | Write(row, MessageRow.MetadataField, fields.MetadataJson, time)
        | Write(row, MessageRow.CreatedField, fields.Created?.ToUnixTimeMilliseconds(), time);

    /// <param name="value">Null where it is not written, empty to take it away.</param>
    public static bool Write(MessageRow row, string field, string? value, long time)
        => value is not null && row.Write(field, value.Length == 0 ? BsonValue.Null : value, time);

    /// <param name="value">Null where it is not written.</param>
    public static bool Write(MessageRow row, string field, long? value, long time) => value is { } number && row.Write(field, number, time);

    /// <summary>Deletes a message, but not its place.</summary>
    public static bool Clear(Tables tables, MessageRow row, long time) => KeepParts(tables, row, () => row.Clear(time));

    /// <summary>Deletes what was written up to a time, as if it never was.</summary>
    /// <returns>Whether anything is left.</returns>
    public static bool ClearWhole(Tables tables, MessageRow row, long time) => KeepParts(tables, row, () => row.ClearWhole(time));

    /// <summary>Tells of a conversation's messages once more: to those who followed the changes before, they were not there.</summary>
    public static void Announce(Tables tables, ConversationRow conversation)
    {
        foreach (var row in Of(tables, conversation.Number).Where(row => row.IsLive && row.Stamp > conversation.Cleared).ToList())
        {
            row.Seal(tables.NextSequence());
            tables.Messages.Update(row.Document);
        }
    }

    /// <summary>All rows of a conversation, in the order of their coming.</summary>
    /// <param name="from">The number to begin with.</param>
    public static IEnumerable<MessageRow> Of(Tables tables, long conversation, long from = 0)
        => tables.Messages
            .Range(Tables.TreeField, Keys.Pair(conversation, from), Keys.Pair(conversation, long.MaxValue))
            .Select(document => new MessageRow(document));

    /// <summary>The same the other way round.</summary>
    /// <param name="from">The number to begin with.</param>
    public static IEnumerable<MessageRow> Before(Tables tables, long conversation, long from)
        => tables.Messages
            .Range(Tables.TreeField, Keys.Pair(conversation, 0), Keys.Pair(conversation, from + 1), descending: true)
            .Select(document => new MessageRow(document));

    /// <summary>The message for a client.</summary>
    /// <param name="maxBytes">How much of its texts, in UTF-8 bytes; reasoning comes after content.</param>
    public static Message ToRecord(Tables tables, MessageRow row, int maxBytes)
    {
        var content = MessageTexts.Read(tables, row, Content, 0, maxBytes);
        var left = maxBytes - content.NextByte;
        var reasoning = row.BytesOf(Reasoning) == 0 ? null
            : left > 0 ? MessageTexts.Read(tables, row, Reasoning, 0, (int)left).Text
            : "";
        return row.ToRecord(tables.Origins) with { Content = content.Text, Reasoning = reasoning };
    }

    private static bool WriteText(Tables tables, MessageRow row, TextKind kind, string? text, long time)
    {
        if (text is null || !row.Counts(kind, text, time, () => MessageTexts.Read(tables, row, kind, 0, int.MaxValue).Text))
        {
            return false;
        }

        MessageTexts.Replace(tables, row, kind, text);
        row.Stamped(kind, time);
        return true;
    }

    // The parts of a text go with it.
    private static bool KeepParts(Tables tables, MessageRow row, Func<bool> clear)
    {
        var (content, reasoning) = (MessageTexts.PartsOf(row, Content), MessageTexts.PartsOf(row, Reasoning));
        var result = clear();
        Leave(Content, content);
        Leave(Reasoning, reasoning);
        return result;

        void Leave(TextKind kind, int parts)
        {
            if (MessageTexts.PartsOf(row, kind) < parts)
            {
                MessageTexts.RemoveParts(tables, row, kind, from: 0, parts);
                row.BeginEdition(kind);
            }
        }
    }
}

/// <summary>A message and the conversation that it is in.</summary>
internal sealed record PlacedMessage(MessageRow Row, ConversationRow Conversation);
