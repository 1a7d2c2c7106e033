using System.Numerics;
using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>The tokens that may come next, with their logits: filled from a step, thinned out by the sampling steps.</summary>
/// <remarks>Its buffers have the vocabulary's size and are used again for every token.</remarks>
internal sealed class Candidates
{
    private const int Buckets = 1024;

    /// <summary>By how much of a logit they are apart: sixteen together, behind which there is next to no weight.</summary>
    private const float BucketsPerUnit = 64f;

    private readonly int[] _allIds;
    private readonly int[] _ids;
    private readonly float[] _logits;
    private readonly float[] _weights;
    private readonly double[] _sums = new double[Buckets];

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

    /// <summary>Starts over with a part of the vocabulary.</summary>
    /// <param name="ids">In order.</param>
    public void Fill(ReadOnlySpan<float> logits, ReadOnlySpan<int> ids)
    {
        Count = ids.Length;
        _sortedCount = 0;
        ids.CopyTo(_ids);
        for (var i = 0; i < ids.Length; i++)
        {
            _logits[i] = logits[ids[i]];
        }
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
        Sort(0, k);
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

    /// <summary>Keeps the fewest, likeliest first and the lower id first among equals, whose probabilities sum to at least a part.</summary>
    /// <remarks>
    /// Of those that surely stay nobody needs the order: the weights are summed up in buckets by their logits, and only the bucket that the sum is reached in is sorted.
    /// </remarks>
    /// <param name="part">0 to 1.</param>
    public void KeepWeight(float part)
    {
        var weights = Weights();
        var largest = TensorPrimitives.Max<float>(Logits);
        Array.Clear(_sums);
        for (var i = 0; i < Count; i++)
        {
            _sums[BucketOf(largest - _logits[i])] += weights[i];
        }

        var target = part * TensorPrimitives.Sum<double>(_sums);
        var (bucket, sum) = (0, 0d);
        while (bucket < Buckets - 1 && sum + _sums[bucket] < target)
        {
            sum += _sums[bucket++];
        }

        var front = BringForward(bucket, largest);
        Sort(front, Count - front);
        for (var i = front; i < Count; i++)
        {
            sum += MathF.Exp(_logits[i] - largest);
            if (sum >= target)
            {
                KeepFirst(i + 1);
                return;
            }
        }
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

    private static int BucketOf(float below) => Math.Min((int)(below * BucketsPerUnit), Buckets - 1);

    /// <summary>Moves those of the buckets before one to the front, those of the one behind them, and drops the others.</summary>
    /// <returns>How many are in the buckets before it.</returns>
    private int BringForward(int bucket, float largest)
    {
        var (front, kept) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var own = BucketOf(largest - _logits[i]);
            if (own > bucket)
            {
                continue;
            }

            Swap(i, kept);
            if (own < bucket)
            {
                Swap(kept, front++);
            }

            kept++;
        }

        (Count, _sortedCount) = (kept, 0);
        return front;
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

    /// <summary>Puts a part in order: likeliest first, the lower id first among equals.</summary>
    private void Sort(int first, int count)
    {
        // The negatives in ascending order: a sort with a comparison of one's own would allocate.
        var part = _logits.AsSpan(first, count);
        TensorPrimitives.Negate(part, part);
        part.Sort(_ids.AsSpan(first, count));
        TensorPrimitives.Negate(part, part);
        OrderEqualsById(first, first + count);
    }

    private void OrderEqualsById(int first, int behind)
    {
        for (var start = first; start < behind;)
        {
            var end = start + 1;
            while (end < behind && _logits[end] == _logits[start])
            {
                end++;
            }

            _ids.AsSpan(start, end - start).Sort();
            start = end;
        }
    }
}
