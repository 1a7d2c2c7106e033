using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Sync;

/// <summary>How a caller's devices come to have the same conversations: each pushes what it wrote, and pulls what others did.</summary>
/// <remarks>
/// Of each field the last write counts, by the time that its device gave; of two at the same time the greater value. Deletions are writes too,
/// and travel. So the same records make the same conversations, in whatever order they come, and however often. From any thread; what is
/// acknowledged is on the disk.
/// </remarks>
public sealed class SyncExchange
{
    /// <summary>Records of a push that are stored in one transaction; others read in between.</summary>
    private const int Step = 50;

    private readonly StoreDatabase _database;

    internal SyncExchange(StoreDatabase database) => _database = database;

    /// <summary>Takes in what a device says. What cannot be kept is refused with a reason, and the rest is kept.</summary>
    /// <exception cref="StorageException">The disk says no; what comes before in the lists may have been kept, and can be pushed again.</exception>
    public PushResult Push(StoreCaller caller, IReadOnlyList<SyncConversation> conversations, IReadOnlyList<SyncMessage> messages)
    {
        Checks.Origin(caller.Origin);
        var conversationTally = new Tally();
        foreach (var step in conversations.Chunk(Step))
        {
            Take(caller, step, static record => record.Id, Check, Sync.Push.Conversation, conversationTally);
        }

        var messageTally = new Tally();
        foreach (var step in messages.Chunk(Step))
        {
            Take(caller, step, static record => record.Id, Check, Sync.Push.Message, messageTally);
        }

        Deletion.Finish(_database);
        return new PushResult(conversationTally.Result, messageTally.Result, messageTally.Waiting);
    }

    /// <summary>What changed after a change that the device knows.</summary>
    /// <param name="since">What the last page gave as next; 0 to begin.</param>
    /// <param name="limit">How many records at most.</param>
    /// <param name="maxBytes">UTF-8 bytes that the texts of a page may have together, about; one that is longer is cut.</param>
    public PullPage Pull(StoreCaller caller, long since, int limit, int maxBytes)
        => _database.Read(tables => Sync.Pull.Read(tables, Reach.Of(tables, caller), since, _database.Durable, limit, maxBytes));

    private void Take<T>(
        StoreCaller caller, IReadOnlyList<T> records, Func<T, string> idOf, Action<T> check, Func<Tables, int, T, PushOutcome> take, Tally tally)
    {
        var taken = _database.Write(tables =>
        {
            // Counted anew where the transaction is repeated.
            var step = new Tally();
            var origin = tables.Origins.NumberOf(caller.Origin);
            foreach (var record in records)
            {
                try
                {
                    check(record);
                    step.Add(take(tables, origin, record));
                }
                catch (StorageException e) when (e.Fault is StorageFault.InvalidValue or StorageFault.Conflict or StorageFault.QuotaExceeded)
                {
                    step.Refused.Add(new RefusedRecord(idOf(record), e.Fault, e.Message));
                }
            }

            return step;
        });
        tally.Add(taken);
    }

    private static void Check(SyncConversation record)
    {
        Checks.Id(record.Id, "A conversation's id");
        Checks.Time(record.Updated);
        Checks.Time(record.Created ?? record.Updated);
        CheckReference(record.HeadId, "A head's id");
        record.Check();
    }

    private static void Check(SyncMessage record)
    {
        Checks.Id(record.Id, "A message's id");
        Checks.Id(record.ConversationId, "A conversation's id");
        Checks.Time(record.Updated);
        CheckReference(record.ParentId, "A parent's id");
        Checks.Word(record.Role, "A role");
        if (record.Status is { } status && (!Enum.IsDefined(status) || status == MessageStatus.Streaming))
        {
            throw new StorageException(StorageFault.InvalidValue, "A message that is pushed is complete, interrupted or failed.");
        }

        record.Check();
    }

    private static void CheckReference(string? id, string what)
    {
        if (!string.IsNullOrEmpty(id))
        {
            Checks.Id(id, what);
        }
    }

    private sealed class Tally
    {
        private readonly Dictionary<PushOutcome, int> _counts = [];

        public List<RefusedRecord> Refused { get; } = [];

        public int Waiting => _counts.GetValueOrDefault(PushOutcome.Waiting);

        public PushTally Result => new(
            _counts.GetValueOrDefault(PushOutcome.Created) + Waiting,
            _counts.GetValueOrDefault(PushOutcome.Updated),
            _counts.GetValueOrDefault(PushOutcome.Skipped),
            Refused);

        public void Add(PushOutcome outcome) => _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;

        public void Add(Tally other)
        {
            foreach (var (outcome, count) in other._counts)
            {
                _counts[outcome] = _counts.GetValueOrDefault(outcome) + count;
            }

            Refused.AddRange(other.Refused);
        }
    }
}
