using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>The messages of a conversation as a tree, without their texts: which follows which, and so what branches there are.</summary>
/// <remarks>
/// The same messages make the same tree, in whatever order they came. A message that was not told what it follows, follows the one that was
/// written before it among those like it. One whose parent is not there (yet) begins a branch of its own, and so does the oldest of messages
/// that follow each other in a ring. A deleted message keeps its place: what followed it stays in the branch.
/// Under the gate, as the tables it is read from.
/// </remarks>
internal sealed class MessageTree
{
    private readonly Dictionary<string, MessageNode> _nodes;

    // What begins the conversation are its children.
    private readonly MessageNode _root = new(0, "", MessageNode.NoParent, long.MinValue, IsDeleted: true);

    // The branch that was asked for last, from the beginning, and its end.
    private readonly List<MessageNode> _branch = [];
    private MessageNode? _branchEnd;

    private MessageTree(List<MessageNode> nodes)
    {
        _nodes = new Dictionary<string, MessageNode>(nodes.Count, StringComparer.Ordinal);
        nodes.ForEach(node => _nodes.Add(node.Id, node));
        Link(nodes);
    }

    public int Count => _nodes.Count;

    public static MessageTree Read(Tables tables, ConversationRow conversation)
    {
        var keys = tables.Messages.KeysOf(Tables.TreeField, Keys.Pair(conversation.Number, 0), Keys.Pair(conversation.Number, long.MaxValue));
        return Of(keys.Select(key => MessagePlace.Of(key)).Where(place => place.Latest > conversation.Cleared));
    }

    public static MessageTree Of(IEnumerable<MessagePlace> places)
    {
        var nodes = new List<MessageNode>();
        foreach (var place in places)
        {
            // Mostly each follows the one before it. Of two texts for one id, one is no more when garbage is collected, as it is during a long read.
            var follows = nodes.Count > 0 && string.Equals(place.Parent, nodes[^1].Id, StringComparison.Ordinal);
            nodes.Add(NodeOf(follows ? place with { Parent = nodes[^1].Id } : place));
        }

        return new MessageTree(nodes);
    }

    public bool Contains(string id) => _nodes.ContainsKey(id);

    /// <summary>Adds a message that follows one of the tree's, or none.</summary>
    public void Add(MessageRow row)
    {
        var node = NodeOf(row.Place);
        _nodes.Add(node.Id, node);
        Attach(node, _nodes.GetValueOrDefault(node.ParentId ?? "") ?? _root);
        if (node.Parent == _branchEnd)
        {
            // It makes the branch longer that is looked at, as mostly.
            _branch.Add(node);
            Number(_branch.Count - 1);
            _branchEnd = node;
        }
    }

    /// <summary>The messages of the branch that a head chooses, from the conversation's beginning; deleted ones are left out.</summary>
    /// <param name="head">The newest message at or below it ends the branch; null or one that is not there for the newest of all.</param>
    /// <returns>Valid until the tree changes.</returns>
    public IReadOnlyList<MessageNode> Branch(string? head)
    {
        var end = EndOf(head);
        if (_branchEnd != end)
        {
            _branch.Clear();
            for (var node = end; node != _root; node = node.Parent!)
            {
                if (!node.IsDeleted)
                {
                    _branch.Add(node);
                }
            }

            _branch.Reverse();
            Number(0);
            _branchEnd = end;
        }

        return _branch;
    }

    /// <summary>Where a message is in the branch that was asked for last; -1 where it is not in it.</summary>
    public int PlaceOf(string id)
        => _nodes.TryGetValue(id, out var node) && node.Place < _branch.Count && _branch[node.Place] == node ? node.Place : -1;

    /// <summary>The messages that follow the same one as this, which is one of them, the oldest first.</summary>
    public static IReadOnlyList<MessageNode> SiblingsOf(MessageNode node) => [.. node.Parent!.Children.Where(child => !child.IsDeleted)];

    public MessageNode? Find(string id) => _nodes.GetValueOrDefault(id);

