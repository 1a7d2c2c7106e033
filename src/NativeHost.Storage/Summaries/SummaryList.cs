using System.Text;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Summaries;

/// <summary>The summaries of a store. From any thread; what it returns is on the disk.</summary>
/// <remarks>They go with their conversation, and do not travel: each device can make its own. Throws as <see cref="ConversationList"/> does.</remarks>
public sealed class SummaryList
{
    /// <summary>UTF-8 bytes of a summary, and of all the ids that it names: a page of them fits into a frame.</summary>
    public const int MaxContentBytes = 128 * 1024;

    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;

    internal SummaryList(StoreDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <exception cref="StorageException">The id belongs to a summary of another conversation (<see cref="StorageFault.Conflict"/>).</exception>
    public Summary Put(StoreCaller caller, string conversationId, NewSummary summary)
    {
        var id = summary.Id ?? $"summary_{Guid.NewGuid():N}";
        Checks.Id(id, "A summary's id");
        Checks.Word(summary.Model, "A model");
        Checks.Json(summary.MetadataJson, "The metadata");
        if (Encoding.UTF8.GetByteCount(summary.Content) + summary.MessageIds.Sum(Encoding.UTF8.GetByteCount) > MaxContentBytes)
        {
            throw new StorageException(StorageFault.InvalidValue, $"A summary may have {MaxContentBytes:N0} bytes. Make it shorter.");
        }

        return _database.Write(tables =>
        {
            var conversation = ConversationTable.Require(tables, caller, conversationId);
            var sequence = tables.NextSequence();
            var row = SummaryRow.New(conversation, id, summary, _time.GetUtcNow().ToUnixTimeMilliseconds(), sequence);
            if (tables.Summaries.Find(row.Key) is { } old && new SummaryRow(old).ConversationNumber != conversation.Number)
            {
                throw new StorageException(StorageFault.Conflict, $"There is a summary {ConversationTable.Shown(id)} of another conversation.");
            }

            tables.Summaries.Put(row.Document);
            return row.ToRecord(tables.Origins);
        });
    }

    /// <summary>Those of a conversation, the oldest first.</summary>
    public IReadOnlyList<Summary> List(StoreCaller caller, string conversationId)
        => _database.Read(tables => SummaryTable.Of(tables, ConversationTable.Require(tables, caller, conversationId))
            .Select(row => row.ToRecord(tables.Origins))
            .ToList());

    /// <returns>Whether there was one.</returns>
    public bool Delete(StoreCaller caller, string id)
        => _database.Write(tables =>
        {
            var row = Reach.Of(tables, caller).Select(origin => tables.Summaries.Find(Keys.Of(origin, id))).FirstOrDefault(found => found is not null);
            if (row is not null)
            {
                tables.Summaries.Delete(row["_id"]);
                tables.NoteSequence();
            }

            return row is not null;
        });
}
