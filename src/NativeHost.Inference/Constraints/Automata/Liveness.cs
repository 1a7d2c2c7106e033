namespace NativeHost.Inference.Constraints.Automata;

/// <summary>Finds the states from which the end of their rule can be reached.</summary>
internal static class Liveness
{
    /// <param name="usable">Of each class of symbols, whether it may be used; null for all.</param>
    public static bool[] Compute(Automaton automaton, bool[]? usable)
    {
        var isLive = new bool[automaton.States.Length];
        var isUp = true;
        for (var changed = true; changed; isUp = !isUp)
        {
            changed = false;
            for (var i = 0; i < isLive.Length; i++)
            {
                var state = isUp ? i : isLive.Length - 1 - i;
                if (!isLive[state] && IsLive(automaton, automaton.States[state], isLive, usable))
                {
                    changed = isLive[state] = true;
                }
            }
        }

        return isLive;
    }

    private static bool IsLive(Automaton automaton, in State state, bool[] isLive, bool[]? usable)
    {
        switch (state.Kind)
        {
            case StateKind.Return:
                return true;
            case StateKind.Read:
                foreach (var edge in automaton.EdgesOf(state))
                {
                    if (isLive[edge.Target] && (usable is null || usable.AsSpan(edge.FirstClass, edge.LastClass - edge.FirstClass + 1).Contains(true)))
                    {
                        return true;
                    }
                }

                return false;
            case StateKind.Fork:
                foreach (var target in automaton.TargetsOf(state))
                {
                    if (isLive[target])
                    {
                        return true;
                    }
                }

                return false;
            case StateKind.Call:
                return isLive[state.Next] && isLive[state.First];
            default:
                return isLive[state.Next] && (state.Least == 0 || isLive[state.First]);
        }
    }
}
