using NativeHost.Conversations.Search;
using NativeHost.Search.Texts;
using NativeHost.Storage;

namespace NativeHost.Actions.Search;

/// <summary>The part of a message that shows best why it was found.</summary>
/// <param name="Offset">Where it begins in the message, in UTF-16 units.</param>
internal sealed record MessageSnippet(string Text, int Offset)
{
    /// <summary>Of a message so much is looked through for its snippet.</summary>
    private const int MostTextBytes = 256 * 1024;

    private const int Length = 300;

    /// <param name="words">As <see cref="WordReader"/> gives them.</param>
    /// <returns>Null where the message is gone.</returns>
    public static MessageSnippet? Of(ConversationStore store, IndexedMessage message, IReadOnlySet<string> words)
    {
        if (store.Messages.Find(new StoreCaller(message.Origin), message.Id, MostTextBytes) is not { } stored)
        {
            return null;
        }

        var (offset, length) = Snippet.Of(stored.Content, words, Length);
        return new MessageSnippet(stored.Content.Substring(offset, length), offset);
    }
}
