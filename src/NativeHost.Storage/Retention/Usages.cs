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
    /// <param name="before">What its origin had of it.</param>
    /// <param name="after">What its origin has of it.</param>
    public void Change(int origin, Usage before, Usage after)
    {
        // Who was not counted yet, is counted with it later.
        if (_usages.TryGetValue(origin, out var usage))
        {
            _usages[origin] = usage - before + after;
        }
    }

    private Usage Count(int origin)
        => ConversationTable.AwaitedOf(tables, origin)
            .Concat(ConversationTable.ListOf(tables, origin))
            .Concat(ConversationTable.DeletedOf(tables, origin))
            .Aggregate(default(Usage), static (sum, row) => sum + row.Usage);
}

/// <summary>What is stored.</summary>
/// <param name="Conversations">Those that are not deleted.</param>
/// <param name="Messages">In all their branches, and those that are kept until their conversation comes.</param>
/// <param name="Bytes">What quotas count: the texts, and about what else a message takes. The file is greater.</param>
/// <param name="Deletions">Deleted conversations and messages of which that is still known, so that devices hear of it. Quotas count
/// <see cref="DeletionBytes"/> for each, beside <paramref name="Bytes"/>.</param>
public readonly record struct Usage(long Conversations, long Messages, long Bytes, long Deletions)
{
    /// <summary>What a deletion counts for in quotas.</summary>
    public const int DeletionBytes = 256;

    /// <summary>What quotas count.</summary>
    internal long Counted => Bytes + (Deletions * DeletionBytes);

    public static Usage operator +(Usage one, Usage other)
        => new(one.Conversations + other.Conversations, one.Messages + other.Messages, one.Bytes + other.Bytes, one.Deletions + other.Deletions);

    public static Usage operator -(Usage one, Usage other)
        => new(one.Conversations - other.Conversations, one.Messages - other.Messages, one.Bytes - other.Bytes, one.Deletions - other.Deletions);
}
