using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>Reads pages of branches.</summary>
internal static class MessagePages
{
    public static MessagePage Read(Tables tables, ConversationRow conversation, MessageQuery query)
    {
        var tree = tables.Trees.Of(conversation);
        if (query.HeadId is { } head && !tree.Contains(head))
        {
            throw MessageTable.NotFound(head);
        }

        var branch = tree.Branch(query.HeadId ?? conversation.Head);
        var first = query.AfterId is { } after ? PlaceOf(tree, after) + 1 : 0;
        var end = query.BeforeId is { } before ? PlaceOf(tree, before) : branch.Count;
        var isForward = query.FromStart || query.AfterId is not null;
        var messages = new List<Message>();
        var left = Math.Max(1, query.MaxBytes);
        using var walk = new MessageWalk(tables, conversation.Number, isForward);
        for (var count = 0; count < Math.Min(query.Limit, end - first); count++)
        {
            var node = branch[isForward ? first + count : end - 1 - count];
            var row = walk.At(node);
            if (messages.Count > 0 && row.Bytes > left)
            {
                break;
            }

            messages.Add(WithSiblings(MessageTable.ToRecord(tables, row, left), node));
            left -= (int)Math.Min(left, row.Bytes);
        }

        if (!isForward)
        {
            messages.Reverse();
        }

        var begin = isForward ? first : end - messages.Count;
        return new MessagePage(messages, branch.Count, HasEarlier: begin > 0, HasLater: begin + messages.Count < branch.Count);
    }

    private static int PlaceOf(MessageTree tree, string id) => tree.PlaceOf(id) is var place and >= 0 ? place : throw MessageTable.NotFound(id);

    private static Message WithSiblings(Message message, MessageNode node)
    {
        var siblings = MessageTree.SiblingsOf(node);
        return siblings.Count == 1 ? message : message with { Siblings = siblings.Count, SiblingIndex = siblings.ToList().IndexOf(node) };
    }
}
