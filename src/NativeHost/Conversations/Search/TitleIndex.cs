using System.Collections.Concurrent;
using NativeHost.Actions.Conversations;
using NativeHost.Search;
using NativeHost.Search.Texts;
using NativeHost.Storage.Changes;
using NativeHost.Storage.Conversations;

namespace NativeHost.Conversations.Search;

/// <summary>Finds conversations by their titles, in memory. One thread at a time changes it, while others search.</summary>
internal sealed class TitleIndex : IDisposable
{
    /// <summary>A title has few words, which somebody chose for the whole: a good one counts more than a good message.</summary>
    private const double TitleWeight = 2;

    /// <summary>The share of a query's words that a title counts for in which the query stands within a word.</summary>
    private const double WithinWord = 0.6;

    private readonly TextIndex _titles = new();
    private readonly ConcurrentDictionary<string, IndexedConversation> _conversations = new(StringComparer.Ordinal);

    /// <summary>Null where it is gone.</summary>
    public IndexedConversation? Find(string key) => _conversations.GetValueOrDefault(key);

    /// <summary>Takes a conversation as it is now.</summary>
    /// <param name="conversation">Null where it is gone.</param>
    public void Take(StoreChange change, Conversation? conversation)
    {
        var key = IndexedMessage.KeyOf(change.Origin, change.Id);
        if (conversation is null)
        {
            _titles.Remove(key);
            _conversations.TryRemove(key, out _);
            return;
        }

        // With each message a conversation changes, and its title seldom.
        if (Find(key)?.Title != conversation.Title)
        {
            _titles.Add(key, conversation.Title);
        }

        _conversations[key] = new IndexedConversation(
            change.Origin, change.Id, conversation.Title, conversation.Topic, conversation.IsStarred, ConversationUsers.Of(conversation.MetadataJson));
    }

    /// <summary>Puts what titles and messages tell of a query into one order, by the shares of the query's words that they have.</summary>
    /// <param name="byMessages">Conversations by their best messages; scores are shares.</param>
    /// <param name="messages">The messages, by the conversation's key.</param>
    public IReadOnlyList<FoundConversation> Rank(
        string query, IReadOnlyList<SearchHit> byMessages, IReadOnlyDictionary<string, IndexedMessage> messages, ConversationFilter filter)
    {
        var byTitle = ByTitle(query, filter);
        var inTitle = byTitle.Select(hit => hit.Key).ToHashSet(StringComparer.Ordinal);
        var scores = byTitle.ToDictionary(hit => hit.Key, hit => TitleWeight * hit.Score, StringComparer.Ordinal);
        foreach (var hit in byMessages)
        {
            scores[hit.Key] = scores.GetValueOrDefault(hit.Key) + hit.Score;
        }

        // Of equal ones the title comes first, in the order of its own.
        return
        [
            .. byTitle.Concat(byMessages).Select(hit => hit.Key).Distinct(StringComparer.Ordinal)
                .OrderByDescending(key => scores[key])
                .Select(key => (Key: key, Conversation: Find(key)))
                .Where(found => found.Conversation is not null)
                .Select(found => new FoundConversation(found.Conversation!, scores[found.Key], inTitle.Contains(found.Key), messages.GetValueOrDefault(found.Key))),
        ];
    }

    public void Clear()
    {
        foreach (var key in _conversations.Keys)
        {
            _titles.Remove(key);
        }

        _conversations.Clear();
    }

    public void Dispose() => _titles.Dispose();

    /// <summary>Those with words of the query, and behind them those in which it stands otherwise, as while somebody types it: the shortest titles first.</summary>
    private List<SearchHit> ByTitle(string query, ConversationFilter filter)
    {
        var byWords = _titles.SharesOf(query, _titles.SearchAll(query, key => Find(key) is { } conversation && filter.LetsThrough(conversation)));
        var known = byWords.Select(hit => hit.Key).ToHashSet(StringComparer.Ordinal);
        var text = query.Trim();
        return
        [
            .. byWords,
            .. _conversations.Values
                .Where(conversation => filter.LetsThrough(conversation) && !known.Contains(conversation.Key) && conversation.Title.Contains(text, StringComparison.OrdinalIgnoreCase))
                .OrderBy(conversation => conversation.Title.Length).ThenBy(conversation => conversation.Key, StringComparer.Ordinal)
                .Select(conversation => new SearchHit(conversation.Key, WithinWord)),
        ];
    }
}
