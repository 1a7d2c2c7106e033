using System.Runtime.InteropServices;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>Makes an automaton of a grammar. States are made from the end to the start: each node is told what follows it.</summary>
internal sealed class AutomatonBuilder
{
    private readonly List<State> _states = [new State(StateKind.Return)];

    // Targets and first and last symbols; symbols become classes in the end.
    private readonly List<Edge> _edges = [];
    private readonly List<int> _targets = [];
    private readonly List<Token> _controls = [];
    private readonly Func<GrammarNode, bool> _isNullable;
    private readonly int _firstRule;
    private readonly JsonStringStates _strings;

    private AutomatonBuilder(Grammar grammar)
    {
        _isNullable = LeftRecursion.Check(grammar);
        _strings = new JsonStringStates(this);
        _firstRule = _states.Count;
        for (var rule = 0; rule < grammar.RuleCount; rule++)
        {
            Fork(0);
        }
    }

    /// <exception cref="ConstraintException">The grammar is left-recursive or too large.</exception>
    public static Automaton Build(Grammar grammar)
    {
        var builder = new AutomatonBuilder(grammar);
        for (var rule = 0; rule < grammar.RuleCount; rule++)
        {
            builder.SetTargets(builder._firstRule + rule, [builder.Emit(grammar.BodyOf(rule), Automaton.Return)]);
        }

        return builder.Finish(builder.Emit(grammar.Root, Automaton.Return));
    }

    /// <summary>Adds the states of a node.</summary>
    /// <returns>Where it starts.</returns>
    public int Emit(GrammarNode node, int next)
    {
        switch (node)
        {
            case BytesNode bytes:
                for (var i = bytes.Bytes.Length - 1; i >= 0; i--)
                {
                    next = Read([new Edge(bytes.Bytes[i], bytes.Bytes[i], next)]);
                }

                return next;
            case ByteSetNode set:
                return Read(Array.ConvertAll(set.Ranges, range => new Edge(range.First, range.Last, next)));
            case SequenceNode sequence:
                for (var i = sequence.Parts.Length - 1; i >= 0; i--)
                {
                    next = Emit(sequence.Parts[i], next);
                }

                return next;
            case ChoiceNode choice:
                return EmitChoice(choice, next);
            case RepeatNode repeat:
                return EmitRepeat(repeat, next);
            case RuleNode rule:
                // A call at the end of a rule is a jump: nothing remains to be done there.
                return next == Automaton.Return ? _firstRule + rule.Rule : Add(new State(StateKind.Call, First: _firstRule + rule.Rule, Next: next));
            case ControlNode control:
                var symbol = SymbolOf(control.Token);
                return Read([new Edge(symbol, symbol, next)]);
            case JsonStringNode text:
                return _strings.Emit(text, next);
            case DeterministicNode deterministic:
                return DeterministicStates.Emit(this, deterministic, next);
            case UntilNode until:
                return UntilStates.Emit(this, until, next);
            default:
                throw new InvalidOperationException($"No states for {node.GetType().Name}.");
        }
    }

    /// <param name="edges">With symbols in place of classes, in any order.</param>
    public int Read(ReadOnlySpan<Edge> edges, StateTag tag = StateTag.None)
    {
        var first = _edges.Count;
        _edges.AddRange(edges);
        return Add(new State(StateKind.Read, first, edges.Length, Tag: tag));
    }

    public int Fork(int targets)
    {
        var first = _targets.Count;
        CollectionsMarshal.SetCount(_targets, first + targets);
        return Add(new State(StateKind.Fork, first, targets));
    }

    /// <summary>Says where a fork leads that was made before its targets.</summary>
    public void SetTargets(int fork, ReadOnlySpan<int> targets)
    {
        var first = _targets.Count;
        _targets.AddRange(targets);
        _states[fork] = new State(StateKind.Fork, first, targets.Length);
    }

