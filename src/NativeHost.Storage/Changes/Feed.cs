using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Changes;

/// <summary>Conversations and messages in the order of their last changes.</summary>
internal static class Feed
{
    /// <summary>What changed after one change and up to another.</summary>
    /// <param name="origins">Of whom.</param>
    /// <param name="limit">The first so many.</param>
    public static IReadOnlyList<MergedRow> Read(Tables tables, IEnumerable<int> origins, long after, long upTo, int limit)
    {
        var rows = new List<MergedRow>();
        foreach (var origin in origins)
        {
            var (from, to) = (Keys.Feed(origin, after + 1), Keys.Feed(origin, upTo));
            rows.AddRange(tables.Conversations.Range(Tables.FeedField, from, to).Take(limit).Select(document => new ConversationRow(document)));
            rows.AddRange(tables.Messages.Range(Tables.FeedField, from, to).Take(limit).Select(document => new MessageRow(document)));
        }

        return [.. rows.OrderBy(row => row.Sequence).Take(limit)];
    }

    /// <summary>Whether a message is one that its conversation shows, or one that was deleted by itself: something to tell of.</summary>
    public static bool Counts(Tables tables, MessageRow row)
        => ConversationTable.FindAny(tables, row.Origin, row.Conversation) is { IsLive: true } conversation
        && Math.Max(row.Stamp, row.Cleared) > conversation.Cleared;
}
