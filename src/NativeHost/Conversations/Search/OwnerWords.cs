using NativeHost.Search;
using NativeHost.Search.Texts;

namespace NativeHost.Conversations.Search;

/// <summary>The words of one owner's messages and titles, in memory. One thread at a time changes them, while others search.</summary>
/// <remarks>Each owner has its own: how rare a word is, and so every score, would tell one extension what others' conversations are about.</remarks>
internal sealed class OwnerWords : IDisposable
{
    public TextIndex Texts { get; } = new();

    public TitleIndex Titles { get; } = new();

    /// <summary>The messages with the words of a query, the best first.</summary>
    /// <returns>Scores are shares of what the query's words are worth, as <see cref="ScoreFusion"/> takes them.</returns>
    public IReadOnlyList<SearchHit> Messages(string query, int count, Func<string, bool> filter)
        => Texts.SharesOf(query, Texts.Search(query, count, filter));

    /// <summary>The conversations whose titles or messages have words of a query, the best first, each with the message that has most of them.</summary>
    /// <param name="find">Finds a message by its key; null where it is gone.</param>
    public IReadOnlyList<FoundConversation> Conversations(string query, Func<string, IndexedMessage?> find, ConversationFilter filter)
    {
        var best = new Dictionary<string, IndexedMessage>(StringComparer.Ordinal);
        var byMessages = new List<SearchHit>();
        foreach (var hit in Texts.SharesOf(query, Texts.SearchAll(query)))
        {
            if (find(hit.Key) is { } message
                && Titles.Find(message.ConversationKey) is { } conversation
                && filter.LetsThrough(conversation)
                && best.TryAdd(conversation.Key, message))
            {
                byMessages.Add(hit with { Key = conversation.Key });
            }
        }

        return Titles.Rank(query, byMessages, best, filter);
    }

    public void Dispose()
    {
        Texts.Dispose();
        Titles.Dispose();
    }
}
