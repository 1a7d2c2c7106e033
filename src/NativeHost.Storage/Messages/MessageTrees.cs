using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>The trees of the conversations that were looked at last. Under the gate, as the tables.</summary>
internal sealed class MessageTrees(Tables tables)
{
    /// <summary>Messages in all trees that are kept: some 10 MB.</summary>
    private const int MaxNodes = 50_000;

    // The last used at the end.
    private readonly LinkedList<(long Conversation, MessageTree Tree)> _used = new();
    private readonly Dictionary<long, LinkedListNode<(long Conversation, MessageTree Tree)>> _trees = [];

    public MessageTree Of(ConversationRow conversation)
    {
        if (_trees.Remove(conversation.Number, out var known))
        {
            _used.Remove(known);
        }
        else
        {
            known = new((conversation.Number, MessageTree.Read(tables, conversation)));
        }

        _used.AddLast(known);
        _trees.Add(conversation.Number, known);
        Shrink();
        return known.Value.Tree;
    }

    /// <summary>Tells of a message that was added to the end of what it follows.</summary>
    public void Add(MessageRow row)
    {
        if (_trees.TryGetValue(row.ConversationNumber, out var known))
        {
            known.Value.Tree.Add(row);
        }
    }

    /// <summary>Tells that a conversation's messages became others.</summary>
    public void Forget(long conversation)
    {
        if (_trees.Remove(conversation, out var known))
        {
            _used.Remove(known);
        }
    }

    private void Shrink()
    {
        while (_used.Count > 1 && _used.Sum(entry => entry.Tree.Count) > MaxNodes)
        {
            Forget(_used.First!.Value.Conversation);
        }
    }
}
