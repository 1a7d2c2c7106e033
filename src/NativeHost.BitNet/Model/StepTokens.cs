namespace NativeHost.BitNet.Model;

/// <summary>The tokens that are computed at once: what, where, and which of them get logits.</summary>
internal sealed class StepTokens(int capacity)
{
    /// <summary>Stands for a token without logits.</summary>
    public const int NoLogits = -1;

    public int Capacity => Ids.Length;

    public int Count { get; private set; }

    public int[] Ids { get; } = new int[capacity];

    public int[] Sequences { get; } = new int[capacity];

    public int[] Positions { get; } = new int[capacity];

    /// <summary>The row of logits that a token's go to.</summary>
    public int[] LogitsRows { get; } = new int[capacity];

    public void Clear() => Count = 0;

    public void Add(int id, int sequence, int position, int logitsRow)
    {
        (Ids[Count], Sequences[Count], Positions[Count], LogitsRows[Count]) = (id, sequence, position, logitsRow);
        Count++;
    }
}
