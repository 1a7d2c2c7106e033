using NativeHost.Storage.Changes;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Sync;

/// <summary>Tells devices what changed.</summary>
internal static class Pull
{
    public static PullPage Read(
        Tables tables, IReadOnlyList<int> origins, long since, long last, int limit, int maxBytes)
    {
        var rows = Feed.Read(tables, origins, since, last, limit + 1);
        var conversations = new List<SyncConversation>();
        var messages = new List<SyncMessage>();
        var left = maxBytes;
        var next = since;
        var count = 0;
        foreach (var row in rows)
        {
            var bytes = row is MessageRow text ? (int)Math.Min(int.MaxValue, text.Bytes) : 0;
            if (count == limit || (count > 0 && bytes > left))
            {
                return new PullPage(conversations, messages, next, HasMore: true, tables.StoreId);
            }

            if (row is ConversationRow conversation && (conversation.IsLive || conversation.Cleared >= 0))
            {
                conversations.Add(conversation.ToSync());
            }
            else if (row is MessageRow message && Feed.Counts(tables, message))
            {
                messages.Add(message.ToSync(MessageTable.ToRecord(tables, message, left)));
            }

            left = Math.Max(0, left - bytes);
            next = row.Sequence;
            count++;
        }

        // Not the store's last change, which may be another origin's: so what others do changes nothing here.
        return new PullPage(conversations, messages, next, HasMore: false, tables.StoreId);
    }
}
