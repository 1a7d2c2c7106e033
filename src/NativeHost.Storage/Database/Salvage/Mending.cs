using LiteDB;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Summaries;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>Makes a store of rows that were saved: some that others refer to may be lost.</summary>
internal sealed class Mending(NewDataFile made)
{
    /// <summary>Rows that are read before any of them is written.</summary>
    private const int Step = 200;

    private readonly Dictionary<long, Counts> _counts = [];
    private readonly HashSet<long> _withParts = [];

    public long Conversations { get; private set; }

    public long Messages { get; private set; }

    public long CutTexts { get; private set; }

    public void Run()
    {
        NameOrigins();

        // The last change's number is found by origins.
        made.Recount();
        Each(made.Tables.Messages, document => MendMessage(new MessageRow(document)));
        Each(made.Tables.Texts, RemoveStray);
        Each(made.Tables.Summaries, document => MendSummary(new SummaryRow(document)));
        Each(made.Tables.Conversations, document => MendConversation(new ConversationRow(document)));
        made.Recount();
    }

    private void NameOrigins()
    {
        Each(made.Tables.Conversations, document => Name(new ConversationRow(document).Origin, document["origin"] is { IsString: true } name ? name.AsString : null));
        Each(made.Tables.Messages, document => Name(new MessageRow(document).Origin, null));
        Each(made.Tables.Summaries, document => Name(Keys.OriginOf(document["_id"].AsBinary), null));
    }

    private void Name(int number, string? name)
    {
        var origins = made.Tables.Origins;
        if (!origins.Has(number))
        {
            var free = name is not null && origins.Find(name) is null;
            origins.Note(number, free ? name! : $"recovered-{number}");
        }
    }

    private void MendMessage(MessageRow row)
    {
        var tables = made.Tables;
        var conversation = ConversationTable.FindAny(tables, row.Origin, row.Conversation) ?? ConversationOf(row);
        if (row.ConversationNumber != conversation.Number || Math.Max(row.Stamp, row.Cleared) <= conversation.Cleared)
        {
            // It was deleted with its conversation, and only not removed yet.
            MessageTable.Remove(tables, row);
            return;
        }

        CutTexts += (Cut(row, TextKind.Content) ? 1 : 0) + (Cut(row, TextKind.Reasoning) ? 1 : 0);
        if (row.Status == MessageStatus.Streaming)
        {
            row.Write(MessageRow.StatusField, (long)MessageStatus.Interrupted, row.Stamp + 1);
        }

        if (MessageTexts.PartsOf(row, TextKind.Content) + MessageTexts.PartsOf(row, TextKind.Reasoning) > 0)
        {
            _withParts.Add(row.Number);
        }

        row.SealPlace();
        tables.Messages.Update(row.Document);
        var counts = _counts.GetValueOrDefault(conversation.Number);
        _counts[conversation.Number] = new Counts(counts.Messages + (row.IsLive ? 1 : 0), counts.Bytes + row.Bytes, counts.Deleted + (row.IsRest ? 1 : 0));
    }

    private ConversationRow ConversationOf(MessageRow message)
    {
        var tables = made.Tables;
        var row = ConversationRow.New(message.Origin, tables.Origins.NameOf(message.Origin), message.Conversation, message.ConversationNumber);
        row.WritePresent(Math.Max(0, message.Stamp));
        row.Write(ConversationRow.TitleField, "Recovered", Math.Max(0, message.Stamp));
        row.Seal(tables.NextSequence());
        tables.Conversations.Put(row.Document);
        return row;
    }

    // True where some of it is not there; what is there from the beginning is kept.
    private bool Cut(MessageRow row, TextKind kind)
    {
        if (MessageTexts.PartsOf(row, kind) == 0)
        {
            return false;
        }

        var stored = MessageTexts.StoredBytesOf(made.Tables, row, kind);
        if (stored == row.BytesOf(kind))
        {
            return false;
        }

        row.SetText(kind, stored, stored == 0 ? "" : null);
        return true;
    }

    private void RemoveStray(BsonDocument part)
    {
        if (!_withParts.Contains(MessageTexts.MessageOf(part["_id"].AsBinary)))
        {
            made.Tables.Texts.Delete(part["_id"]);
        }
    }

    // Deleted with its conversation, or nobody finds it any more.
    private void MendSummary(SummaryRow row)
    {
        if (ConversationTable.FindAny(made.Tables, row.Origin, row.Conversation) is not { IsLive: true } conversation
            || conversation.Number != row.ConversationNumber
            || row.Created <= conversation.Cleared)
        {
            made.Tables.Summaries.Delete(row.Key);
        }
    }

    private void MendConversation(ConversationRow row)
    {
        var counts = _counts.GetValueOrDefault(row.Number);
        (row.Messages, row.MessageBytes, row.DeletedMessages) = (counts.Messages, counts.Bytes, counts.Deleted);
        row.HeadIsLast = false;
        row.Seal(row.Sequence);
        made.Tables.Conversations.Update(row.Document);
        Conversations += row.IsLive ? 1 : 0;
        Messages += row.IsLive ? counts.Messages : 0;
    }

    private void Each(Table table, Action<BsonDocument> mend)
    {
        BsonValue? last = null;
        while (table.After(last, Step) is { Count: > 0 } documents)
        {
            foreach (var document in documents)
            {
                mend(document);
                made.Wrote();
            }

            last = documents[^1]["_id"];
        }
    }

    private readonly record struct Counts(long Messages, long Bytes, long Deleted);
}
