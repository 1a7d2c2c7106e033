using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Changes;

/// <summary>What changed in the store, of all origins: for whoever keeps an index of his own beside it.</summary>
/// <remarks>
/// Who follows it keeps the number up to which he has worked, and the store's id, and asks for what came after: so he goes on after a restart
/// where he was. What is told is on the disk; what is not told yet has a greater number. From any thread.
/// </remarks>
public sealed class ChangeFeed
{
    private readonly StoreDatabase _database;

    internal ChangeFeed(StoreDatabase database)
    {
        _database = database;
        database.Flushed += () => Changed?.Invoke();
    }

    /// <summary>Raised when there are changes to read, on the thread that made them, which waits: do no work there.</summary>
    public event Action? Changed;

    /// <summary>A random name of the store, for as long as its numbers go on.</summary>
    public string StoreId => _database.Read(static tables => tables.StoreId);

    /// <summary>The number of the last change that is on the disk.</summary>
    public long Last => _database.Durable;

    /// <param name="after">The number of the last change that is known; 0 to begin.</param>
    /// <param name="limit">How many at most.</param>
    public ChangePage Read(long after, int limit)
        => _database.Read(tables =>
        {
            var last = _database.Durable;
            var rows = Feed.Read(tables, tables.Origins.Numbers, after, last, limit + 1);
            var page = rows.Take(limit).ToList();
            var hasMore = rows.Count > page.Count;
            return new ChangePage(
                page.Select(row => ChangeOf(tables, row)).OfType<StoreChange>().ToList(), hasMore ? page[^1].Sequence : last, hasMore, tables.StoreId);
        });

    private static StoreChange? ChangeOf(Tables tables, MergedRow row)
    {
        var origin = tables.Origins.NameOf(row.Origin);
        return row switch
        {
            ConversationRow { IsLive: false, Cleared: < 0 } => null,
            ConversationRow => new StoreChange(row.Sequence, ChangedKind.Conversation, !row.IsLive, origin, row.Id, row.Id),
            MessageRow message when Feed.Counts(tables, message)
                => new StoreChange(row.Sequence, ChangedKind.Message, !row.IsLive, origin, message.Conversation, row.Id),
            _ => null,
        };
    }
}
