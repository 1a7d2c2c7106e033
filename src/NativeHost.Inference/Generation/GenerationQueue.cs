namespace NativeHost.Inference.Generation;

/// <summary>Generations that wait for their turn: owner after owner, and the generations of one in the order of their arrival.</summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class GenerationQueue
{
    private readonly Lock _gate = new();
    private readonly List<PendingGeneration> _waiting = [];
    private readonly Dictionary<string, long> _lastServed = [];
    private long _served;
    private bool _isClosed;

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Add(PendingGeneration generation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(IModelHost));
            _waiting.Add(generation);
        }
    }

    /// <summary>Takes the first generation of the owner who was served longest ago; those that were stopped while they waited are let go of.</summary>
    /// <returns>Null where nobody waits.</returns>
    public PendingGeneration? Take()
    {
        lock (_gate)
        {
            LetGoOfEnded();
            if (_waiting.Count == 0)
            {
                return null;
            }

            var next = _waiting.MinBy(LastServed)!;
            _waiting.Remove(next);
            _lastServed[OwnerOf(next)] = ++_served;
            return next;
        }
    }

    /// <summary>Lets go of those that were stopped while they waited.</summary>
    public void Tidy()
    {
        lock (_gate)
        {
            LetGoOfEnded();
        }
    }

    /// <summary>Takes nobody in any more, and stops those who wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _waiting.ForEach(static generation => generation.Stop());
            _waiting.Clear();
        }
    }

    private static string OwnerOf(PendingGeneration generation) => generation.Request.Owner ?? "";

    private long LastServed(PendingGeneration generation) => _lastServed.GetValueOrDefault(OwnerOf(generation));

    private void LetGoOfEnded()
    {
        _waiting.RemoveAll(static generation => generation.HasEnded);
        if (_waiting.Count == 0)
        {
            // Not kept for ever, and not cleared before: who comes back at once must stand behind those who waited meanwhile.
            _lastServed.Clear();
        }
    }
}
