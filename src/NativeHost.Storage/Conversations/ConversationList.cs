using System.Buffers.Text;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Conversations;

/// <summary>The conversations of a store. From any thread; what it returns is on the disk.</summary>
/// <remarks>
/// Of what another origin has, nothing is told: it is as if it were not there. Throws <see cref="StorageException"/>:
/// <see cref="StorageFault.NotFound"/> for a conversation that the caller does not have, <see cref="StorageFault.InvalidValue"/> for what
/// cannot be kept, and what the disk may say. What throws has changed nothing.
/// </remarks>
public sealed class ConversationList
{
    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;

    internal ConversationList(StoreDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <exception cref="StorageException">Its id is taken (<see cref="StorageFault.Conflict"/>).</exception>
    public Conversation Create(StoreCaller caller, NewConversation conversation)
    {
        Checks.Origin(caller.Origin);
        var id = conversation.Id ?? $"chat_{Guid.NewGuid():N}";
        Checks.Id(id, "A conversation's id");
        conversation.Check();
        return _database.Write(tables => ConversationTable.Create(tables, caller, id, conversation, Now).ToRecord(tables.Origins));
    }

    /// <returns>Null where the caller has none with this id.</returns>
    public Conversation? Find(StoreCaller caller, string id)
        => _database.Read(tables => ConversationTable.Find(tables, caller, id)?.ToRecord(tables.Origins));

    /// <exception cref="StorageException">The cursor is none that a page gave.</exception>
    public ConversationPage List(StoreCaller caller, ConversationQuery query) => _database.Read(tables => List(tables, caller, query));

    public Conversation Change(StoreCaller caller, string id, ConversationChange change)
    {
        change.Check();
        return _database.Write(tables =>
        {
            var row = ConversationTable.Require(tables, caller, id);
            Quotas.Require(tables, row.Origin, change);
            var time = ConversationTable.Later(Now, row.Stamp);
            ConversationTable.Store(tables, row, row => ConversationTable.Write(row, change, time));
            return row.ToRecord(tables.Origins);
        });
    }

    /// <summary>Shows the branch that a message is on, down to the newest message below it.</summary>
    /// <exception cref="StorageException">The conversation has no such message.</exception>
    public Conversation SetHead(StoreCaller caller, string id, string messageId)
        => _database.Write(tables =>
        {
            var row = ConversationTable.Require(tables, caller, id);
            if (tables.Trees.Of(row).Find(messageId) is not { IsDeleted: false })
            {
                throw MessageTable.NotFound(messageId);
            }

            row.HeadIsLast = false;
            var time = ConversationTable.Later(Now, row.Stamp);
            ConversationTable.Store(tables, row, row => ConversationTable.Write(row, ConversationRow.HeadField, messageId, time));
            return row.ToRecord(tables.Origins);
        });

    /// <summary>Deletes a conversation with its messages. That it is deleted stays known, so that devices hear of it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(StoreCaller caller, string id)
    {
        var isThere = _database.Write(tables =>
        {
            var row = ConversationTable.Find(tables, caller, id);
            if (row is not null)
            {
                Deletion.Begin(tables, row, ConversationTable.Later(Now, row.Active));
            }

            return row is not null;
        });
        Deletion.Finish(_database);
        return isThere;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static ConversationPage List(Tables tables, StoreCaller caller, ConversationQuery query)
    {
        var origins = Reach.Of(tables, caller);
        if (query.Origins is { } wanted)
        {
            origins = [.. origins.Where(origin => wanted.Contains(tables.Origins.NameOf(origin)))];
        }

        var isFiltered = query.IsStarred is not null || query.Topic is not null;
        var (updated, number) = query.Cursor is { } cursor ? PlaceOf(cursor) : (long.MaxValue, long.MaxValue);
        var count = (int)Math.Min(int.MaxValue - 1, (long)Math.Max(0, query.Limit) + Math.Max(0, query.Offset));
        var found = new List<ConversationRow>();
        var total = 0L;
        foreach (var origin in origins)
        {
            var rows = tables.Conversations
                .Range(Tables.ListField, Keys.List(origin, 0, 0), Keys.List(origin, updated, number), descending: true)
                .Select(document => new ConversationRow(document))
                .Where(row => Matches(row, query));
            found.AddRange(rows.Take(count + 1));
            total += isFiltered ? CountOf(tables, origin, query) : tables.Usages.Of(origin).Conversations;
        }

        found.Sort(static (one, other) => (other.Active, other.Number).CompareTo((one.Active, one.Number)));
        var page = found.Take(count).Skip(Math.Max(0, query.Offset)).ToList();
        var next = found.Count > count && page.Count > 0 ? CursorAfter(page[^1]) : null;
        return new ConversationPage([.. page.Select(row => row.ToRecord(tables.Origins))], total, next);
    }

    private static long CountOf(Tables tables, int origin, ConversationQuery query)
        => tables.Conversations
            .Range(Tables.ListField, Keys.List(origin, 0, 0), Keys.List(origin, long.MaxValue, long.MaxValue))
            .LongCount(document => Matches(new ConversationRow(document), query));

    private static bool Matches(ConversationRow row, ConversationQuery query)
        => (query.IsStarred is null || query.IsStarred == row.IsStarred)
        && (query.Topic is null || string.Equals(query.Topic, row.Topic, StringComparison.Ordinal));

    private static string CursorAfter(ConversationRow row) => Base64Url.EncodeToString(Keys.Pair(row.Active, row.Number));

    private static (long Updated, long Number) PlaceOf(string cursor)
    {
        var place = new byte[16];
        if (!Base64Url.IsValid(cursor, out var length) || length != place.Length)
        {
            throw new StorageException(StorageFault.InvalidValue, "This cursor is none of a list of conversations. Begin without one.");
        }

        Base64Url.DecodeFromChars(cursor, place);
        return (Keys.FirstOf(place), Keys.SecondOf(place) - 1);
    }
}
