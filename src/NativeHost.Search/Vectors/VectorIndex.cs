namespace NativeHost.Search.Vectors;

/// <summary>Finds the vectors that are nearest to another one, exactly: what a comparison with each in double precision would find.</summary>
/// <remarks>
/// A first look goes over the vectors in 8 bits a number, which is all that is kept in memory, and leaves out those that cannot be among
/// the nearest (<see cref="ByteVector"/>); the others are read and compared. Safe to call from any thread; searches go on side by side.
/// </remarks>
/// <param name="dimensions">Numbers of a vector, 1 to 65,536.</param>
/// <param name="read">Reads the numbers of a vector by its slot into a span [dimensions]; called by searches, on their threads.</param>
internal sealed class VectorIndex(int dimensions, VectorRead read) : IDisposable
{
    /// <summary>Vectors of one block of memory, so that growth copies nothing.</summary>
    private const int BlockSlots = 4096;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly List<sbyte[]> _codes = [];
    private readonly List<ByteVector> _forms = [];
    private readonly List<string?> _keys = [];
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    public int Dimensions { get; } = dimensions;

    /// <summary>Vectors that can be found.</summary>
    public int Count
    {
        get
        {
            using var reading = Reading();
            return _slots.Count;
        }
    }

    /// <summary>Bytes of memory, the keys' texts apart.</summary>
    public long Bytes
    {
        get
        {
            using var reading = Reading();
            return ((long)_codes.Count * BlockSlots * Dimensions) + (_forms.Capacity * 12L) + (_keys.Capacity * 8L) + (_slots.Capacity * 24L);
        }
    }

    /// <summary>Adds a vector under the next slot, in place of one of the same key.</summary>
    /// <param name="vector">[dimensions]: finite numbers.</param>
    /// <returns>Its slot: they count up from 0.</returns>
    public int Add(string key, ReadOnlySpan<float> vector)
    {
        using var writing = Writing();
        RemoveHere(key);
        var slot = _keys.Count;
        if (slot % BlockSlots == 0)
        {
            _codes.Add(GC.AllocateUninitializedArray<sbyte>(BlockSlots * Dimensions));
        }

        _forms.Add(ByteVector.Encode(vector, CodesOf(slot)));
        _keys.Add(key);
        _slots[key] = slot;
        return slot;
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(string key)
    {
        using var writing = Writing();
        return RemoveHere(key);
    }

    public bool Contains(string key)
    {
        using var reading = Reading();
        return _slots.ContainsKey(key);
    }

    /// <summary>The keys that can be found, and their slots, in the order of these.</summary>
    public IReadOnlyList<(string Key, int Slot)> Keys()
    {
        using var reading = Reading();
        return [.. _slots.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Value)];
    }

    /// <summary>The vectors with the highest products with a query: of vectors of length 1 those with the least angle.</summary>
    /// <param name="query">[dimensions]: finite numbers.</param>
    /// <param name="count">Most that are wanted, at least 1.</param>
    /// <param name="filter">Whether a key may be found; null for all. Must not use the index.</param>
    /// <returns>The best first; of equal ones the one that was added first.</returns>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, Func<string, bool>? filter = null)
    {
        var codes = new sbyte[Dimensions];
        var form = ByteVector.Encode(query, codes);
        using var reading = Reading();
        var vector = new float[Dimensions];
        var best = new BestHits(count);
        foreach (var (slot, _) in Candidates(codes, form, count, filter))
        {
            read(slot, vector);
            best.Add(slot, Product(query, vector));
        }

        return [.. best.Sorted().Select(hit => new SearchHit(_keys[hit.Slot]!, hit.Score))];
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>The product in double precision.</summary>
    internal static double Product(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    /// <summary>The slots, in order, of all vectors that may be among the best.</summary>
    private List<(int Slot, double Most)> Candidates(sbyte[] query, ByteVector form, int count, Func<string, bool>? filter)
    {
        // A vector is out where even the most that its product can be is below the least that those of so many others are.
        var sure = new BestHits(count);
        var candidates = new List<(int Slot, double Most)>();
        for (var slot = 0; slot < _keys.Count; slot++)
        {
            if (_keys[slot] is not { } key)
            {
                continue;
            }

            var other = _forms[slot];
            var product = (double)form.Scale * other.Scale * ByteVector.Dot(query, CodesOf(slot));
            var slack = ByteVector.Slack(form, other);
            if (product + slack < sure.Threshold || filter?.Invoke(key) == false)
            {
                continue;
            }

            sure.Add(slot, product - slack);
            candidates.Add((slot, product + slack));
        }

        candidates.RemoveAll(candidate => candidate.Most < sure.Threshold);
        return candidates;
    }

    private bool RemoveHere(string key)
    {
        if (!_slots.Remove(key, out var slot))
        {
            return false;
        }

        _keys[slot] = null;
        return true;
    }

    private Span<sbyte> CodesOf(int slot) => _codes[slot / BlockSlots].AsSpan(slot % BlockSlots * Dimensions, Dimensions);

    private Held Reading()
    {
        _lock.EnterReadLock();
        return new Held(_lock.ExitReadLock);
    }

    private Held Writing()
    {
        _lock.EnterWriteLock();
        return new Held(_lock.ExitWriteLock);
    }

    private readonly struct Held(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>Reads the numbers of a vector.</summary>
/// <param name="slot">Whose.</param>
/// <param name="vector">[dimensions]: gets them.</param>
internal delegate void VectorRead(int slot, Span<float> vector);
