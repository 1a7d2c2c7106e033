namespace NativeHost.Inference.Constraints.Automata;

/// <summary>A grammar as a pushdown automaton without choices made: states, edges by classes of symbols, calls and counted loops. Immutable.</summary>
/// <remarks>
/// Symbols are the 256 bytes, then "any other control token", then each control token that the grammar names. Bytes that no edge tells apart are one class.
/// State 0 returns to the caller; with nobody left to return to, the text is complete.
/// </remarks>
internal sealed class Automaton
{
    public const int Return = 0;

    /// <summary>The symbol of a control token that the grammar does not name.</summary>
    public const int AnyControl = 256;

    private readonly int[] _classes;
    private readonly Edge[] _edges;
    private readonly int[] _targets;

    public Automaton(State[] states, Edge[] edges, int[] targets, int[] classes, int classCount, Token[] controls, int start)
    {
        (States, _edges, _targets, _classes, ClassCount, Controls, Start) = (states, edges, targets, classes, classCount, controls, start);
        IsLive = Liveness.Compute(this, null);
        IsSpelled = IsLive;
    }

    public State[] States { get; }

    public int Start { get; }

    public int ClassCount { get; }

    /// <summary>Those with symbols of their own, from <see cref="AnyControl"/> + 1 on.</summary>
    public Token[] Controls { get; }

    /// <summary>Of each state, whether any text leads from it to the end of its rule.</summary>
    public bool[] IsLive { get; }

    /// <summary>The same by symbols that are tokens by themselves: from these states a generation can always go on, whatever the longer tokens are.</summary>
    public bool[] IsSpelled { get; private set; }

    /// <summary>Says which bytes are tokens by themselves.</summary>
    public void SpellWith(ReadOnlySpan<bool> isToken)
    {
        if (isToken.Contains(false))
        {
            var isSpelled = new bool[ClassCount];
            for (var symbol = 0; symbol < _classes.Length; symbol++)
            {
                isSpelled[_classes[symbol]] |= symbol >= AnyControl || isToken[symbol];
            }

            IsSpelled = Liveness.Compute(this, isSpelled);
        }
    }

    public int ClassOf(int symbol) => _classes[symbol];

    /// <summary>Of the 256 bytes.</summary>
    public ReadOnlySpan<int> ByteClasses => _classes.AsSpan(0, 256);

    public ReadOnlySpan<Edge> EdgesOf(in State state) => _edges.AsSpan(state.First, state.Count);

    /// <summary>Where a state that reads goes with a class of symbols. A control token that the grammar names, but this state does not, is any control token to it.</summary>
    /// <returns>-1 for nowhere.</returns>
    public int TargetOf(int state, int symbolClass)
    {
        foreach (var edge in EdgesOf(States[state]))
        {
            if (edge.FirstClass <= symbolClass && symbolClass <= edge.LastClass)
            {
                return edge.Target;
            }
        }

        return symbolClass > _classes[AnyControl] ? TargetOf(state, _classes[AnyControl]) : -1;
    }

    public ReadOnlySpan<int> TargetsOf(in State state) => _targets.AsSpan(state.First, state.Count);
}

internal enum StateKind : byte
{
    Return,

    /// <summary>Reads a symbol: at most one edge for each.</summary>
    Read,

    /// <summary>Goes on at any of its targets.</summary>
    Fork,

    /// <summary>Runs the states from First on until they return, then goes on at Next.</summary>
    Call,

    /// <summary>Runs the states from First on several times, then goes on at Next.</summary>
    Loop,
}

/// <summary>What is special about a state, for the sake of speed.</summary>
internal enum StateTag : byte
{
    None,

    /// <summary>Any plain character of a JSON string leads back here.</summary>
    PlainText,

    /// <summary>Any plain character of a JSON string ends a round of the loop that it is in.</summary>
    PlainCharacter,

    /// <summary>No plain character of a JSON string goes on from here.</summary>
    NotPlain,
}

/// <param name="First">Read: first edge. Fork: first target. Call and loop: where the body starts.</param>
/// <param name="Count">Read: number of edges. Fork: number of targets.</param>
/// <param name="Next">Call and loop: what follows.</param>
/// <param name="Least">Loop: fewest rounds.</param>
/// <param name="Most">Loop: most rounds; -1 for any number.</param>
internal readonly record struct State(StateKind Kind, int First = 0, int Count = 0, int Next = 0, int Least = 0, int Most = 0, StateTag Tag = StateTag.None);

/// <summary>Symbols of the classes from the first to the last lead to a state.</summary>
internal readonly record struct Edge(int FirstClass, int LastClass, int Target);
