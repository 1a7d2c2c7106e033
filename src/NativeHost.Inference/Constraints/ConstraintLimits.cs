namespace NativeHost.Inference.Constraints;

/// <summary>What foreign constraints may cost. Each limit is far above what people write.</summary>
internal static class ConstraintLimits
{
    /// <summary>Most UTF-16 units of a constraint's texts together.</summary>
    public const int Characters = 1_000_000;

    /// <summary>Deepest nesting of a schema, a pattern's groups, or a constraint's parts.</summary>
    public const int Depth = 100;

    public const int Rules = 20_000;

    public const int States = 300_000;

    /// <summary>States of a part that has to be made deterministic before use: patterns with lengths, keys that must differ.</summary>
    public const int DeterministicStates = 10_000;

    /// <summary>The same of all such parts of a constraint.</summary>
    public const int AllDeterministicStates = 100_000;

    /// <summary>Longest row of references, each of which says nothing but the next.</summary>
    public const int References = 200;

    /// <summary>States that are stood at and gone through at once.</summary>
    public const int Items = 20_000;

    /// <summary>Steps of single ways that a mask may take: about half a second.</summary>
    public const int ItemStepsOfMask = 5_000_000;

    /// <summary>Bytes of configurations and masks that a constraint keeps for later tokens.</summary>
    public const long CacheBytes = 16L << 20;

    /// <summary>Copies of a repetition's body up to which it is written out; longer ones count.</summary>
    public const int CopiedStates = 48;

    /// <summary>Most rounds of a repetition whose body may be empty: each round that is left out is followed.</summary>
    public const int EmptyRounds = 200;

    /// <summary>Combinations that <c>anyOf</c> and <c>oneOf</c> beside each other may make of one schema.</summary>
    public const int Combinations = 256;
}