    /// <summary>Deleted messages that nothing follows but such ones, each behind those that follow it.</summary>
    /// <param name="canGo">Where it says no, what the message follows does not come either.</param>
    public IEnumerable<MessageNode> DeletedEnds(Func<MessageNode, bool> canGo)
    {
        var open = new Queue<MessageNode>(_nodes.Values.Where(node => node is { IsDeleted: true, Children.Count: 0 }));
        var gone = new Dictionary<MessageNode, int>();
        while (open.TryDequeue(out var node))
        {
            if (!canGo(node))
            {
                continue;
            }

            yield return node;
            if (node.Parent is { IsDeleted: true } parent && parent != _root)
            {
                gone[parent] = gone.GetValueOrDefault(parent) + 1;
                if (gone[parent] == parent.Children.Count)
                {
                    open.Enqueue(parent);
                }
            }
        }
    }

    private static MessageNode NodeOf(MessagePlace place) => new(place.Number, place.Id, place.Parent, place.Created, !place.IsLive);

    private static void Attach(MessageNode node, MessageNode parent)
    {
        node.Parent = parent;
        var at = parent.Children.Count;
        while (at > 0 && MessageNode.Compare(parent.Children[at - 1], node) > 0)
        {
            at--;
        }

        parent.Children.Insert(at, node);
    }

    private void Number(int from)
    {
        for (var place = from; place < _branch.Count; place++)
        {
            _branch[place].Place = place;
        }
    }

    private void Link(List<MessageNode> ordered)
    {
        ordered.Sort(MessageNode.Compare);
        MessageNode? before = null;
        foreach (var node in ordered)
        {
            if (node.ParentId is { } parent)
            {
                Attach(node, _nodes.GetValueOrDefault(parent) ?? _root);
            }
            else
            {
                Attach(node, before ?? _root);
                before = node;
            }
        }

        OpenRings(ordered);
    }

    private void OpenRings(List<MessageNode> ordered)
    {
        Reach(_root);
        foreach (var node in ordered.Where(node => !node.IsReached))
        {
            node.Parent!.Children.Remove(node);
            node.Parent = _root;
            _root.Children.Add(node);
            Reach(node);
        }

        // Once for all: there may be thousands, each before what the root has already.
        _root.Children.Sort(MessageNode.Compare);
    }

    private static void Reach(MessageNode from)
    {
        var open = new Stack<MessageNode>([from]);
        while (open.TryPop(out var node))
        {
            if (!node.IsReached)
            {
                node.IsReached = true;
                foreach (var child in node.Children)
                {
                    open.Push(child);
                }
            }
        }
    }

    private MessageNode EndOf(string? head)
    {
        var from = _nodes.GetValueOrDefault(head ?? "") ?? _root;
        var newest = NewestBelow(from);

        // Below the newest there is something only where clocks were wrong.
        while (newest.Children.Count > 0)
        {
            newest = newest.Children[^1];
        }

        return newest;
    }

    private static MessageNode NewestBelow(MessageNode from)
    {
        var newest = from;
        var open = new Stack<MessageNode>([from]);
        while (open.TryPop(out var node))
        {
            if (!node.IsDeleted && (newest.IsDeleted || MessageNode.Compare(node, newest) > 0))
            {
                newest = node;
            }

            foreach (var child in node.Children)
            {
                open.Push(child);
            }
        }

        return newest;
    }
}

/// <summary>A message in a <see cref="MessageTree"/>.</summary>
/// <param name="Number">Of its row.</param>
/// <param name="ParentId">As it was given.</param>
/// <param name="Created">ms since 1970.</param>
internal sealed record MessageNode(long Number, string Id, string? ParentId, long Created, bool IsDeleted)
{
    public const string NoParent = NewMessage.NoParent;

    /// <summary>The oldest first.</summary>
    public List<MessageNode> Children { get; } = new(capacity: 1);

    /// <summary>The root for what begins the conversation.</summary>
    public MessageNode? Parent { get; set; }

    /// <summary>While rings are looked for: it is below the root.</summary>
    public bool IsReached { get; set; }

    /// <summary>In the branch that was asked for last, if it is in it.</summary>
    public int Place { get; set; }

    /// <summary>By time, then by id: an order that does not depend on who came first.</summary>
    public static int Compare(MessageNode one, MessageNode other)
        => one.Created.CompareTo(other.Created) is var byTime and not 0 ? byTime : string.CompareOrdinal(one.Id, other.Id);

    public bool Equals(MessageNode? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Number.GetHashCode();
}
