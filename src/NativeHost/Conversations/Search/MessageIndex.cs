using System.Collections.Concurrent;
using NativeHost.Search;
using NativeHost.Search.Texts;
using NativeHost.Storage;
using NativeHost.Storage.Changes;
using NativeHost.Storage.Messages;

namespace NativeHost.Conversations.Search;

/// <summary>Keeps indexes of the messages of a store: of their words and of titles in memory, of their meaning in a file.</summary>
/// <remarks>
/// It follows the store's feed of changes. Words are read anew by each process; vectors, which cost more, are kept, and made where they are
/// missing. Safe to call from any thread; one thread at a time catches up.
/// </remarks>
/// <param name="vectors">Makes and keeps the vectors.</param>
internal sealed class MessageIndex(UserConversations conversations, MessageVectors vectors) : IAsyncDisposable
{
    private const int ChangesAtOnce = 256;

    /// <summary>Of a message so much is looked through: a book in one message is found by its beginning.</summary>
    private const int MostTextBytes = 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TextIndex _texts = new();
    private readonly ConcurrentDictionary<string, IndexedMessage> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Origin, string Conversation), HashSet<string>> _byConversation = [];
    private readonly TitleIndex _titles = new();
    private string? _storeId;
    private long _position;
    private bool _isPruned;

    /// <summary>Messages whose vectors are not made yet.</summary>
    public int Pending => vectors.Pending;

    /// <summary>Reads what changed in the store. Words can be found from then on.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => Read(conversations.Open(), cancellationToken), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The messages with the words of a query, the best first.</summary>
    public IReadOnlyList<SearchHit> ByWords(string query, int count, MessageFilter filter)
        => _texts.Search(query, count, key => LetsThrough(key, filter));

    /// <inheritdoc cref="TextIndex.Worth"/>
    public double Worth(string query) => _texts.Worth(query);

    /// <summary>The messages nearest to a query by their meaning, the best first.</summary>
    /// <param name="query">[dimensions]: its vector.</param>
    public IReadOnlyList<SearchHit> ByMeaning(ReadOnlySpan<float> query, int count, MessageFilter filter)
        => vectors.Search(query, count, key => LetsThrough(key, filter));

    /// <summary>The conversations whose titles or messages have words of a query, the best first, each with the message that has most of them.</summary>
    public IReadOnlyList<FoundConversation> Conversations(string query, ConversationFilter filter)
    {
        var best = new Dictionary<string, IndexedMessage>(StringComparer.Ordinal);
        var byMessages = new List<SearchHit>();
        foreach (var hit in _texts.SearchAll(query))
        {
            if (_messages.TryGetValue(hit.Key, out var message)
                && _titles.Find(message.ConversationKey) is { } conversation
                && filter.LetsThrough(conversation)
                && best.TryAdd(conversation.Key, message))
            {
                byMessages.Add(hit with { Key = conversation.Key });
            }
        }

        return _titles.Rank(query, byMessages, _texts.Worth(query), best, filter);
    }

    /// <summary>Null where it is gone.</summary>
    public IndexedMessage? Find(string key) => _messages.GetValueOrDefault(key);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _turn.Dispose();
        _texts.Dispose();
        _titles.Dispose();
    }

    private bool LetsThrough(string key, MessageFilter filter) => _messages.TryGetValue(key, out var message) && filter.LetsThrough(message);

    private void Read(ConversationStore store, CancellationToken cancellationToken)
    {
        bool hasMore;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = store.Changes.Read(_position, ChangesAtOnce);
            if (page.StoreId != _storeId && _storeId is not null)
            {
                Forget();
                page = store.Changes.Read(_position, ChangesAtOnce);
            }

            _storeId = page.StoreId;
            vectors.Open(page.StoreId);
            foreach (var change in page.Changes)
            {
                Take(store, change);
            }

            _position = page.Next;
            hasMore = page.HasMore;
        }
        while (hasMore);
        if (!_isPruned)
        {
            vectors.Prune(_messages.ContainsKey);
            _isPruned = true;
        }
    }

    private void Take(ConversationStore store, StoreChange change)
    {
        if (change.Kind == ChangedKind.Conversation)
        {
            _titles.Take(change, change.IsDeleted ? null : store.Conversations.Find(new StoreCaller(change.Origin), change.Id));
            if (change.IsDeleted && _byConversation.Remove((change.Origin, change.ConversationId), out var keys))
            {
                foreach (var key in keys)
                {
                    Remove(key, change.Sequence);
                }
            }

            return;
        }

        var name = IndexedMessage.KeyOf(change.Origin, change.Id);
        var message = change.IsDeleted ? null : store.Messages.Find(new StoreCaller(change.Origin), change.Id, MostTextBytes);
        if (message is null || message.Status == MessageStatus.Streaming || message.Content.Length == 0)
        {
            Remove(name, change.Sequence);
            return;
        }

        var indexed = new IndexedMessage(change.Origin, change.Id, change.ConversationId, message.Role, message.Created);
        _messages[name] = indexed;
        if (!_byConversation.TryGetValue((change.Origin, change.ConversationId), out var members))
        {
            _byConversation[(change.Origin, change.ConversationId)] = members = new HashSet<string>(StringComparer.Ordinal);
        }

        members.Add(name);
        _texts.Add(name, message.Content);
        vectors.Want(name, change.Sequence);
    }

    private void Remove(string key, long position)
    {
        if (_messages.TryRemove(key, out var message))
        {
            _texts.Remove(key);
            _byConversation.GetValueOrDefault((message.Origin, message.ConversationId))?.Remove(key);
        }

        vectors.Remove(key, position);
    }

    private void Forget()
    {
        foreach (var key in _messages.Keys)
        {
            _texts.Remove(key);
        }

        _titles.Clear();
        _messages.Clear();
        _byConversation.Clear();
        (_position, _isPruned) = (0, false);
    }
}
