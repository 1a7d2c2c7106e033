using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Retention;

/// <summary>What each origin has in the store: counted once, then kept. Under the gate, as the tables.</summary>
internal sealed class Usages(Tables tables)
{
    private readonly Dictionary<int, Usage> _usages = [];

    public Usage Of(int origin)
    {
        if (!_usages.TryGetValue(origin, out var usage))
        {
            _usages.Add(origin, usage = Count(origin));
        }

        return usage;
    }

    /// <summary>Tells that a conversation came, changed or went.</summary>
    /// <param name="conversations">How many more there are.</param>
    /// <param name="messages">How many more there are.</param>
    /// <param name="bytes">How many more there are.</param>
    public void Change(int origin, long conversations, long messages, long bytes)
    {
        // Who was not counted yet, is counted with it later.
        if (_usages.TryGetValue(origin, out var usage))
        {
            _usages[origin] = new Usage(usage.Conversations + conversations, usage.Messages + messages, usage.Bytes + bytes);
        }
    }

    private Usage Count(int origin)
    {
        var usage = default(Usage);
        foreach (var more in ConversationTable.AwaitedOf(tables, origin).Concat(ConversationTable.ListOf(tables, origin)).Select(row => row.Usage))
        {
            usage = new Usage(usage.Conversations + more.Conversations, usage.Messages + more.Messages, usage.Bytes + more.Bytes);
        }

        return usage;
    }
}

/// <summary>What is stored.</summary>
/// <param name="Conversations">Those that are not deleted.</param>
/// <param name="Messages">In all their branches, and those that are kept until their conversation comes.</param>
/// <param name="Bytes">What quotas count: the texts, and about what else a message takes. The file is greater.</param>
public readonly record struct Usage(long Conversations, long Messages, long Bytes);