    /// <summary>Says where a state leads that was made as a fork before its edges.</summary>
    public void SetEdges(int state, ReadOnlySpan<Edge> edges, StateTag tag = StateTag.None)
    {
        var first = _edges.Count;
        _edges.AddRange(edges);
        _states[state] = new State(StateKind.Read, first, edges.Length, Tag: tag);
    }

    /// <param name="body">Starts states that return.</param>
    public int Loop(int body, int least, int? most, int next) =>
        Add(new State(StateKind.Loop, First: body, Next: next, Least: least, Most: most ?? -1));

    public int SymbolOf(Token control)
    {
        var index = _controls.IndexOf(control);
        if (index < 0)
        {
            index = _controls.Count;
            _controls.Add(control);
        }

        return Automaton.AnyControl + 1 + index;
    }

    private int Add(State state)
    {
        if (_states.Count == ConstraintLimits.States)
        {
            throw new ConstraintException($"The constraint is too large: more than {ConstraintLimits.States:N0} states. Make it smaller, or its repetitions shorter.");
        }

        _states.Add(state);
        return _states.Count - 1;
    }

    private int EmitChoice(ChoiceNode choice, int next)
    {
        if (choice.Options.Length > 1 && Array.TrueForAll(choice.Options, option => option is BytesNode))
        {
            return TextStates.Emit(this, Array.ConvertAll(choice.Options, option => ((BytesNode)option).Bytes), next);
        }

        if (choice.Options.Length == 1)
        {
            return Emit(choice.Options[0], next);
        }

        var targets = Array.ConvertAll(choice.Options, option => Emit(option, next));
        var fork = Fork(0);
        SetTargets(fork, targets);
        return fork;
    }

    private int EmitRepeat(RepeatNode repeat, int next)
    {
        var (body, least, most) = (repeat.Body, repeat.Least, repeat.Most);
        if (most == 0)
        {
            return next;
        }

        // Rounds without text need no count; where any number of rounds is allowed, none has to be there.
        least = _isNullable(body) ? 0 : least;
        if ((least > 1 || most > 1) && NodeSize.Of(body) * (most ?? least) > ConstraintLimits.CopiedStates)
        {
            if (most > ConstraintLimits.EmptyRounds && _isNullable(body))
            {
                throw new ConstraintException($"A repetition of up to {most} times has a body that may be empty, which is allowed up to {ConstraintLimits.EmptyRounds} times. Let the body have at least one character, or the repetition any number.");
            }

            return Loop(Emit(body, Automaton.Return), least, most, next);
        }

        var start = next;
        if (most is null)
        {
            var again = Fork(0);
            var round = Emit(body, again);
            SetTargets(again, [round, next]);
            if (least == 0)
            {
                return again;
            }

            start = round;
            least--;
        }

        for (var i = least; i < most; i++)
        {
            var option = Emit(body, start);
            start = Fork(0);
            SetTargets(start, [option, next]);
        }

        for (var i = 0; i < least; i++)
        {
            start = Emit(body, start);
        }

        return start;
    }

    private Automaton Finish(int start)
    {
        var symbols = Automaton.AnyControl + 1 + _controls.Count;
        var isBoundary = new bool[symbols + 1];
        isBoundary.AsSpan(Automaton.AnyControl).Fill(true);
        foreach (var edge in _edges)
        {
            isBoundary[edge.FirstClass] = true;
            isBoundary[edge.LastClass + 1] = true;
        }

        var classes = new int[symbols];
        var last = 0;
        for (var symbol = 1; symbol < symbols; symbol++)
        {
            last += isBoundary[symbol] ? 1 : 0;
            classes[symbol] = last;
        }

        var edges = _edges.ToArray();
        for (var i = 0; i < edges.Length; i++)
        {
            edges[i] = new Edge(classes[edges[i].FirstClass], classes[edges[i].LastClass], edges[i].Target);
        }

        return new Automaton([.. _states], edges, [.. _targets], classes, last + 1, [.. _controls], start);
    }
}
