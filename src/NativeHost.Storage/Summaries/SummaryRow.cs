using LiteDB;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Summaries;

/// <summary>A summary in its table.</summary>
internal sealed class SummaryRow(BsonDocument document) : Row(document)
{
    public long ConversationNumber => Keys.FirstOf(Document[Tables.TreeField].AsBinary);

    public string Conversation => TextOf("conv")!;

    /// <summary>ms since 1970.</summary>
    public long Created => NumberOf("created");

    public long Sequence => Keys.SequenceOf(Document[Tables.FeedField].AsBinary);

    public static SummaryRow New(ConversationRow conversation, string id, NewSummary summary, long now, long sequence)
    {
        var document = Begin(RowKind.Summary, Keys.Of(conversation.Origin, id));
        document["conv"] = conversation.Id;
        document[Tables.TreeField] = Keys.Pair(conversation.Number, sequence);
        document[Tables.FeedField] = Keys.Feed(conversation.Origin, sequence);
        document["text"] = summary.Content;
        document["created"] = now;
        document["about"] = new BsonArray(summary.MessageIds.Select(message => new BsonValue(message)));
        var row = new SummaryRow(document);
        row.Set("model", summary.Model);
        row.Set("meta", summary.MetadataJson);
        return row;
    }

    public Summary ToRecord(Origins origins) => new(
        Id,
        origins.NameOf(Origin),
        Conversation,
        TextOf("text") ?? "",
        DateTimeOffset.FromUnixTimeMilliseconds(Created),
        Document["about"] is { IsArray: true } about ? [.. about.AsArray.Select(message => message.AsString)] : [],
        Sequence)
    {
        Model = TextOf("model"),
        MetadataJson = TextOf("meta"),
    };
}
