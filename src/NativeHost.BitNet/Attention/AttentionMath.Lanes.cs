using NativeHost.BitNet.Compute;

namespace NativeHost.BitNet.Attention;

/// <inheritdoc/>
internal sealed unsafe class AttentionMath<TLanes, TFormat> : AttentionMath
    where TLanes : struct, IFloatLanes<TLanes>
    where TFormat : struct, ICacheFormat
{
    /// <summary>Heads that share a pass over keys and values, which are then decoded once for all of them.</summary>
    private const int HeadsAtOnce = 4;

    public override void Write(float* values, int headStride, byte* row) => TFormat.Write(values, headStride, row);

    public override void Chunk(
        float* queries, int headCount, int headStride, byte* keys, byte* values, int positions, float scale, float* partials, int partialStep)
    {
        var weights = stackalloc float[HeadsAtOnce * ChunkPositions];
        var rowBytes = TFormat.RowBytes(headStride);
        for (var head = 0; head < headCount;)
        {
            var heads = headCount - head >= HeadsAtOnce ? HeadsAtOnce : 1;
            var query = queries + (head * headStride);
            var partial = partials + (head * partialStep);
            for (var position = 0; position < positions; position++)
            {
                var key = keys + ((long)position * rowBytes);
                var factor = TFormat.Factor(key, headStride) * scale;
                if (heads == HeadsAtOnce)
                {
                    ScoreFour(query, headStride, key, factor, weights + position);
                }
                else
                {
                    weights[position] = Score(query, headStride, key) * factor;
                }
            }

            for (var i = 0; i < heads; i++)
            {
                ToWeights(weights + (i * ChunkPositions), positions, partial + (i * partialStep));
            }

            ApplyFactors(weights, heads, positions, values, rowBytes, headStride);
            if (heads == HeadsAtOnce)
            {
                SumAllFour(weights, positions, values, rowBytes, headStride, ValuesOf(partial), partialStep);
            }
            else
            {
                for (var index = 0; index < headStride; index += TLanes.Width)
                {
                    SumOne(weights, positions, values, rowBytes, index, ValuesOf(partial));
                }
            }

            head += heads;
        }
    }

    public override void Merge(float* partials, int chunkCount, int partialStep, int headStride, float* output)
    {
        var maximum = float.NegativeInfinity;
        for (var chunk = 0; chunk < chunkCount; chunk++)
        {
            maximum = MathF.Max(maximum, MaximumOf(partials + ((long)chunk * partialStep)));
        }

        var sum = 0f;
        for (var chunk = 0; chunk < chunkCount; chunk++)
        {
            var partial = partials + ((long)chunk * partialStep);
            var weight = MathF.Exp(MaximumOf(partial) - maximum);
            sum += SumOf(partial) * weight;
            var factor = TLanes.All(weight);
            for (var i = 0; i < headStride; i += TLanes.Width)
            {
                var before = chunk == 0 ? TLanes.All(0) : TLanes.Load(output + i);
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(ValuesOf(partial) + i), factor, before), output + i);
            }
        }

        var divisor = TLanes.All(1f / sum);
        for (var i = 0; i < headStride; i += TLanes.Width)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(output + i), divisor), output + i);
        }
    }

    private static float Score(float* query, int headStride, byte* key)
    {
        var sum = TLanes.All(0);
        for (var i = 0; i < headStride; i += TLanes.Width)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(query + i), TFormat.Read<TLanes>(key, i), sum);
        }

        return TLanes.Sum(sum);
    }

    private static void ScoreFour(float* query, int headStride, byte* key, float factor, float* scores)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        for (var i = 0; i < headStride; i += TLanes.Width)
        {
            var numbers = TFormat.Read<TLanes>(key, i);
            sum0 = TLanes.MultiplyAdd(TLanes.Load(query + i), numbers, sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.Load(query + headStride + i), numbers, sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.Load(query + (2 * headStride) + i), numbers, sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.Load(query + (3 * headStride) + i), numbers, sum3);
        }

        scores[0] = TLanes.Sum(sum0) * factor;
        scores[ChunkPositions] = TLanes.Sum(sum1) * factor;
        scores[2 * ChunkPositions] = TLanes.Sum(sum2) * factor;
        scores[3 * ChunkPositions] = TLanes.Sum(sum3) * factor;
    }

    /// <summary>Turns one head's scores into e^(score - maximum) in place, and notes maximum and sum.</summary>
    private static void ToWeights(float* scores, int positions, float* partial)
    {
        for (; positions % TLanes.Width != 0; positions++)
        {
            scores[positions] = float.NegativeInfinity;
        }

        var largest = TLanes.All(float.NegativeInfinity);
        for (var i = 0; i < positions; i += TLanes.Width)
        {
            largest = TLanes.Max(largest, TLanes.Load(scores + i));
        }

        var maximum = TLanes.Largest(largest);
        var sum = TLanes.All(0);
        for (var i = 0; i < positions; i += TLanes.Width)
        {
            var weights = TLanes.Exp(TLanes.Subtract(TLanes.Load(scores + i), TLanes.All(maximum)));
            TLanes.Store(weights, scores + i);
            sum = TLanes.Add(sum, weights);
        }

        MaximumOf(partial) = maximum;
        SumOf(partial) = TLanes.Sum(sum);
    }

    private static void ApplyFactors(float* weights, int heads, int positions, byte* values, int rowBytes, int headStride)
    {
        for (var position = 0; position < positions; position++)
        {
            var factor = TFormat.Factor(values + ((long)position * rowBytes), headStride);
            for (var i = 0; i < heads; i++)
            {
                weights[(i * ChunkPositions) + position] *= factor;
            }
        }
    }

    private static void SumOne(float* weights, int positions, byte* values, int rowBytes, int index, float* output)
    {
        var sum = TLanes.All(0);
        for (var position = 0; position < positions; position++)
        {
            sum = TLanes.MultiplyAdd(TLanes.All(weights[position]), TFormat.Read<TLanes>(values + ((long)position * rowBytes), index), sum);
        }

        TLanes.Store(sum, output + index);
    }

    /// <summary>Two registers of each head at a time, where there are two: the sums of one would wait for each other.</summary>
    private static void SumAllFour(float* weights, int positions, byte* values, int rowBytes, int headStride, float* output, int outputStep)
    {
        var index = 0;
        for (; index + (2 * TLanes.Width) <= headStride; index += 2 * TLanes.Width)
        {
            SumFourTwice(weights, positions, values, rowBytes, index, output, outputStep);
        }

        for (; index < headStride; index += TLanes.Width)
        {
            SumFour(weights, positions, values, rowBytes, index, output, outputStep);
        }
    }

    private static void SumFourTwice(float* weights, int positions, byte* values, int rowBytes, int index, float* output, int outputStep)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        var (next0, next1, next2, next3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        for (var position = 0; position < positions; position++)
        {
            var row = values + ((long)position * rowBytes);
            var numbers = TFormat.Read<TLanes>(row, index);
            var next = TFormat.Read<TLanes>(row, index + TLanes.Width);
            var weight = weights + position;
            var (weight0, weight1) = (TLanes.All(weight[0]), TLanes.All(weight[ChunkPositions]));
            var (weight2, weight3) = (TLanes.All(weight[2 * ChunkPositions]), TLanes.All(weight[3 * ChunkPositions]));
            sum0 = TLanes.MultiplyAdd(weight0, numbers, sum0);
            sum1 = TLanes.MultiplyAdd(weight1, numbers, sum1);
            sum2 = TLanes.MultiplyAdd(weight2, numbers, sum2);
            sum3 = TLanes.MultiplyAdd(weight3, numbers, sum3);
            next0 = TLanes.MultiplyAdd(weight0, next, next0);
            next1 = TLanes.MultiplyAdd(weight1, next, next1);
            next2 = TLanes.MultiplyAdd(weight2, next, next2);
            next3 = TLanes.MultiplyAdd(weight3, next, next3);
        }

        StoreFour(sum0, sum1, sum2, sum3, output + index, outputStep);
        StoreFour(next0, next1, next2, next3, output + index + TLanes.Width, outputStep);
    }

    private static void StoreFour(TLanes sum0, TLanes sum1, TLanes sum2, TLanes sum3, float* output, int outputStep)
    {
        TLanes.Store(sum0, output);
        TLanes.Store(sum1, output + outputStep);
        TLanes.Store(sum2, output + (2 * outputStep));
        TLanes.Store(sum3, output + (3 * outputStep));
    }

    private static void SumFour(float* weights, int positions, byte* values, int rowBytes, int index, float* output, int outputStep)
    {
        var (sum0, sum1, sum2, sum3) = (TLanes.All(0), TLanes.All(0), TLanes.All(0), TLanes.All(0));
        for (var position = 0; position < positions; position++)
        {
            var numbers = TFormat.Read<TLanes>(values + ((long)position * rowBytes), index);
            var weight = weights + position;
            sum0 = TLanes.MultiplyAdd(TLanes.All(weight[0]), numbers, sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.All(weight[ChunkPositions]), numbers, sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.All(weight[2 * ChunkPositions]), numbers, sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.All(weight[3 * ChunkPositions]), numbers, sum3);
        }

        StoreFour(sum0, sum1, sum2, sum3, output + index, outputStep);
    }
}
