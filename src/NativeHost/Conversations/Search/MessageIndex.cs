using System.Collections.Concurrent;
using NativeHost.Search;
using NativeHost.Storage;
using NativeHost.Storage.Changes;
using NativeHost.Storage.Messages;

namespace NativeHost.Conversations.Search;

/// <summary>Keeps indexes of the messages of a store: of their words and of titles in memory, of their meaning in a file.</summary>
/// <remarks>
/// It follows the store's feed of changes. Words are read anew by each process; vectors, which cost more, are kept, and made where they are
/// missing. It begins with words alone, which wait for no model. Safe to call from any thread; one thread at a time catches up.
/// </remarks>
internal sealed class MessageIndex(UserConversations conversations) : IAsyncDisposable
{
    private const int ChangesAtOnce = 256;

    /// <summary>Of a message so much is looked through: a book in one message is found by its beginning.</summary>
    private const int MostTextBytes = 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, OwnerWords> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IndexedMessage> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Origin, string Conversation), HashSet<string>> _byConversation = [];
    private string? _storeId;
    private long _position;
    private volatile MessageVectors? _vectors;

    /// <summary>Messages of an owner whose vectors are not made yet.</summary>
    /// <param name="origin">Null for everybody's.</param>
    public int PendingOf(string? origin) => _vectors?.CountWanted(key => origin is null || Find(key)?.Origin == origin)
            ?? _messages.Values.Count(message => origin is null || message.Origin == origin);

    /// <summary>Reads what changed in the store. Words can be found from then on.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public Task CatchUpAsync(CancellationToken cancellationToken)
        => InTurnAsync(() => Read(conversations.Open(), cancellationToken), cancellationToken);

    /// <summary>Keeps vectors as well, once for an index: those of messages that are gone leave them, and those that are missing are asked for.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    /// <exception cref="IOException">The vectors cannot be opened; nothing is attached then.</exception>
    public Task AttachAsync(MessageVectors vectors, CancellationToken cancellationToken)
        => InTurnAsync(
            () =>
            {
                Read(conversations.Open(), cancellationToken);
                vectors.Open(_storeId!);
                foreach (var (key, message) in _messages)
                {
                    vectors.Want(key, message.Position);
                }

                vectors.Prune(_messages.ContainsKey);
                _vectors = vectors;
            },
            cancellationToken);

    /// <summary>The messages with the words of a query, the best first.</summary>
    /// <returns>Scores as <see cref="OwnerWords.Messages"/> has them.</returns>
    public IReadOnlyList<SearchHit> ByWords(string query, int count, MessageFilter filter)
        => [.. WordsFor(filter.Origin).SelectMany(words => words.Messages(query, count, key => LetsThrough(key, filter))).OrderByDescending(hit => hit.Score).Take(count)];

    /// <summary>The messages nearest to a query by their meaning, the best first.</summary>
    /// <param name="query">[dimensions]: its vector.</param>
    public IReadOnlyList<SearchHit> ByMeaning(ReadOnlySpan<float> query, int count, MessageFilter filter)
        => _vectors?.Search(query, count, key => LetsThrough(key, filter)) ?? [];

    /// <inheritdoc cref="OwnerWords.Conversations"/>
    public IReadOnlyList<FoundConversation> Conversations(string query, ConversationFilter filter)
        => [.. WordsFor(filter.Origin).SelectMany(words => words.Conversations(query, Find, filter)).OrderByDescending(found => found.Score)];

    /// <summary>Null where it is gone.</summary>
    public IndexedMessage? Find(string key) => _messages.GetValueOrDefault(key);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _turn.Dispose();
        foreach (var words in _words.Values)
        {
            words.Dispose();
        }
    }

    private async Task InTurnAsync(Action act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(act, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="origin">Null for everybody's.</param>
    private IEnumerable<OwnerWords> WordsFor(string? origin)
        => origin is null ? _words.Values : _words.TryGetValue(origin, out var words) ? [words] : [];

    private OwnerWords WordsOf(string origin)
    {
        if (!_words.TryGetValue(origin, out var words))
        {
            _words[origin] = words = new OwnerWords();
        }

        return words;
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
            _vectors?.Open(page.StoreId);
            foreach (var change in page.Changes)
            {
                Take(store, change);
            }

            _position = page.Next;
            hasMore = page.HasMore;
        }
        while (hasMore);
    }

    private void Take(ConversationStore store, StoreChange change)
    {
        if (change.Kind == ChangedKind.Conversation)
        {
            WordsOf(change.Origin).Titles.Take(change, change.IsDeleted ? null : store.Conversations.Find(new StoreCaller(change.Origin), change.Id));
            if (change.IsDeleted && _byConversation.Remove((change.Origin, change.ConversationId), out var keys))
            {
                foreach (var key in keys)
                {
                    Remove(key);
                }
            }

            return;
        }

        var name = IndexedMessage.KeyOf(change.Origin, change.Id);
        var message = change.IsDeleted ? null : store.Messages.Find(new StoreCaller(change.Origin), change.Id, MostTextBytes);
        if (message is null || message.Status == MessageStatus.Streaming || message.Content.Length == 0)
        {
            Remove(name);
            return;
        }

        var indexed = new IndexedMessage(change.Origin, change.Id, change.ConversationId, message.Role, message.Created, change.Sequence);
        _messages[name] = indexed;
        if (!_byConversation.TryGetValue((change.Origin, change.ConversationId), out var members))
        {
            _byConversation[(change.Origin, change.ConversationId)] = members = new HashSet<string>(StringComparer.Ordinal);
        }

        members.Add(name);
        WordsOf(change.Origin).Texts.Add(name, message.Content);
        _vectors?.Want(name, change.Sequence);
    }

    private void Remove(string key)
    {
        if (_messages.TryRemove(key, out var message))
        {
            WordsOf(message.Origin).Texts.Remove(key);
            _byConversation.GetValueOrDefault((message.Origin, message.ConversationId))?.Remove(key);
        }

        _vectors?.Remove(key);
    }

    private void Forget()
    {
        foreach (var (key, message) in _messages)
        {
            WordsOf(message.Origin).Texts.Remove(key);
        }

        foreach (var words in _words.Values)
        {
            words.Titles.Clear();
        }

        _messages.Clear();
        _byConversation.Clear();
        _position = 0;
    }
}
