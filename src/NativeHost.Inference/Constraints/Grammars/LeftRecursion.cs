namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>Finds which rules match the empty text, and refuses those that come back to themselves before a byte was read.</summary>
internal sealed class LeftRecursion
{
    private readonly Grammar _grammar;
    private readonly bool[] _isNullable;

    private LeftRecursion(Grammar grammar)
    {
        _grammar = grammar;
        _isNullable = new bool[grammar.RuleCount];
        var isUp = false;
        for (var changed = true; changed; isUp = !isUp)
        {
            changed = false;
            for (var i = 0; i < _isNullable.Length; i++)
            {
                // To and fro: long rows of rules are told in one pass, whichever way they refer.
                var rule = isUp ? i : _isNullable.Length - 1 - i;
                if (!_isNullable[rule] && IsNullable(grammar.BodyOf(rule)))
                {
                    changed = _isNullable[rule] = true;
                }
            }
        }
    }

    /// <summary>Whether a node matches the empty text.</summary>
    /// <exception cref="ConstraintException">A rule is left-recursive.</exception>
    public static Func<GrammarNode, bool> Check(Grammar grammar)
    {
        var check = new LeftRecursion(grammar);
        check.FindCycle();
        return check.IsNullable;
    }

    private bool IsNullable(GrammarNode node) => node switch
    {
        BytesNode bytes => bytes.Bytes.Length == 0,
        SequenceNode sequence => Array.TrueForAll(sequence.Parts, IsNullable),
        ChoiceNode choice => Array.Exists(choice.Options, IsNullable),
        RepeatNode repeat => repeat.Least == 0 || repeat.Most == 0 || IsNullable(repeat.Body),
        RuleNode rule => _isNullable[rule.Rule],
        DeterministicNode deterministic => deterministic.Automaton.IsAccepting(0),
        UntilNode until => until.MayEnd,
        _ => false,
    };

    /// <summary>Depth first over the rules that a rule may begin with. Not recursive: there may be thousands in a row.</summary>
    private void FindCycle()
    {
        var firsts = new List<int>?[_isNullable.Length];
        var state = new byte[_isNullable.Length];
        var path = new Stack<(int Rule, int Next)>();
        for (var root = 0; root < state.Length; root++)
        {
            if (state[root] == Unseen)
            {
                Enter(root);
            }

            while (path.TryPop(out var top))
            {
                if (top.Next == firsts[top.Rule]!.Count)
                {
                    state[top.Rule] = Done;
                    continue;
                }

                var next = firsts[top.Rule]![top.Next];
                path.Push((top.Rule, top.Next + 1));
                if (state[next] == OnPath)
                {
                    throw new ConstraintException("The rule comes back to itself before any character was read (left recursion). Put something before it, or use a repetition.", _grammar.NameOf(next));
                }

                if (state[next] == Unseen)
                {
                    Enter(next);
                }
            }
        }

        void Enter(int rule)
        {
            state[rule] = OnPath;
            AddFirsts(_grammar.BodyOf(rule), firsts[rule] = []);
            path.Push((rule, 0));
        }
    }

    private const byte Unseen = 0;
    private const byte OnPath = 1;
    private const byte Done = 2;

    private void AddFirsts(GrammarNode node, List<int> rules)
    {
        switch (node)
        {
            case RuleNode rule:
                rules.Add(rule.Rule);
                break;
            case RepeatNode { Most: not 0 } repeat:
                AddFirsts(repeat.Body, rules);
                break;
            case ChoiceNode choice:
                Array.ForEach(choice.Options, option => AddFirsts(option, rules));
                break;
            case SequenceNode sequence:
                foreach (var part in sequence.Parts)
                {
                    AddFirsts(part, rules);
                    if (!IsNullable(part))
                    {
                        break;
                    }
                }

                break;
        }
    }
}
