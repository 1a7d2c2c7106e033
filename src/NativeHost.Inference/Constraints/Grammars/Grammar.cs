using NativeHost.Inference.Constraints.Automata;

namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>Named rules, which may refer to each other, and where to start.</summary>
internal sealed class Grammar
{
    private readonly List<string> _names = [];
    private readonly List<GrammarNode?> _bodies = [];
    private int _deterministicStates;

    public int RuleCount => _names.Count;

    public GrammarNode Root { get; set; } = GrammarNode.Empty;

    /// <summary>Adds a rule whose body comes later, so that rules can refer to it.</summary>
    /// <param name="name">For messages to people.</param>
    /// <exception cref="ConstraintException">There are too many.</exception>
    public int Declare(string name)
    {
        if (_names.Count == ConstraintLimits.Rules)
        {
            throw new ConstraintException($"The constraint is too large: more than {ConstraintLimits.Rules:N0} rules. Make it smaller.");
        }

        _names.Add(name);
        _bodies.Add(null);
        return _names.Count - 1;
    }

    public void Define(int rule, GrammarNode body) => _bodies[rule] = body;

    public RuleNode Add(string name, GrammarNode body)
    {
        var rule = Declare(name);
        Define(rule, body);
        return new RuleNode(rule);
    }

    /// <summary>Counts a part that was made deterministic for this grammar: many of them may not cost more than one may.</summary>
    /// <returns>The part.</returns>
    /// <exception cref="ConstraintException">There are too many states.</exception>
    public ByteAutomaton Count(ByteAutomaton part)
    {
        _deterministicStates += part.StateCount;
        return _deterministicStates <= ConstraintLimits.AllDeterministicStates
            ? part
            : throw new ConstraintException($"The constraint's patterns need more than {ConstraintLimits.AllDeterministicStates:N0} states together. Use fewer or simpler patterns.");
    }

    public string NameOf(int rule) => _names[rule];

    public bool IsDefined(int rule) => _bodies[rule] is not null;

    public GrammarNode BodyOf(int rule) => _bodies[rule] ?? throw new InvalidOperationException($"The rule {_names[rule]} has no body.");
}
