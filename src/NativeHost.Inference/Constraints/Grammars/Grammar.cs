namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>Named rules, which may refer to each other, and where to start.</summary>
internal sealed class Grammar
{
    private readonly List<string> _names = [];
    private readonly List<GrammarNode?> _bodies = [];

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

    public string NameOf(int rule) => _names[rule];

    public bool IsDefined(int rule) => _bodies[rule] is not null;

    public GrammarNode BodyOf(int rule) => _bodies[rule] ?? throw new InvalidOperationException($"The rule {_names[rule]} has no body.");
}
