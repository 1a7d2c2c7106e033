using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Compute;

namespace NativeHost.BitNet.Attention;

/// <summary>Heads that share a pass over keys and values, which are then decoded once for all of them.</summary>
internal static class FourHeads
{
    public const int Count = 4;
}

/// <summary>What <see cref="AttentionMath.Chunk"/> does for each head, for four heads of one kv head together.</summary>
/// <remarks>
/// Scores and weights lie position by position, the four heads side by side. Each number is computed in the same order whatever is
/// computed beside it, so that a position's score does not depend on how many positions a chunk has.
/// </remarks>
internal static unsafe class FourHeads<TLanes, TFormat>
    where TLanes : struct, IFloatLanes<TLanes>
    where TFormat : struct, ICacheFormat
{
    private const int Heads = FourHeads.Count;
    private const int CacheLine = 64;

    /// <summary>How many positions before they are used keys are fetched.</summary>
    private const int RowsAhead = 16;

    /// <summary>Whether it is, against one head after the other: where four heads' numbers fit into registers side by side.</summary>
    public static bool IsFaster => TLanes.Width >= Heads;

    /// <inheritdoc cref="AttentionMath.Chunk"/>
    public static void Chunk(
        float* queries, int headStride, byte* keys, byte* values, int positions, float scale, float* partials, int partialStep)
    {
        var weights = stackalloc float[Heads * AttentionMath.ChunkPositions];
        var rowBytes = TFormat.RowBytes(headStride);
        Score(queries, headStride, keys, values, rowBytes, positions, scale, weights);
        ToWeights(weights, positions, partials, partialStep);
        for (var position = 0; position < positions; position++)
        {
            var four = weights + (position * Heads);
            (Vector128.Load(four) * TFormat.Factor(values + ((long)position * rowBytes), headStride)).Store(four);
        }

        SumValues(weights, positions, values, rowBytes, headStride, AttentionMath.ValuesOf(partials), partialStep);
    }

    private static void Score(
        float* queries, int headStride, byte* keys, byte* values, int rowBytes, int positions, float scale, float* scores)
    {
        var position = 0;
        for (; position + 2 <= positions; position += 2)
        {
            // The values are read next. Both are on their way meanwhile.
            var offset = (long)position * rowBytes;
            Fetch(values + offset, 2 * rowBytes);
            Fetch(keys + offset + (RowsAhead * rowBytes), 2 * rowBytes);
            ScoreTwo(queries, headStride, keys + offset, rowBytes, scale, scores + (position * Heads));
        }

        if (position < positions)
        {
            ScoreOne(queries, headStride, keys + ((long)position * rowBytes), scale, scores + (position * Heads));
        }
    }

    /// <summary>Two positions: the sums of one would wait for each other, and each query number is loaded once for both.</summary>
    private static void ScoreTwo(float* queries, int headStride, byte* key, int rowBytes, float scale, float* scores)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        var (next0, next1, next2, next3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        var nextKey = key + rowBytes;
        for (var i = 0; i < headStride; i += TLanes.Width)
        {
            var (numbers, next) = (TFormat.Read<TLanes>(key, i), TFormat.Read<TLanes>(nextKey, i));
            var query = TLanes.Load(queries + i);
            (sum0, next0) = (TLanes.MultiplyAdd(query, numbers, sum0), TLanes.MultiplyAdd(query, next, next0));
            query = TLanes.Load(queries + headStride + i);
            (sum1, next1) = (TLanes.MultiplyAdd(query, numbers, sum1), TLanes.MultiplyAdd(query, next, next1));
            query = TLanes.Load(queries + (2 * headStride) + i);
            (sum2, next2) = (TLanes.MultiplyAdd(query, numbers, sum2), TLanes.MultiplyAdd(query, next, next2));
            query = TLanes.Load(queries + (3 * headStride) + i);
            (sum3, next3) = (TLanes.MultiplyAdd(query, numbers, sum3), TLanes.MultiplyAdd(query, next, next3));
        }

        (TLanes.SumFour(sum0, sum1, sum2, sum3) * (TFormat.Factor(key, headStride) * scale)).Store(scores);
        (TLanes.SumFour(next0, next1, next2, next3) * (TFormat.Factor(nextKey, headStride) * scale)).Store(scores + Heads);
    }

    private static void ScoreOne(float* queries, int headStride, byte* key, float scale, float* scores)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        for (var i = 0; i < headStride; i += TLanes.Width)
        {
            var numbers = TFormat.Read<TLanes>(key, i);
            sum0 = TLanes.MultiplyAdd(TLanes.Load(queries + i), numbers, sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.Load(queries + headStride + i), numbers, sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.Load(queries + (2 * headStride) + i), numbers, sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.Load(queries + (3 * headStride) + i), numbers, sum3);
        }

        (TLanes.SumFour(sum0, sum1, sum2, sum3) * (TFormat.Factor(key, headStride) * scale)).Store(scores);
    }

    /// <summary>Turns scores into e^(score - maximum) in place, and notes each head's maximum and sum.</summary>
    private static void ToWeights(float* scores, int positions, float* partials, int partialStep)
    {
        var count = positions * Heads;
        for (; count % TLanes.Width != 0; count++)
        {
            scores[count] = float.NegativeInfinity;
        }

        var largest = TLanes.All(float.NegativeInfinity);
        for (var i = 0; i < count; i += TLanes.Width)
        {
            largest = TLanes.Max(largest, TLanes.Load(scores + i));
        }

        var folded = stackalloc float[TLanes.Width];
        TLanes.Store(largest, folded);
        for (var i = Heads; i < TLanes.Width; i++)
        {
            folded[i % Heads] = MathF.Max(folded[i % Heads], folded[i]);
        }

        for (var i = Heads; i < TLanes.Width; i++)
        {
            folded[i] = folded[i % Heads];
        }

        for (var head = 0; head < Heads; head++)
        {
            AttentionMath.MaximumOf(partials + (head * partialStep)) = folded[head];
        }

        var maximum = TLanes.Load(folded);
        var sum = TLanes.All(0);
        for (var i = 0; i < count; i += TLanes.Width)
        {
            var weights = TLanes.Exp(TLanes.Subtract(TLanes.Load(scores + i), maximum));
            TLanes.Store(weights, scores + i);
            sum = TLanes.Add(sum, weights);
        }

        TLanes.Store(sum, folded);
        for (var head = 0; head < Heads; head++)
        {
            var all = folded[head];
            for (var i = head + Heads; i < TLanes.Width; i += Heads)
            {
                all += folded[i];
            }

            AttentionMath.SumOf(partials + (head * partialStep)) = all;
        }
    }

    /// <summary>Two registers of each head at a time, where there are two: the sums of one would wait for each other.</summary>
    private static void SumValues(float* weights, int positions, byte* values, int rowBytes, int headStride, float* output, int outputStep)
    {
        var index = 0;
        for (; index + (2 * TLanes.Width) <= headStride; index += 2 * TLanes.Width)
        {
            SumTwo(weights, positions, values, rowBytes, index, output + index, outputStep);
        }

        for (; index < headStride; index += TLanes.Width)
        {
            SumOne(weights, positions, values, rowBytes, index, output + index, outputStep);
        }
    }

    private static void SumTwo(float* weights, int positions, byte* values, int rowBytes, int index, float* output, int outputStep)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        var (next0, next1, next2, next3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        for (var position = 0; position < positions; position++)
        {
            var row = values + ((long)position * rowBytes);
            var (numbers, next) = (TFormat.Read<TLanes>(row, index), TFormat.Read<TLanes>(row, index + TLanes.Width));
            var four = weights + (position * Heads);
            var weight = TLanes.All(four[0]);
            (sum0, next0) = (TLanes.MultiplyAdd(weight, numbers, sum0), TLanes.MultiplyAdd(weight, next, next0));
            weight = TLanes.All(four[1]);
            (sum1, next1) = (TLanes.MultiplyAdd(weight, numbers, sum1), TLanes.MultiplyAdd(weight, next, next1));
            weight = TLanes.All(four[2]);
            (sum2, next2) = (TLanes.MultiplyAdd(weight, numbers, sum2), TLanes.MultiplyAdd(weight, next, next2));
            weight = TLanes.All(four[3]);
            (sum3, next3) = (TLanes.MultiplyAdd(weight, numbers, sum3), TLanes.MultiplyAdd(weight, next, next3));
        }

        Store(sum0, sum1, sum2, sum3, output, outputStep);
        Store(next0, next1, next2, next3, output + TLanes.Width, outputStep);
    }

    private static void SumOne(float* weights, int positions, byte* values, int rowBytes, int index, float* output, int outputStep)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        for (var position = 0; position < positions; position++)
        {
            var numbers = TFormat.Read<TLanes>(values + ((long)position * rowBytes), index);
            var four = weights + (position * Heads);
            sum0 = TLanes.MultiplyAdd(TLanes.All(four[0]), numbers, sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.All(four[1]), numbers, sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.All(four[2]), numbers, sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.All(four[3]), numbers, sum3);
        }

        Store(sum0, sum1, sum2, sum3, output, outputStep);
    }

    private static void Store(TLanes sum0, TLanes sum1, TLanes sum2, TLanes sum3, float* output, int outputStep)
    {
        TLanes.Store(sum0, output);
        TLanes.Store(sum1, output + outputStep);
        TLanes.Store(sum2, output + (2 * outputStep));
        TLanes.Store(sum3, output + (3 * outputStep));
    }

    /// <summary>Begins to bring memory into the nearest cache; does nothing where there is none.</summary>
    private static void Fetch(byte* start, int bytes)
    {
        if (Sse.IsSupported)
        {
            for (var offset = 0; offset < bytes; offset += CacheLine)
            {
                Sse.Prefetch0(start + offset);
            }
        }
    }
}
