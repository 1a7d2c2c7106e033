using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

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
    /// <returns>Them, without their texts where those are long.</returns>
    /// <exception cref="StorageException">An id is taken, or a parent is not in the conversation.</exception>
    public IReadOnlyList<Message> Add(StoreCaller caller, string conversationId, IReadOnlyList<NewMessage> messages)
    {
        foreach (var message in messages)
        {
            MessageAddition.Check(message);
        }

        return _database.Write(tables =>
        {
            var conversation = ConversationTable.Require(tables, caller, conversationId);
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var rows = messages.Select(message => MessageAddition.Add(tables, conversation, message, MessageStatus.Complete, now)).ToList();
            ConversationTable.Save(tables, conversation, now);
            return rows.ConvertAll(row => MessageTable.ToRecord(tables, row, MessageTexts.MaxInlineBytes));
        });
    }

    /// <param name="maxBytes">How much of its texts to read, in UTF-8 bytes.</param>
    /// <returns>Null where the caller has none with this id.</returns>
    public Message? Find(StoreCaller caller, string id, int maxBytes = int.MaxValue)
        => _database.Read(tables => MessageTable.Find(tables, caller, id) is { } row ? MessageTable.ToRecord(tables, row, maxBytes) : null);

    /// <summary>Reads a piece of a text that is too long to read at once.</summary>
    /// <param name="fromByte">What the piece before said, or 0.</param>
    /// <param name="maxBytes">UTF-8 bytes; at least one character comes.</param>
    public TextPiece ReadText(StoreCaller caller, string id, TextKind kind, long fromByte, int maxBytes)
        => _database.Read(tables => MessageTexts.Read(tables, MessageTable.Require(tables, caller, id), kind, Math.Max(0, fromByte), maxBytes));

    /// <exception cref="StorageException">There is no such conversation, or a message that the query names is not on the branch.</exception>
    public MessagePage Page(StoreCaller caller, string conversationId, MessageQuery query)
        => _database.Read(tables => MessagePages.Read(tables, ConversationTable.Require(tables, caller, conversationId), query));
}
