using System.Globalization;
using LiteDB;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Conversations;

/// <summary>What several parts of the store do with conversations in a transaction.</summary>
internal static class ConversationTable
{
    /// <summary>The conversation that an id means for a caller.</summary>
    /// <exception cref="StorageException">There is none that it may see.</exception>
    public static ConversationRow Require(Tables tables, StoreCaller caller, string id)
        => Find(tables, caller, id)
            ?? throw new StorageException(StorageFault.NotFound, $"There is no conversation {Shown(id)}. list_conversations has those that there are.");

    /// <returns>Null where there is none that the caller may see.</returns>
    public static ConversationRow? Find(Tables tables, StoreCaller caller, string id)
        => Reach.Of(tables, caller).Select(origin => FindAny(tables, origin, id)).FirstOrDefault(row => row is { IsLive: true });

    /// <returns>Also one that was deleted, or is only awaited; null where there never was one.</returns>
    public static ConversationRow? FindAny(Tables tables, int origin, string id)
        => tables.Conversations.Find(Keys.Of(origin, id)) is { } document ? new ConversationRow(document) : null;

    /// <summary>An origin's conversations, those first that were left alone longest.</summary>
    /// <param name="from">Only those that were changed then or later, in ms since 1970.</param>
    /// <remarks>Read while it is gone through.</remarks>
    public static IEnumerable<ConversationRow> ListOf(Tables tables, int origin, long from = 0)
        => Range(tables, Keys.List(origin, from, 0), Keys.List(origin, long.MaxValue, long.MaxValue));

    /// <summary>What is kept of an origin's messages until their conversations come, as <see cref="ListOf"/> has those that did.</summary>
    public static IEnumerable<ConversationRow> AwaitedOf(Tables tables, int origin, long from = 0)
        => Range(tables, Keys.Awaited(origin, from, 0), Keys.Awaited(origin, long.MaxValue, long.MaxValue));

    /// <summary>What is left of an origin's conversations that were deleted, as <see cref="ListOf"/> has those that were not.</summary>
    public static IEnumerable<ConversationRow> DeletedOf(Tables tables, int origin, long from = 0)
        => Range(tables, Keys.Deleted(origin, from, 0), Keys.Deleted(origin, long.MaxValue, long.MaxValue));

    /// <summary>Begins a conversation.</summary>
    /// <param name="now">ms since 1970.</param>
    /// <exception cref="StorageException">Its id is taken, or the quota is full.</exception>
    public static ConversationRow Create(Tables tables, StoreCaller caller, string id, NewConversation conversation, long now)
    {
        var origin = tables.Origins.NumberOf(caller.Origin);
        Quotas.Require(tables, origin, conversation);
        var row = FindAny(tables, origin, id) ?? ConversationRow.New(origin, caller.Origin, id, tables.NextSequence());
        if (row.IsLive)
        {
            throw new StorageException(StorageFault.Conflict, $"There is a conversation {Shown(id)} already.");
        }

        var time = Later(now, row.Active);
        Store(tables, row, row => row.Write(ConversationRow.CreatedField, time, time) | Write(row, conversation, time));
        return row;
    }

    /// <summary>Changes a row, or makes one, and stores it with what is counted of it.</summary>
    /// <param name="row">As it is stored, or a new one.</param>
    /// <param name="change">Returns whether it changed anything; where not, nothing is stored.</param>
    /// <returns>The number of the change; null where there was none.</returns>
    public static long? Store(Tables tables, ConversationRow row, Func<ConversationRow, bool> change)
    {
        var (wasLive, before) = (row.IsLive, row.Usage);
        if (!change(row))
        {
            return null;
        }

        var sequence = tables.NextSequence();
        row.Seal(sequence);
        tables.Conversations.Put(row.Document);
        tables.Usages.Change(row.Origin, before, row.Usage);
        if (!wasLive && row.IsLive && row.Messages > 0)
        {
            MessageTable.Announce(tables, row);
        }

        return sequence;
    }

    /// <summary>Writes what clients say of a conversation.</summary>
    /// <returns>Whether that changed anything.</returns>
    public static bool Write(ConversationRow row, ConversationFields fields, long time)
        => row.WritePresent(time)
        | Write(row, ConversationRow.TitleField, fields.Title, time)
        | Write(row, ConversationRow.TopicField, fields.Topic, time)
        | Write(row, ConversationRow.DomainField, fields.Domain, time)
        | Write(row, ConversationRow.SettingsField, fields.SettingsJson, time)
        | Write(row, ConversationRow.MetadataField, fields.MetadataJson, time)
        | (fields.IsStarred is { } star && row.Write(ConversationRow.StarField, star ? true : BsonValue.Null, time));

    /// <param name="value">Null where it is not written, empty to take it away.</param>
    public static bool Write(ConversationRow row, string field, string? value, long time)
        => value is not null && row.Write(field, value.Length == 0 ? BsonValue.Null : value, time);

    /// <summary>A time for a change that follows one at another time, perhaps of a client whose clock is ahead.</summary>
    public static long Later(long now, long before) => Math.Max(now, before + 1);

    /// <summary>An id as messages to people show it.</summary>
    public static string Shown(string id) => id.Length <= 80 ? id : string.Create(CultureInfo.InvariantCulture, $"{id[..80]}… ({id.Length} characters)");

    private static IEnumerable<ConversationRow> Range(Tables tables, byte[] from, byte[] to)
        => tables.Conversations.Range(Tables.ListField, from, to).Select(document => new ConversationRow(document));
}
