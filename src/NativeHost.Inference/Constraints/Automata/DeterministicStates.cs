using System.Globalization;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>States for the texts of a deterministic automaton, as they are or spelled as the content of a JSON string.</summary>
internal static class DeterministicStates
{
    private const string ShortEscapes = "\bb\tt\nn\ff\rr\"\"\\\\";

    public static int Emit(AutomatonBuilder builder, DeterministicNode node, int next)
    {
        var automaton = node.Automaton;
        var forks = new int[automaton.StateCount];
        for (var state = 0; state < forks.Length; state++)
        {
            forks[state] = builder.Fork(0);
        }

        for (var state = 0; state < forks.Length; state++)
        {
            var read = builder.Read(EdgesOf(builder, automaton, state, forks, node.IsJsonContent));
            builder.SetTargets(forks[state], automaton.IsAccepting(state) ? [read, next] : [read]);
        }

        return forks[0];
    }

    private static Edge[] EdgesOf(AutomatonBuilder builder, ByteAutomaton automaton, int state, int[] forks, bool isJsonContent)
    {
        var edges = new List<Edge>();
        var escapes = new List<(byte Value, int Target)>();
        for (var first = 0; first < 256;)
        {
            var target = automaton.Next(state, (byte)first);
            var isEscaped = isJsonContent && first is < 0x20 or '"' or '\\';
            var behind = first + 1;
            while (!isEscaped && behind < 256 && automaton.Next(state, (byte)behind) == target && !(isJsonContent && behind is '"' or '\\'))
            {
                behind++;
            }

            if (target >= 0 && isEscaped)
            {
                escapes.Add(((byte)first, forks[target]));
            }
            else if (target >= 0)
            {
                edges.Add(new Edge(first, behind - 1, forks[target]));
            }

            first = behind;
        }

        if (escapes.Count > 0)
        {
            edges.Add(new Edge('\\', '\\', Escape(builder, escapes)));
        }

        return [.. edges];
    }

    /// <summary>One spelling for each character: the short escape where there is one.</summary>
    private static int Escape(AutomatonBuilder builder, List<(byte Value, int Target)> escapes)
    {
        var edges = new List<Edge>();
        var numbers = new List<byte[]>();
        var targets = new List<int>();
        foreach (var (value, target) in escapes)
        {
            var at = FindShort(value);
            if (at >= 0)
            {
                edges.Add(new Edge(ShortEscapes[at + 1], ShortEscapes[at + 1], target));
            }
            else
            {
                numbers.Add(System.Text.Encoding.ASCII.GetBytes(value.ToString("x2", CultureInfo.InvariantCulture)));
                targets.Add(target);
            }
        }

        if (numbers.Count > 0)
        {
            // Two zeros and two digits, of which the first is 0 or 1.
            var firsts = numbers.Select((digits, i) => (digits, i)).GroupBy(number => number.digits[0]).Select(group =>
                new Edge(group.Key, group.Key, builder.Read([.. group.Select(number => new Edge(number.digits[1], number.digits[1], targets[number.i]))])));
            var zeros = builder.Read([new Edge('0', '0', builder.Read([.. firsts]))]);
            edges.Add(new Edge('u', 'u', builder.Read([new Edge('0', '0', zeros)])));
        }

        return builder.Read([.. edges]);
    }

    private static int FindShort(byte value)
    {
        for (var at = 0; at < ShortEscapes.Length; at += 2)
        {
            if (ShortEscapes[at] == value)
            {
                return at;
            }
        }

        return -1;
    }
}
