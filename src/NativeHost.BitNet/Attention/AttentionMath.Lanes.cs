using NativeHost.BitNet.Compute;

namespace NativeHost.BitNet.Attention;

/// <inheritdoc/>
internal sealed unsafe class AttentionMath<TLanes, TFormat> : AttentionMath
    where TLanes : struct, IFloatLanes<TLanes>
    where TFormat : struct, ICacheFormat
{
    public override void Write(float* values, int headStride, byte* row) => TFormat.Write(values, headStride, row);

    public override void Chunk(
        float* queries, int headCount, int headStride, byte* keys, byte* values, int positions, float scale, float* partials, int partialStep)
    {
        var head = 0;
        if (FourHeads<TLanes, TFormat>.IsFaster)
        {
            for (; head + FourHeads.Count <= headCount; head += FourHeads.Count)
            {
                FourHeads<TLanes, TFormat>.Chunk(
                    queries + (head * headStride), headStride, keys, values, positions, scale, partials + (head * partialStep), partialStep);
            }
        }

        for (; head < headCount; head++)
        {
            ChunkOfOne(queries + (head * headStride), headStride, keys, values, positions, scale, partials + (head * partialStep));
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

    private static void ChunkOfOne(float* query, int headStride, byte* keys, byte* values, int positions, float scale, float* partial)
    {
        var weights = stackalloc float[ChunkPositions];
        var rowBytes = TFormat.RowBytes(headStride);
        for (var position = 0; position < positions; position++)
        {
            var key = keys + ((long)position * rowBytes);
            weights[position] = Score(query, headStride, key) * (TFormat.Factor(key, headStride) * scale);
        }

        ToWeights(weights, positions, partial);
        for (var position = 0; position < positions; position++)
        {
            weights[position] *= TFormat.Factor(values + ((long)position * rowBytes), headStride);
        }

        for (var index = 0; index < headStride; index += TLanes.Width)
        {
            SumValues(weights, positions, values, rowBytes, index, ValuesOf(partial));
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

    private static void SumValues(float* weights, int positions, byte* values, int rowBytes, int index, float* output)
    {
        var sum = TLanes.All(0);
        for (var position = 0; position < positions; position++)
        {
            sum = TLanes.MultiplyAdd(TLanes.All(weights[position]), TFormat.Read<TLanes>(values + ((long)position * rowBytes), index), sum);
        }

        TLanes.Store(sum, output + index);
    }
}
