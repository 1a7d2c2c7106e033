using LiteDB;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Retention;

/// <summary>What a clean-up does beside the limits that users set: it forgets deletions that are long past, and notes what is dated ahead.</summary>
/// <remarks>
/// In transactions of their own, between which others work. None of it is a change that others hear of: devices agree on what was written, and
/// each store on its own on how long it keeps that.
/// </remarks>
internal sealed class AgeKeeping(StoreDatabase database)
{
    /// <summary>Rows of one transaction.</summary>
    private const int Step = 200;

    /// <summary>Clocks of devices differ, but not by a day.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(1);

    /// <exception cref="StorageException">The disk says no; some of it may be done.</exception>
    public void Run(DateTimeOffset now)
    {
        Repeat(tables => AllAhead(tables, now), static row => row.Seen is null, (tables, row) => Note(tables, row, now.ToUnixTimeMilliseconds()));
        var before = (now - RetentionControl.DeletionsKept).ToUnixTimeMilliseconds();
        Repeat(
            tables => tables.Origins.Numbers.SelectMany(origin => ConversationTable.DeletedOf(tables, origin).TakeWhile(row => row.Active < before))
                .Concat(AllAhead(tables, now)),
            row => row.IsRest && (row.Seen ?? row.Active) < before,
            Forget);
        ForgetMessages(before);
    }

    /// <summary>Rows of an origin's conversations that are dated ahead of the clock by more than clocks differ: live ones and such as are awaited.</summary>
    public static IEnumerable<ConversationRow> AheadOf(Tables tables, int origin, DateTimeOffset now)
    {
        var from = (now + Tolerance).ToUnixTimeMilliseconds();
        return ConversationTable.ListOf(tables, origin, from).Concat(ConversationTable.AwaitedOf(tables, origin, from));
    }

    private static IEnumerable<ConversationRow> AllAhead(Tables tables, DateTimeOffset now)
        => tables.Origins.Numbers.SelectMany(origin =>
            AheadOf(tables, origin, now).Concat(ConversationTable.DeletedOf(tables, origin, (now + Tolerance).ToUnixTimeMilliseconds())));

    // Until there is nothing more to do. Looking first costs no wait for the disk; what was found may be something else when it is changed.
    private void Repeat(Func<Tables, IEnumerable<ConversationRow>> rows, Func<ConversationRow, bool> isDue, Action<Tables, ConversationRow> change)
    {
        while (database.Read(tables => rows(tables).Where(isDue).Take(Step).Select(row => row.Key).ToList()) is { Count: > 0 } keys)
        {
            database.Write(tables =>
            {
                foreach (var row in keys.Select(key => tables.Conversations.Find(key)).OfType<BsonDocument>().Select(document => new ConversationRow(document)).Where(isDue))
                {
                    change(tables, row);
                }

                return keys.Count;
            });
        }
    }

    private static void Note(Tables tables, ConversationRow row, long now)
    {
        row.Seen = now;
        tables.Conversations.Put(row.Document);
    }

    // The rest of a conversation that has many messages goes with the next transaction.
    private static void Forget(Tables tables, ConversationRow row)
    {
        var before = row.Usage;
        var messages = MessageTable.Of(tables, row.Number).Take(Step).ToList();
        messages.ForEach(message => MessageTable.Remove(tables, message));
        tables.NoteSequence();
        if (messages.Count < Step)
        {
            tables.Deletions.Delete(row.Key);
            tables.Conversations.Delete(row.Key);
            tables.Usages.Change(row.Origin, before, default);
            return;
        }

        row.DeletedMessages -= messages.Count(message => message.IsRest);
        tables.Conversations.Put(row.Document);
        tables.Usages.Change(row.Origin, before, row.Usage);
    }

    // A deleted message keeps the place of those that follow it, so only one that nothing follows can go.
    private void ForgetMessages(long before)
    {
        BsonValue? last = null;
        while (database.Read(tables => tables.Conversations.After(last, Step)) is { Count: > 0 } documents)
        {
            foreach (var row in documents.Select(document => new ConversationRow(document)).Where(row => row.DeletedMessages > 0))
            {
                while (database.Read(tables => EndsOf(tables, row.Key, before).Take(Step).ToList()) is { Count: > 0 })
                {
                    database.Write(tables => ForgetMessages(tables, row.Key, before));
                }
            }

            last = documents[^1]["_id"];
        }
    }

    private static int ForgetMessages(Tables tables, byte[] key, long before)
    {
        var messages = EndsOf(tables, key, before).Take(Step).ToList();
        if (messages.Count > 0 && tables.Conversations.Find(key) is { } document)
        {
            var row = new ConversationRow(document);
            var usage = row.Usage;
            messages.ForEach(message => MessageTable.Remove(tables, message));
            row.DeletedMessages -= messages.Count;
            tables.Conversations.Put(row.Document);
            tables.Usages.Change(row.Origin, usage, row.Usage);
            tables.Trees.Forget(row.Number);
            tables.NoteSequence();
        }

        return messages.Count;
    }

    private static IEnumerable<MessageRow> EndsOf(Tables tables, byte[] key, long before)
        => tables.Conversations.Find(key) is not { } document || new ConversationRow(document) is not { IsRest: false } conversation ? []
            : tables.Trees.Of(conversation)
                .DeletedEnds(node => !string.Equals(node.Id, conversation.Head, StringComparison.Ordinal)
                    && MessageTable.FindAny(tables, conversation.Origin, node.Id) is { IsRest: true } row && row.Cleared < before)
                .Select(node => MessageTable.FindAny(tables, conversation.Origin, node.Id)!);
}
