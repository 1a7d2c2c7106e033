using System.Numerics;
using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>The tokens that may come next, with their logits: filled from a step, thinned out by the sampling steps.</summary>
/// <remarks>Its buffers have the vocabulary's size and are used again for every token.</remarks>
internal sealed class Candidates
{
    private readonly int[] _allIds;
    private readonly int[] _ids;
    private readonly float[] _logits;
    private readonly float[] _weights;

    // The first so many are the likeliest ones, in order.
    private int _sortedCount;

    public Candidates(int vocabularySize)
    {
        _allIds = [.. Enumerable.Range(0, vocabularySize)];
        _ids = new int[vocabularySize];
        _logits = new float[vocabularySize];
        _weights = new float[vocabularySize];
    }

    /// <summary>Of the vocabulary: most that there can be.</summary>
    public int Capacity => _ids.Length;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>Starts over with the whole vocabulary.</summary>
    public void Fill(ReadOnlySpan<float> logits)
    {
        Count = logits.Length;
        _sortedCount = 0;
        logits.CopyTo(_logits);
        _allIds.AsSpan(0, Count).CopyTo(_ids);
    }

    /// <summary>Brings the <paramref name="k"/> likeliest to the front, likeliest first, the lower id first among equals.</summary>
    public void SortTop(int k)
    {
        k = Math.Min(k, Count);
        if (k <= _sortedCount)
        {
            return;
        }

        SelectTop(k);
        SortDescending(k);
        OrderEqualsById(k);
        _sortedCount = k;
    }

    /// <summary>Drops all but the first <paramref name="count"/>.</summary>
    public void KeepFirst(int count)
    {
        Count = Math.Min(count, Count);
        _sortedCount = Math.Min(_sortedCount, Count);
    }

    /// <summary>Drops the first <paramref name="count"/>, fewer than there are.</summary>
    public void DropFirst(int count)
    {
        _logits.AsSpan(count, Count - count).CopyTo(_logits);
        _ids.AsSpan(count, Count - count).CopyTo(_ids);
        Count -= count;
        _sortedCount = Math.Max(0, _sortedCount - count);
    }

    /// <summary>Drops those whose logit is below <paramref name="least"/>; the others keep their order.</summary>
    public void KeepFrom(float least)
    {
        if (TensorPrimitives.Min<float>(Logits) >= least)
        {
            return;
        }

        var kept = 0;
        var bound = new Vector<float>(least);
        for (var i = 0; i < Count; i++)
        {
            while (i + Vector<float>.Count <= Count && Vector.LessThanAll(new Vector<float>(_logits, i), bound))
            {
                i += Vector<float>.Count;
            }

            if (i < Count && _logits[i] >= least)
            {
                (_logits[kept], _ids[kept]) = (_logits[i], _ids[i]);
                kept++;
            }
        }

        KeepFirst(Math.Max(kept, 1));
    }

    /// <summary>The candidates' probabilities up to a common factor: e to the power of logit less largest logit.</summary>
    /// <returns>Valid until the next call or sort.</returns>
    public ReadOnlySpan<float> Weights()
    {
        var weights = _weights.AsSpan(0, Count);
        TensorPrimitives.Subtract(Logits, TensorPrimitives.Max<float>(Logits), weights);
        TensorPrimitives.Exp(weights, weights);
        return weights;
    }

    /// <summary>What is to be expected of the surprise (minus the logarithm of the probability) of the next token, in nats.</summary>
    public float Entropy()
    {
        var weights = Weights();
        var sum = TensorPrimitives.Sum(weights);
        var expected = 0f;
        var largest = TensorPrimitives.Max<float>(Logits);
        for (var i = 0; i < weights.Length; i++)
        {
            // A forbidden token has no part in it: 0 times infinity would be no number.
            expected += weights[i] > 0f ? weights[i] * (_logits[i] - largest) : 0f;
        }

        return MathF.Log(sum) - (expected / sum);
    }

    /// <summary>Moves the k largest to the front in any order: a heap of k, its least on top, which a larger one replaces.</summary>
    private void SelectTop(int k)
    {
        for (var i = (k / 2) - 1; i >= 0; i--)
        {
            SiftDown(i, k);
        }

        for (var i = k; i < Count; i++)
        {
            i = SkipSmaller(i);
            if (i < Count && ComesBefore(i, 0))
            {
                Swap(i, 0);
                SiftDown(0, k);
            }
        }
    }

    /// <returns>The first index from <paramref name="i"/> on that may hold more than the heap's least; or near it.</returns>
    private int SkipSmaller(int i)
    {
        var least = new Vector<float>(_logits[0]);
        while (i + Vector<float>.Count <= Count && Vector.LessThanAll(new Vector<float>(_logits, i), least))
        {
            i += Vector<float>.Count;
        }

        return i;
    }

    private void SiftDown(int parent, int k)
    {
        while (true)
        {
            var least = parent;
            var child = (2 * parent) + 1;
            if (child < k && ComesBefore(least, child))
            {
                least = child;
            }

            if (child + 1 < k && ComesBefore(least, child + 1))
            {
                least = child + 1;
            }

            if (least == parent)
            {
                return;
            }

            Swap(parent, least);
            parent = least;
        }
    }

    private bool ComesBefore(int a, int b) =>
        _logits[a] > _logits[b] || (_logits[a] == _logits[b] && _ids[a] < _ids[b]);

    private void Swap(int a, int b)
    {
        (_logits[a], _logits[b]) = (_logits[b], _logits[a]);
        (_ids[a], _ids[b]) = (_ids[b], _ids[a]);
    }

    private void SortDescending(int k)
    {
        // The negatives in ascending order: a sort with a comparison of one's own would allocate.
        var top = _logits.AsSpan(0, k);
        TensorPrimitives.Negate(top, top);
        top.Sort(_ids.AsSpan(0, k));
        TensorPrimitives.Negate(top, top);
    }

    private void OrderEqualsById(int k)
    {
        for (var start = 0; start < k;)
        {
            var end = start + 1;
            while (end < k && _logits[end] == _logits[start])
            {
                end++;
            }

            _ids.AsSpan(start, end - start).Sort();
            start = end;
        }
    }
}
