using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>A deterministic automaton over bytes. It starts at state 0. Immutable.</summary>
internal sealed class ByteAutomaton
{
    /// <summary>No text goes on from there.</summary>
    public const int Dead = -1;

    private readonly int[] _next;
    private readonly bool[] _isAccepting;

    private ByteAutomaton(List<int> next, List<bool> isAccepting) => (_next, _isAccepting) = ([.. next], [.. isAccepting]);

    public int StateCount => _isAccepting.Length;

    public bool IsAccepting(int state) => _isAccepting[state];

    public int Next(int state, byte value) => _next[(state * 256) + value];

    public bool Matches(ReadOnlySpan<byte> text)
    {
        var state = 0;
        foreach (var value in text)
        {
            state = Next(state, value);
            if (state < 0)
            {
                return false;
            }
        }

        return IsAccepting(state);
    }

    /// <param name="node">Without rules and control tokens.</param>
    /// <exception cref="ConstraintException">It needs too many states.</exception>
    public static ByteAutomaton Of(GrammarNode node)
    {
        var automaton = AutomatonBuilder.Build(new Grammar { Root = node });
        var space = new ConfigurationSpace(automaton);
        var numbers = new Dictionary<Configuration, int> { [space.Start] = 0 };
        var found = new List<Configuration> { space.Start };
        var next = new List<int>();
        for (var state = 0; state < found.Count; state++)
        {
            for (var value = 0; value < 256; value++)
            {
                next.Add(value > 0 && automaton.ClassOf(value) == automaton.ClassOf(value - 1)
                    ? next[^1]
                    : NumberOf(space.Next(found[state], automaton.ClassOf(value))));
            }
        }

        return new ByteAutomaton(next, [.. found.Select(configuration => configuration.IsComplete)]);

        int NumberOf(Configuration configuration)
        {
            if (configuration.IsDead)
            {
                return Dead;
            }

            if (!numbers.TryGetValue(configuration, out var number))
            {
                number = numbers[configuration] = found.Count;
                found.Add(configuration);
                CheckSize(found.Count);
            }

            return number;
        }
    }

    /// <summary>The multiples of a number, in decimal digits with or without a minus.</summary>
    public static ByteAutomaton MultiplesOf(int factor)
    {
        // The start, behind the minus, then a state for each remainder.
        const int FirstRemainder = 2;
        var next = new List<int>();
        for (var state = 0; state < FirstRemainder + factor; state++)
        {
            for (var value = 0; value < 256; value++)
            {
                var isDigit = value is >= '0' and <= '9';
                var remainder = ((10 * Math.Max(0, state - FirstRemainder)) + value - '0') % factor;
                next.Add(isDigit ? FirstRemainder + remainder : state == 0 && value == '-' ? 1 : Dead);
            }
        }

        return new ByteAutomaton(next, [.. Enumerable.Range(0, FirstRemainder + factor).Select(state => state == FirstRemainder)]);
    }

    /// <summary>The texts of both.</summary>
    /// <exception cref="ConstraintException">It needs too many states.</exception>
    public ByteAutomaton And(ByteAutomaton other) => Combine(other, isDifference: false);

    /// <summary>The texts of this one that the other does not have.</summary>
    /// <exception cref="ConstraintException">It needs too many states.</exception>
    public ByteAutomaton Except(ByteAutomaton other) => Combine(other, isDifference: true);

    /// <summary>Whether there is any text. States from which none ends count too.</summary>
    public bool IsEmpty() => !_isAccepting.Contains(true);

    private ByteAutomaton Combine(ByteAutomaton other, bool isDifference)
    {
        var numbers = new Dictionary<(int, int), int>();
        var found = new List<(int First, int Second)>();
        var next = new List<int>();
        NumberOf(0, 0);
        for (var state = 0; state < found.Count; state++)
        {
            var (first, second) = found[state];
            for (var value = 0; value < 256; value++)
            {
                next.Add(NumberOf(Next(first, (byte)value), second < 0 ? Dead : other.Next(second, (byte)value)));
            }
        }

        return new ByteAutomaton(next, [.. found.Select(pair => IsAccepting(pair.First) && (pair.Second >= 0 && other.IsAccepting(pair.Second)) != isDifference)]);

        int NumberOf(int first, int second)
        {
            if (first < 0 || (second < 0 && !isDifference))
            {
                return Dead;
            }

            if (!numbers.TryGetValue((first, second), out var number))
            {
                number = numbers[(first, second)] = found.Count;
                found.Add((first, second));
                CheckSize(found.Count);
            }

            return number;
        }
    }

    private static void CheckSize(int states)
    {
        if (states > ConstraintLimits.DeterministicStates)
        {
            throw new ConstraintException(
                $"The patterns, lengths and formats of a string need more than {ConstraintLimits.DeterministicStates:N0} states together. Make the pattern simpler, or the lengths smaller.");
        }
    }
}
