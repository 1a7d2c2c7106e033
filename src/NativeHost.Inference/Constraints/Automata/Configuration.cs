using NativeHost.Inference.Constraints.Masks;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>Where a text that was read so far may stand: all ways to read it at once. The same ways are the same object, of one space.</summary>
internal sealed class Configuration
{
    public Configuration(Item[] items, bool isComplete, bool isSpelled, int classCount, int epoch)
    {
        Epoch = epoch;
        (Items, IsComplete, IsSpelled) = (items, isComplete, isComplete || isSpelled);
        Next = items.Length == 0 ? [] : new Configuration?[classCount];
        var hash = new HashCode();
        hash.Add(isComplete);
        foreach (var item in items)
        {
            hash.Add(item);
        }

        ContentHash = hash.ToHashCode();
    }

    /// <summary>How often its space had forgotten what it met, when this was made.</summary>
    public int Epoch { get; }

    /// <summary>States that read, in order.</summary>
    public Item[] Items { get; }

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete { get; }

    /// <summary>Whether some way leads to an end over tokens of one byte, or it is reached.</summary>
    public bool IsSpelled { get; }

    /// <summary>No text goes on from here, and none ends here.</summary>
    public bool IsDead => Items.Length == 0 && !IsComplete;

    /// <summary>What follows each class of symbols; null where it was not asked for yet.</summary>
    public Configuration?[] Next { get; }

    /// <summary>Tokens that may follow; null where it was not asked for yet.</summary>
    public TokenMask? Mask { get; set; }

    public long Bytes => 120 + (24L * Items.Length) + (8L * Next.Length);

    public int ContentHash { get; }

    public bool HasContentOf(Configuration other) => ContentHash == other.ContentHash && IsComplete == other.IsComplete && Items.AsSpan().SequenceEqual(other.Items);
}

/// <summary>One way to read a text.</summary>
/// <param name="Stack">Where to go on when the rule ends; null where the text ends then.</param>
internal readonly record struct Item(int State, Frame? Stack)
{
    public bool Equals(Item other) => State == other.State && ReferenceEquals(Stack, other.Stack);

    public override int GetHashCode() => HashCode.Combine(State, Stack?.Number ?? 0);
}

/// <summary>A call that has not returned yet. The same calls are the same object, of one space.</summary>
/// <param name="isLoop">Whether it was a loop that called.</param>
internal sealed class Frame(int number, Frame? parent, int site, int rounds, bool isLoop, bool isSpelled)
{
    /// <summary>Never used twice in a process.</summary>
    public int Number { get; } = number;

    public Frame? Parent { get; } = parent;

    /// <summary>The state that called.</summary>
    public int Site { get; } = site;

    /// <summary>Where it is a loop: rounds that ended. One that has no upper bound does not count beyond its lower one.</summary>
    public int Rounds { get; } = rounds;

    /// <summary>Number of calls, this one and those that it was made in.</summary>
    public int Depth { get; } = (parent?.Depth ?? 0) + 1;

    /// <summary>Whether there are loops among them.</summary>
    public bool HasLoops { get; } = isLoop || parent?.HasLoops == true;

    /// <summary>Whether all that follows can be spelled by tokens of one byte.</summary>
    public bool IsSpelled { get; } = isSpelled;
}
