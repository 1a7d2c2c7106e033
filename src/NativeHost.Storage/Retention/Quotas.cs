using System.Text;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Retention;

/// <summary>Keeps origins, each with all of its namespaces, within their bytes, before something is written.</summary>
internal static class Quotas
{
    /// <exception cref="StorageException">The messages would take the conversation's owner over its limit.</exception>
    public static void Require(Tables tables, ConversationRow conversation, IEnumerable<MessageFields> messages)
        => Require(tables, conversation.Origin, () => messages.Sum(message => BytesOf(message.Content) + BytesOf(message.Reasoning)));

    /// <exception cref="StorageException">What is written would take the owner over its limit.</exception>
    public static void Require(Tables tables, int origin, ConversationFields conversation)
        => Require(tables, origin, () => BytesOf(conversation.SettingsJson) + BytesOf(conversation.MetadataJson));

    /// <exception cref="StorageException">One more deletion, of something that was never there, would take the owner over its limit.</exception>
    public static void RequireDeletion(Tables tables, int origin) => Require(tables, origin, static () => Usage.DeletionBytes);

    private static void Require(Tables tables, int origin, Func<long> bytes)
    {
        if (tables.Limits(tables.Origins.NameOf(origin)).MaxBytes is not { } limit)
        {
            return;
        }

        var (used, more) = (tables.Origins.FamilyOf(origin).Sum(member => tables.Usages.Of(member).Counted), bytes());
        if (used + more > limit)
        {
            throw new StorageException(
                StorageFault.QuotaExceeded,
                $"The conversations of this extension take {used:N0} bytes of the {limit:N0} that the user gives them, and {more:N0} more do not fit. "
                + "Delete or purge some, or raise the limit in the settings.");
        }
    }

    private static long BytesOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
