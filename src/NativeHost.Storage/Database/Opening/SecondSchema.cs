using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Database.Opening;

/// <summary>Version 2: an index has all that a conversation's tree needs, and deleted conversations are found by their origin and time.</summary>
internal static class SecondSchema
{
    public static MigrationStep Step { get; } = new(From: 1, Convert);

    private static IEnumerable<StoredDocument> Convert(StoredDocument old)
    {
        if (old.Table == Tables.MessagesName)
        {
            new MessageRow(old.Document).SealPlace();
        }
        else if (old.Table == "conversations")
        {
            var row = new ConversationRow(old.Document);
            row.Seal(row.Sequence);
        }

        return [old];
    }
}
