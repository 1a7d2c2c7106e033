using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Summaries;

/// <summary>What several parts of the store do with summaries in a transaction.</summary>
internal static class SummaryTable
{
    /// <summary>In the order of their coming.</summary>
    public static IEnumerable<SummaryRow> Of(Tables tables, ConversationRow conversation)
        => tables.Summaries
            .Range(Tables.TreeField, Keys.Pair(conversation.Number, 0), Keys.Pair(conversation.Number, long.MaxValue))
            .Select(document => new SummaryRow(document));

    public static void RemoveAll(Tables tables, ConversationRow conversation)
    {
        foreach (var row in Of(tables, conversation).ToList())
        {
            tables.Summaries.Delete(row.Key);
        }
    }
}
