using System.Globalization;
using NativeHost.Storage.Database;

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
        => Reach.Of(tables, caller).Select(origin => FindAny(tables, origin, id)).FirstOrDefault(row => row is { IsDeleted: false });

    /// <returns>Also one that was deleted; null where there never was one.</returns>
    public static ConversationRow? FindAny(Tables tables, int origin, string id)
        => tables.Conversations.Find(Keys.Of(origin, id)) is { } document ? new ConversationRow(document) : null;

    /// <summary>Notes a change at a time of this machine's, which is later than all before it, and stores it.</summary>
    /// <returns>The change's number.</returns>
    public static long Save(Tables tables, ConversationRow row, long now)
    {
        var sequence = tables.NextSequence();
        row.Touch(Later(now, row.Updated), sequence);
        tables.Conversations.Update(row.Document);
        return sequence;
    }

    /// <summary>A time for a change that follows one at another time, perhaps of a client whose clock is ahead.</summary>
    public static long Later(long now, long before) => Math.Max(now, before + 1);

    /// <summary>An id as messages to people show it.</summary>
    public static string Shown(string id) => id.Length <= 80 ? id : string.Create(CultureInfo.InvariantCulture, $"{id[..80]}… ({id.Length} characters)");
}
