using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Sync;

namespace NativeHost.Actions.Conversations;

/// <summary>Records on their way into the store: those that can be read, and what is wrong with the others.</summary>
internal sealed class PushBatch
{
    /// <summary>What an answer has room for.</summary>
    private const int MostRefused = 100;

    private const int MostShown = 200;

    private readonly List<SyncConversation> _conversations = [];
    private readonly List<SyncMessage> _messages = [];
    private readonly List<RefusedRecordView> _refused = [];
    private readonly HashSet<string> _refusedIds = new(StringComparer.Ordinal);
    private int _refusedConversations;
    private int _refusedMessages;
    private int _skippedConversations;
    private int _skippedMessages;

    /// <summary>Takes a conversation.</summary>
    /// <param name="idOf">Its id, where it has one.</param>
    /// <param name="read">Makes the record, or throws a <see cref="RequestException"/>.</param>
    public void Add<T>(T? given, Func<T, string?> idOf, Func<T, SyncConversation> read)
    {
        if (Read(given, idOf, read) is { } record)
        {
            _conversations.Add(record);
        }
        else
        {
            _refusedConversations++;
            _refusedIds.Add(given is null ? "" : idOf(given) ?? "");
        }
    }

    /// <summary>Takes a message.</summary>
    /// <inheritdoc cref="Add{T}(T, Func{T, string}, Func{T, SyncConversation})"/>
    public void Add<T>(T? given, Func<T, string?> idOf, Func<T, SyncMessage> read)
    {
        if (Read(given, idOf, read) is { } record)
        {
            _messages.Add(record);
        }
        else
        {
            _refusedMessages++;
        }
    }

    /// <summary>Counts a conversation that could not be read.</summary>
    /// <param name="name">What it is called in the answer.</param>
    public void Refuse(string name, string reason)
    {
        _refusedConversations++;
        Note(new RefusedRecordView(name, WireWord.Of(ErrorCode.InvalidRequest), reason));
    }

    /// <summary>Counts a conversation that is known already.</summary>
    /// <param name="messages">How many it has.</param>
    public void Skip(int messages)
    {
        _skippedConversations++;
        _skippedMessages += messages;
    }

    /// <summary>Stores all of it.</summary>
    /// <param name="isImport">
    /// Whether messages are refused with their conversation, instead of waiting for it where nobody sees them; and whether a conversation that was
    /// deleted here begins once more, whatever its times are.
    /// </param>
    /// <exception cref="StorageException">The disk says no; some may have been kept, and can be pushed again.</exception>
    public SyncPushReply Push(ConversationStore store, StoreCaller caller, bool isImport = false)
    {
        var sync = store.Sync;
        var ended = sync.Push(caller, [.. _conversations.Select(DeletionBefore).OfType<SyncConversation>()], []).Conversations;
        var taken = sync.Push(caller, _conversations, []).Conversations;
        if (isImport)
        {
            RefuseMessagesOfRefused(taken);
            taken = BringBack(store, caller, taken);
        }

        var result = sync.Push(caller, [], _messages);
        var conversations = CountsOf(taken, _skippedConversations, _refusedConversations, null);
        var messages = CountsOf(result.Messages, _skippedMessages, _refusedMessages, result.Waiting);
        var refused = _refused.Concat(ended.Refused.Concat(taken.Refused).Concat(result.Messages.Refused)
            .Select(record => new RefusedRecordView(Shortened(record.Id), WireWord.Of(StorageErrors.CodeOf(record.Fault)), record.Reason)));
        return new SyncPushReply(conversations, messages, conversations.Synced + messages.Synced, [.. refused.Take(MostRefused)]);
    }

    // What was written in a life before is not in the one that the record is about.
    private static SyncConversation? DeletionBefore(SyncConversation record)
        => record is { IsDeleted: false, DeletedUpTo: { } end } ? new SyncConversation(record.Id, end) { IsDeleted = true } : null;

    private PushTally BringBack(ConversationStore store, StoreCaller caller, PushTally tally)
    {
        var refused = tally.Refused.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        var begun = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var record in _conversations.Where(record => !record.IsDeleted && !refused.Contains(record.Id)))
        {
            if (!begun.ContainsKey(record.Id) && store.Conversations.Find(caller, record.Id) is null)
            {
                begun[record.Id] = store.Conversations.Create(caller, new NewConversation { Id = record.Id }).Updated.AddMilliseconds(1);
            }
        }

        if (begun.Count > 0)
        {
            // Where something says when it was written, that is before its deletion.
            store.Sync.Push(caller, [.. _conversations.Where(record => begun.ContainsKey(record.Id)).Select(record => record with { Updated = begun[record.Id] })], []);
            for (var index = 0; index < _messages.Count; index++)
            {
                if (begun.TryGetValue(_messages[index].ConversationId, out var time) && _messages[index].Updated < time)
                {
                    _messages[index] = _messages[index] with { Updated = time };
                }
            }
        }

        return tally with { Created = tally.Created + begun.Count, Skipped = tally.Skipped - begun.Count };
    }

    private void RefuseMessagesOfRefused(PushTally tally)
    {
        var refused = tally.Refused.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        refused.UnionWith(_refusedIds.Except(_conversations.Select(conversation => conversation.Id)));
        foreach (var message in _messages.Where(message => refused.Contains(message.ConversationId)))
        {
            _refusedMessages++;
            Note(new RefusedRecordView(Shortened(message.Id), WireWord.Of(ErrorCode.InvalidRequest), "Its conversation was refused."));
        }

        _messages.RemoveAll(message => refused.Contains(message.ConversationId));
    }

    private void Note(RefusedRecordView refused)
    {
        if (_refused.Count < MostRefused)
        {
            _refused.Add(refused);
        }
    }

    private TRecord? Read<T, TRecord>(T? given, Func<T, string?> idOf, Func<T, TRecord> read)
        where TRecord : class
    {
        try
        {
            return read(given ?? throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: a record is an object."));
        }
        catch (RequestException e)
        {
            Note(new RefusedRecordView(Shortened(given is null ? "" : idOf(given) ?? ""), WireWord.Of(e.Code), e.Message));
            return null;
        }
    }

    private static SyncCounts CountsOf(PushTally tally, int skipped, int unreadable, int? waiting) => new(
        tally.Created + tally.Updated,
        tally.Created,
        tally.Updated,
        tally.Skipped + skipped,
        tally.Refused.Count + unreadable,
        waiting,
        tally.Total + skipped + unreadable);

    private static string Shortened(string id) => id.Length <= MostShown ? id : $"{id[..MostShown]}…";
}
