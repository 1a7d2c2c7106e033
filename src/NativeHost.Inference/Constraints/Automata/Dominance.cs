namespace NativeHost.Inference.Constraints.Automata;

/// <summary>Leaves out ways to read a text that allow nothing which another way does not allow too: of loops within loops there would be all pairs of counts.</summary>
internal static class Dominance
{
    public static Item[] WithoutDominated(Automaton automaton, Item[] items)
    {
        var kept = new List<Item>(items.Length);
        foreach (var alike in items.GroupBy(item => item.State))
        {
            var first = kept.Count;
            foreach (var item in alike)
            {
                var isDominated = false;
                for (var i = first; i < kept.Count && !isDominated; i++)
                {
                    isDominated = Dominates(automaton, kept[i].Stack, item.Stack);
                }

                if (!isDominated)
                {
                    for (var i = kept.Count - 1; i >= first; i--)
                    {
                        if (Dominates(automaton, item.Stack, kept[i].Stack))
                        {
                            kept.RemoveAt(i);
                        }
                    }

                    kept.Add(item);
                }
            }
        }

        return [.. kept];
    }

    /// <summary>Whether all that may follow the one stack may follow the other too.</summary>
    private static bool Dominates(Automaton automaton, Frame? more, Frame? less)
    {
        while (!ReferenceEquals(more, less))
        {
            if (more is null || less is null || more.Site != less.Site)
            {
                return false;
            }

            // A round that is not needed any more only takes from what is left of them.
            var loop = automaton.States[more.Site];
            var isMore = loop.Most < 0 ? more.Rounds >= less.Rounds : more.Rounds <= less.Rounds && more.Rounds + 1 >= loop.Least;
            if (more.Rounds != less.Rounds && !isMore)
            {
                return false;
            }

            (more, less) = (more.Parent, less.Parent);
        }

        return true;
    }
}
