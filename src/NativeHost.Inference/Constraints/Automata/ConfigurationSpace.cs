namespace NativeHost.Inference.Constraints.Automata;

/// <summary>The configurations that were met so far, made when they are first asked for. Driven by one thread at a time.</summary>
internal sealed class ConfigurationSpace
{
    private const int FewItems = 12;

    private readonly Automaton _automaton;
    private readonly Dictionary<Configuration, Configuration> _known = new(ByContent.Instance);
    private readonly Dictionary<(Frame? Parent, int Site, int Rounds), Frame> _frames = [];
    private readonly List<Item> _seen = [];
    private readonly HashSet<Item> _seenMany = [];
    private readonly Configuration _dead;
    private int _frameNumbers;
    private int _epoch;

    public ConfigurationSpace(Automaton automaton)
    {
        _automaton = automaton;
        _dead = new Configuration([], false, false, 0, 0);
        Start = Close([new Item(automaton.Start, null)]);
    }

    public Configuration Start { get; private set; }

    /// <summary>About what the configurations take in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Steps of single ways that were made so far, as a measure of work.</summary>
    public long ItemSteps { get; private set; }

    /// <summary>Forgets what was met. Configurations that are in use go on to work; see <see cref="Renew"/>.</summary>
    public void Forget()
    {
        _epoch++;
        _known.Clear();
        _frames.Clear();
        Bytes = 0;
        Start = Close([new Item(_automaton.Start, null)]);
    }

    /// <summary>What follows a configuration and a class of symbols.</summary>
    /// <exception cref="ConstraintException">There are too many ways to read the text.</exception>
    public Configuration Next(Configuration from, int symbolClass) => from.Next.Length == 0 ? _dead : from.Next[symbolClass] ??= Make(from, symbolClass);

    private Configuration Make(Configuration from, int symbolClass)
    {
        var targets = new List<Item>(4);
        ItemSteps += from.Items.Length;
        foreach (var item in from.Items)
        {
            if (_automaton.TargetOf(item.State, symbolClass) is >= 0 and var target && _automaton.IsLive[target])
            {
                targets.Add(item with { State = target });
            }
        }

        return targets.Count == 0 ? _dead : Close(targets);
    }

    /// <summary>The same configuration as one that is known from after the last time that all was forgotten; through the old one, all that was forgotten stays in memory.</summary>
    public Configuration Renew(Configuration configuration) => configuration.Epoch == _epoch || configuration.IsDead
        ? configuration
        : Keep(new Configuration(configuration.Items, configuration.IsComplete, configuration.IsSpelled, _automaton.ClassCount, _epoch));

    private Configuration Keep(Configuration made)
    {
        if (!_known.TryGetValue(made, out var known))
        {
            _known.Add(made, known = made);
            Bytes += made.Bytes;
        }

        return known;
    }

    /// <summary>Follows all that reads nothing.</summary>
    private Configuration Close(List<Item> targets)
    {
        _seen.Clear();
        _seenMany.Clear();
        var isComplete = false;
        targets.ForEach(See);
        for (var i = 0; i < _seen.Count; i++)
        {
            isComplete |= Expand(_seen[i]);
        }

        ItemSteps += _seen.Count;
        var reading = _seen.FindAll(item => _automaton.States[item.State].Kind == StateKind.Read).ToArray();
        if (reading.Length == 0 && !isComplete)
        {
            return _dead;
        }

        if (reading.Length > FewItems)
        {
            reading = Dominance.WithoutDominated(_automaton, reading);
        }

        if (reading.Length > 1)
        {
            Array.Sort(reading, static (a, b) => a.State != b.State ? a.State.CompareTo(b.State) : (a.Stack?.Number ?? 0).CompareTo(b.Stack?.Number ?? 0));
        }

        var isSpelled = Array.Exists(reading, item => _automaton.IsSpelled[item.State] && item.Stack?.IsSpelled != false);
        var made = new Configuration(reading, isComplete, isSpelled, _automaton.ClassCount, _epoch);
        return Keep(made);
    }

    /// <returns>Whether the text may end here.</returns>
    private bool Expand(Item item)
    {
        var state = _automaton.States[item.State];
        switch (state.Kind)
        {
            case StateKind.Fork:
                foreach (var target in _automaton.TargetsOf(state))
                {
                    See(item with { State = target });
                }

                break;
            case StateKind.Call:
                if (_automaton.IsLive[state.Next])
                {
                    See(new Item(state.First, Push(item.Stack, item.State, 0, _automaton.IsSpelled[state.Next])));
                }

                break;
            case StateKind.Loop:
                GoRound(state, item.State, item.Stack, 0);
                break;
            case StateKind.Return:
                return item.Stack is null || GoBack(item.Stack);
        }

        return false;
    }

    /// <summary>Goes on behind a call, or with another round.</summary>
    /// <returns>False: the text does not end here.</returns>
    private bool GoBack(Frame frame)
    {
        var site = _automaton.States[frame.Site];
        if (site.Kind == StateKind.Call)
        {
            See(new Item(site.Next, frame.Parent));
        }
        else
        {
            GoRound(site, frame.Site, frame.Parent, frame.Rounds + 1);
        }

        return false;
    }

    private void GoRound(in State loop, int site, Frame? stack, int rounds)
    {
        if (rounds >= loop.Least)
        {
            See(new Item(loop.Next, stack));
        }

        if (loop.Most < 0 || rounds < loop.Most)
        {
            See(new Item(loop.First, Push(stack, site, loop.Most < 0 ? Math.Min(rounds, loop.Least) : rounds, _automaton.IsSpelled[site])));
        }
    }

    private void See(Item item)
    {
        if (!_automaton.IsLive[item.State])
        {
            return;
        }

        if (_seen.Count < FewItems ? _seen.Contains(item) : !_seenMany.Add(item))
        {
            return;
        }

        _seen.Add(item);
        if (_seen.Count == FewItems)
        {
            _seenMany.UnionWith(_seen);
        }

        if (_seen.Count > ConstraintLimits.Items)
        {
            throw new ConstraintException("There are too many ways to read one text. Make patterns and grammars less ambiguous: fewer repetitions inside repetitions, fewer alternatives that begin alike.");
        }
    }

    private Frame Push(Frame? parent, int site, int rounds, bool isSpelled)
    {
        if (!_frames.TryGetValue((parent, site, rounds), out var frame))
        {
            frame = new Frame(++_frameNumbers, parent, site, rounds, _automaton.States[site].Kind == StateKind.Loop, parent?.IsSpelled != false && isSpelled);
            _frames.Add((parent, site, rounds), frame);
            Bytes += 120;
        }

        return frame;
    }

    private sealed class ByContent : IEqualityComparer<Configuration>
    {
        public static readonly ByContent Instance = new();

        public bool Equals(Configuration? x, Configuration? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.HasContentOf(y));

        public int GetHashCode(Configuration obj) => obj.ContentHash;
    }
}
