using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>What several parts of the store do with messages in a transaction.</summary>
internal static class MessageTable
{
    /// <summary>The message that an id means for a caller.</summary>
    /// <exception cref="StorageException">There is none that it may see.</exception>
    public static MessageRow Require(Tables tables, StoreCaller caller, string id) => Find(tables, caller, id) ?? throw NotFound(id);

    /// <returns>Null where there is none that the caller may see.</returns>
    public static MessageRow? Find(Tables tables, StoreCaller caller, string id)
        => Reach.Of(tables, caller).Select(origin => FindAny(tables, origin, id)).FirstOrDefault(row => row is { IsDeleted: false });

    /// <returns>Also one that was deleted; null where there never was one.</returns>
    public static MessageRow? FindAny(Tables tables, int origin, string id)
        => tables.Messages.Find(Keys.Of(origin, id)) is { } document ? new MessageRow(document) : null;

    public static StorageException NotFound(string id) => new(StorageFault.NotFound, $"There is no message {ConversationTable.Shown(id)} here.");

    /// <summary>The message for a client.</summary>
    /// <param name="maxBytes">How much of its texts, in UTF-8 bytes; reasoning comes after content.</param>
    public static Message ToRecord(Tables tables, MessageRow row, int maxBytes)
    {
        var content = MessageTexts.Read(tables, row, TextKind.Content, 0, maxBytes);
        var left = maxBytes - (int)content.NextByte;
        var hasReasoning = row.BytesOf(TextKind.Reasoning) > 0;
        var reasoning = hasReasoning && left > 0 ? MessageTexts.Read(tables, row, TextKind.Reasoning, 0, left).Text : "";
        return new Message(
            row.Id,
            tables.Origins.NameOf(row.Origin),
            row.Conversation,
            row.Parent is NewMessage.NoParent ? null : row.Parent,
            row.Role,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Created),
            DateTimeOffset.FromUnixTimeMilliseconds(row.Updated),
            row.Status,
            content.Text,
            row.BytesOf(TextKind.Content),
            row.Sequence)
        {
            Reasoning = hasReasoning ? reasoning : null,
            ReasoningBytes = row.BytesOf(TextKind.Reasoning),
            Model = row.Model,
            SettingsJson = row.Settings,
            PromptTokens = row.PromptTokens,
            OutputTokens = row.OutputTokens,
            TimingsJson = row.Timings,
            StopReason = row.StopReason,
            AttachmentsJson = row.Attachments,
            MetadataJson = row.Metadata,
            EmbeddingId = row.Embedding,
        };
    }
}
