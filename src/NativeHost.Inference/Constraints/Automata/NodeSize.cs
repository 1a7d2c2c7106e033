using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>About how many states a node makes.</summary>
internal static class NodeSize
{
    private const long Large = 1_000_000;

    public static long Of(GrammarNode node) => Math.Min(Large, node switch
    {
        BytesNode bytes => bytes.Bytes.Length,
        SequenceNode sequence => sequence.Parts.Sum(Of),
        ChoiceNode choice => choice.Options.Sum(Of) + 1,
        RepeatNode repeat => OfRepeat(Of(repeat.Body), repeat.Most ?? repeat.Least),
        DeterministicNode deterministic => deterministic.Automaton.StateCount,
        UntilNode until => Large,
        _ => 1,
    });

    private static long OfRepeat(long body, int rounds) => body * rounds > ConstraintLimits.CopiedStates ? body : (body + 1) * Math.Max(1, rounds);
}
