using NativeHost.Conversations.Search;
using NativeHost.Messages;
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

    /// <summary>Of a query, which is in the answer as well.</summary>
    private const int MostQuery = 10_000;

    /// <exception cref="RequestException">There is nothing to look for, or too much.</exception>
    public static void CheckQuery(string query)
    {
        if (string.IsNullOrWhiteSpace(query) || query.Length > MostQuery)
        {
            throw RequestFields.Invalid("query", $"it is required, a text of at most {MostQuery:N0} characters");
        }
    }

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
