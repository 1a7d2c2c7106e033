using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Messages;

/// <summary>The messages of a store. From any thread; what it returns is on the disk.</summary>
/// <remarks>Throws <see cref="StorageException"/> as <see cref="ConversationList"/> does. What throws has changed nothing.</remarks>
public sealed class MessageList
{
    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;

    internal MessageList(StoreDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Adds messages, all or none, each behind the one before it unless it says otherwise.</summary>
    /// <param name="create">Begins the conversation where it is not there, and only with the messages.</param>
    /// <returns>Them, without their texts where those are long.</returns>
    /// <exception cref="StorageException">An id is taken, or a parent is not in the conversation.</exception>
    public IReadOnlyList<Message> Add(StoreCaller caller, string conversationId, IReadOnlyList<NewMessage> messages, bool create = false)
    {
        if (create)
        {
            Checks.Origin(caller.Origin);
            Checks.Id(conversationId, "A conversation's id");
        }

        foreach (var message in messages)
        {
            message.Check();
        }

        return _database.Write(tables =>
        {
            var conversation = create && ConversationTable.Find(tables, caller, conversationId) is null
                ? ConversationTable.Create(tables, caller, conversationId, new NewConversation(), Now)
                : ConversationTable.Require(tables, caller, conversationId);
            Quotas.Require(tables, conversation, messages);
            List<MessageRow> rows = [];
            ConversationTable.Store(tables, conversation, conversation =>
            {
                var addition = new MessageAddition(tables, conversation, Now);
                rows.AddRange(messages.Select(message => addition.Add(message, MessageStatus.Complete)));
                addition.Show();
                return true;
            });
            return rows.ConvertAll(row => MessageTable.ToRecord(tables, row, MessageTexts.MaxInlineBytes));
        });
    }

    /// <summary>Begins a message that is written as it comes, with what there is of it.</summary>
    /// <returns>What takes the rest, and is ended and disposed by the caller. The message as it began is on the disk.</returns>
    /// <exception cref="StorageException">As <see cref="Add"/>.</exception>
    public GrowingMessage Begin(StoreCaller caller, string conversationId, NewMessage message)
    {
        message.Check();
        var (key, begun) = _database.Write(tables =>
        {
            var conversation = ConversationTable.Require(tables, caller, conversationId);
            Quotas.Require(tables, conversation, [message]);
            MessageRow? row = null;
            ConversationTable.Store(tables, conversation, conversation =>
            {
                row = StreamingTable.Begin(tables, conversation, message, Now);
                return true;
            });
            return (row!.Key, MessageTable.ToRecord(tables, row, MessageTexts.MaxInlineBytes));
        });
        return new GrowingMessage(_database, _time, key, begun, message);
    }

    /// <summary>Deletes a message's texts and all else that it says. Its place stays, so what followed it follows what is before it now.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(StoreCaller caller, string id)
        => _database.Write(tables =>
        {
            if (MessageTable.Find(tables, caller, id) is not { } found)
            {
                return false;
            }

            var (row, conversation) = found;
            ConversationTable.Store(tables, conversation, conversation =>
            {
                conversation.HeadIsLast = false;
                return MessageTable.Store(tables, conversation, row, row => MessageTable.Clear(tables, row, ConversationTable.Later(Now, row.Stamp)));
            });
            tables.Trees.Forget(conversation.Number);
            return true;
        });

    /// <summary>Notes where a message's embedding is. It is no change that others hear of.</summary>
    /// <param name="embeddingId">Null for none.</param>
    /// <returns>Whether the message is there.</returns>
    public bool LinkEmbedding(StoreCaller caller, string id, string? embeddingId)
        => _database.Write(tables =>
        {
            if (MessageTable.Find(tables, caller, id) is not { Row: var row })
            {
                return false;
            }

            row.Embedding = embeddingId;
            tables.Messages.Update(row.Document);
            return true;
        });

    /// <param name="maxBytes">How much of its texts to read, in UTF-8 bytes.</param>
    /// <returns>Null where the caller has none with this id.</returns>
    public Message? Find(StoreCaller caller, string id, int maxBytes = int.MaxValue)
        => _database.Read(tables => MessageTable.Find(tables, caller, id) is { Row: var row } ? MessageTable.ToRecord(tables, row, maxBytes) : null);

    /// <summary>Reads a piece of a text that is too long to read at once.</summary>
    /// <param name="fromByte">What the piece before said, or 0.</param>
    /// <param name="maxBytes">UTF-8 bytes; at least one character comes.</param>
    public TextPiece ReadText(StoreCaller caller, string id, TextKind kind, long fromByte, int maxBytes)
        => _database.Read(tables => MessageTexts.Read(tables, MessageTable.Require(tables, caller, id).Row, kind, Math.Max(0, fromByte), maxBytes));

    /// <exception cref="StorageException">There is no such conversation, or a message that the query names is not on the branch.</exception>
    public MessagePage Page(StoreCaller caller, string conversationId, MessageQuery query)
        => _database.Read(tables => MessagePages.Read(tables, ConversationTable.Require(tables, caller, conversationId), query));

    /// <summary>The messages that follow the same one as a message, which is one of them, the oldest first: what a client can switch between.</summary>
    /// <returns>Their ids.</returns>
    public IReadOnlyList<string> Siblings(StoreCaller caller, string id)
        => _database.Read(tables =>
        {
            var (row, conversation) = MessageTable.Require(tables, caller, id);
            return MessageTree.SiblingsOf(tables.Trees.Of(conversation).Find(row.Id)!).Select(node => node.Id).ToList();
        });

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
