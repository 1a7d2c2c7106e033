using NativeHost.Messages;

namespace NativeHost.Actions.Streams;

/// <summary>Lets generations take turns: as many at a time on each model as share its steps, and the callers one after the other.</summary>
/// <remarks>
/// A caller's own generations keep their order; a caller that asks for many at once cannot hold up one that asks for a single one.
/// Namespaces of one extension share its limits. Safe to call from any thread.
/// </remarks>
/// <param name="limits">Of each extension; the user at this machine has none.</param>
internal sealed class GenerationTurns(CallerLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();

    // In order of asking.
    private readonly List<Turn> _turns = [];
    private readonly Dictionary<Caller, long> _lastServed = [];
    private readonly Dictionary<Caller, TokenBudget> _budgets = [];
    private long _served;

    /// <exception cref="RequestException">The caller has used the tokens that it may in a minute.</exception>
    public void CheckTokens(Caller caller)
    {
        var owner = caller.WithoutNamespace;
        var most = limits.For(owner).TokensPerMinute;
        lock (_gate)
        {
            if (_budgets.TryGetValue(owner, out var budget) && budget.WaitFor(most) is var wait && wait > TimeSpan.Zero)
            {
                throw new RequestException(
                    ErrorCode.RateLimited, $"{owner.Origin} has used its {most} tokens of this minute. Ask again in {wait.TotalSeconds:0} seconds.")
                {
                    Details = new ErrorDetails { RetryAfterMs = (long)Math.Ceiling(wait.TotalMilliseconds) },
                };
            }
        }
    }

    /// <summary>Asks for a turn on a model.</summary>
    /// <param name="atOnce">How many generations the model takes at once, at least 1.</param>
    /// <exception cref="RequestException">The caller has too much under way.</exception>
    public Turn Ask(Caller caller, string modelPath, int atOnce)
    {
        var owner = caller.WithoutNamespace;
        var allowed = limits.For(owner);
        lock (_gate)
        {
            var turn = new Turn(this, _gate, owner, modelPath, atOnce);
            _turns.Add(turn);
            Arrange();
            if (!turn.HasCome && _turns.Count(other => other.Owner == owner && !other.HasCome) > allowed.QueueLength)
            {
                _turns.Remove(turn);
                Arrange();
                throw new RequestException(
                    ErrorCode.TooManyRequests, $"Too many requests: {allowed.QueueLength} generations of {owner.Origin} wait already. Wait for some of them, or stop them.");
            }

            return turn;
        }
    }

    /// <summary>Counts tokens that a caller's generation used.</summary>
    public void Spend(Caller caller, int tokens)
    {
        var owner = caller.WithoutNamespace;
        if (tokens == 0 || limits.For(owner).TokensPerMinute == int.MaxValue)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var (idle, _) in _budgets.Where(budget => budget.Value.IsEmpty()).ToList())
            {
                _budgets.Remove(idle);
            }

            if (!_budgets.TryGetValue(owner, out var budget))
            {
                _budgets.Add(owner, budget = new TokenBudget(time));
            }

            budget.Spend(tokens);
        }
    }

    internal void End(Turn turn)
    {
        lock (_gate)
        {
            _turns.Remove(turn);
            if (_turns.Count == 0)
            {
                // Not before: who comes back at once must stand behind those who waited meanwhile.
                _lastServed.Clear();
            }

            Arrange();
        }
    }

    /// <summary>Gives free models to those who are next, and tells the others where they stand.</summary>
    private void Arrange()
    {
        foreach (var waiting in _turns.Where(turn => !turn.HasCome).GroupBy(turn => turn.ModelPath).ToList())
        {
            var queue = InOrder(waiting);
            var running = _turns.Count(turn => turn.HasCome && turn.ModelPath == waiting.Key);
            while (queue.Count > 0 && running < queue[0].AtOnce && queue.Find(MayRun) is { } next)
            {
                next.Come();
                running++;
                _lastServed[next.Owner] = ++_served;

                // Whoever was just served stands behind the others.
                queue = InOrder(queue.Where(turn => turn != next));
            }

            for (var i = 0; i < queue.Count; i++)
            {
                queue[i].Stand(i + 1);
            }
        }
    }

    // The first of each caller, those first who were served longest ago; then the second of each, and so on.
    private List<Turn> InOrder(IEnumerable<Turn> waiting)
        =>
        [
            .. waiting.GroupBy(turn => turn.Owner)
                .SelectMany(own => own.Select((turn, place) => (Turn: turn, Place: place)))
                .OrderBy(entry => entry.Place)
                .ThenBy(entry => _lastServed.GetValueOrDefault(entry.Turn.Owner))
                .Select(entry => entry.Turn),
        ];

    private bool MayRun(Turn turn)
        => _turns.Count(other => other.HasCome && other.Owner == turn.Owner) < limits.For(turn.Owner).ConcurrentStreams;
}

/// <summary>One generation's place in the queue, and then its time on the model; it ends when this is disposed.</summary>
internal sealed class Turn(GenerationTurns turns, Lock gate, Caller owner, string modelPath, int atOnce) : IDisposable
{
    private TaskCompletionSource _changed = NewChange();
    private int _position;
    private int _told;

    /// <summary>Who asked, without a namespace.</summary>
    public Caller Owner { get; } = owner;

    public string ModelPath { get; } = modelPath;

    /// <summary>How many generations the model takes at once.</summary>
    public int AtOnce { get; } = atOnce;

    /// <summary>Whether the model is its.</summary>
    public bool HasCome { get; private set; }

    /// <summary>Waits until its place in the queue changes.</summary>
    /// <returns>The place, 1 for the one that is next; null when its turn has come.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async ValueTask<int?> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (HasCome)
                {
                    return null;
                }

                if (_position != _told)
                {
                    return _told = _position;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(stop);
        }
    }

    public void Dispose() => turns.End(this);

    /// <summary>Gives it the model, under the gate.</summary>
    internal void Come()
    {
        HasCome = true;
        _changed.TrySetResult();
    }

    /// <summary>Puts it at a place of the queue, under the gate.</summary>
    internal void Stand(int position)
    {
        if (_position != position)
        {
            _position = position;
            _changed.TrySetResult();
            _changed = NewChange();
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
