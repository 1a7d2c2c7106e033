using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>The phases of attention: from the outputs of its first matrix to the rows that go into its second.</summary>
/// <remarks>
/// Turns queries and keys, keeps keys and values, and lets each head look at the positions up to its token's. Every thread of a step
/// goes through them. All memory belongs to someone else.
/// </remarks>
/// <param name="rotary">What made the step's angles.</param>
/// <param name="cache">Where the keys and values of the step's tokens go.</param>
/// <param name="tokens">What the step computes; may change between two steps.</param>
/// <param name="shared">Has the first matrix's outputs and each token's angles, and gets what a thread makes for the others.</param>
internal sealed unsafe class AttentionPhases(
    TernaryShape shape, ModelWidths widths, AttentionMath math, RotaryTable rotary, KvCache cache, StepTokens tokens, SharedBuffers shared)
{
    /// <summary>Attention of one layer, for all tokens of the step.</summary>
    /// <returns>[tokens, heads × head length], in rows of <see cref="ModelWidths.AttentionOutput"/>; of a single token the thread's own.</returns>
    public float* Attend(int layer, ThreadBuffers own, ref TeamRun run) =>
        tokens.Count == 1 ? AttendAlone(layer, own, ref run) : AttendTogether(layer, own, ref run);

    /// <summary>One token: its heads' positions are shared out in chunks; each thread then merges all results for itself.</summary>
    private float* AttendAlone(int layer, ThreadBuffers own, ref TeamRun run)
    {
        var position = tokens.Positions[0];
        var chunks = AttentionMath.ChunkCount(position + 1);
        var partialStride = AttentionMath.PartialStride(widths.Head);
        TurnQueries(0, own.Queries);
        var phase = run.Open(chunks * shape.KvHeadCount);
        while (phase.TryTake(out var item))
        {
            var (kvHead, chunk) = (item / chunks, item % chunks);
            if (chunk == chunks - 1)
            {
                KeepKeyAndValue(0, layer, kvHead, own);
            }

            var firstHead = kvHead * GroupSize;
            var partials = shared.Partials + ((((long)firstHead * chunks) + chunk) * partialStride);
            AttendChunk(0, layer, kvHead, chunk, own.Queries, partials, chunks * partialStride);
        }

        phase.Wait();
        for (var head = 0; head < shape.HeadCount; head++)
        {
            MergeHead(shared.Partials + ((long)head * chunks * partialStride), chunks, head, own, own.AttentionOutput);
        }

        return own.AttentionOutput;
    }

    /// <summary>Several tokens: first all keys and values, then token by token and kv head by kv head.</summary>
    private float* AttendTogether(int layer, ThreadBuffers own, ref TeamRun run)
    {
        var keeping = run.Open(tokens.Count);
        while (keeping.TryTake(out var token))
        {
            TurnQueries(token, QueriesOf(token));
            for (var kvHead = 0; kvHead < shape.KvHeadCount; kvHead++)
            {
                KeepKeyAndValue(token, layer, kvHead, own);
            }
        }

        keeping.Wait();
        var partialStride = AttentionMath.PartialStride(widths.Head);
        var attending = run.Open(tokens.Count * shape.KvHeadCount);
        while (attending.TryTake(out var item))
        {
            var (token, kvHead) = (item / shape.KvHeadCount, item % shape.KvHeadCount);
            var chunks = AttentionMath.ChunkCount(tokens.Positions[token] + 1);
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                var partials = own.Partials + ((long)chunk * partialStride);
                AttendChunk(token, layer, kvHead, chunk, QueriesOf(token), partials, chunks * partialStride);
            }

            var output = shared.AttentionOutput + ((long)token * widths.AttentionOutput);
            for (var i = 0; i < GroupSize; i++)
            {
                MergeHead(own.Partials + ((long)i * chunks * partialStride), chunks, (kvHead * GroupSize) + i, own, output);
            }
        }

        attending.Wait();
        return shared.AttentionOutput;
    }

    private void AttendChunk(int token, int layer, int kvHead, int chunk, float* queries, float* partials, int partialStep)
    {
        var first = chunk * AttentionMath.ChunkPositions;
        var positions = Math.Min(tokens.Positions[token] + 1 - first, AttentionMath.ChunkPositions);
        var sequence = tokens.Sequences[token];
        var offset = (long)first * cache.RowBytes;
        math.Chunk(
            queries + ((long)kvHead * GroupSize * widths.Head),
            GroupSize,
            widths.Head,
            cache.Keys(sequence, layer, kvHead) + offset,
            cache.Values(sequence, layer, kvHead) + offset,
            positions,
            1f / MathF.Sqrt(shape.HeadLength),
            partials,
            partialStep);
    }

    private void MergeHead(float* partials, int chunks, int head, ThreadBuffers own, float* output)
    {
        math.Merge(partials, chunks, AttentionMath.PartialStride(widths.Head), widths.Head, own.HeadOutput);
        new ReadOnlySpan<float>(own.HeadOutput, shape.HeadLength)
            .CopyTo(new Span<float>(output + ((long)head * shape.HeadLength), shape.HeadLength));
    }

    private void TurnQueries(int token, float* queries)
    {
        for (var head = 0; head < shape.HeadCount; head++)
        {
            var query = queries + ((long)head * widths.Head);
            CopyHead(token, head * shape.HeadLength, query);
            rotary.Turn(query, AnglesOf(token));
        }
    }

    private void KeepKeyAndValue(int token, int layer, int kvHead, ThreadBuffers own)
    {
        var sequence = tokens.Sequences[token];
        var offset = (long)tokens.Positions[token] * cache.RowBytes;
        CopyHead(token, widths.KeyOffset + (kvHead * shape.HeadLength), own.Key);
        rotary.Turn(own.Key, AnglesOf(token));
        math.Write(own.Key, widths.Head, cache.Keys(sequence, layer, kvHead) + offset);
        CopyHead(token, widths.ValueOffset + (kvHead * shape.HeadLength), own.Key);
        math.Write(own.Key, widths.Head, cache.Values(sequence, layer, kvHead) + offset);
    }

    /// <summary>Copies one head's numbers from the attention matrix's outputs; what fills up the row stays 0.</summary>
    private void CopyHead(int token, int offset, float* row)
        => new ReadOnlySpan<float>(shared.Projected + ((long)token * widths.AttentionRows) + offset, shape.HeadLength)
            .CopyTo(new Span<float>(row, shape.HeadLength));

    private int GroupSize => shape.HeadCount / shape.KvHeadCount;

    private float* QueriesOf(int token) => shared.Queries + ((long)token * shape.HeadCount * widths.Head);

    private float* AnglesOf(int token) => shared.Angles + ((long)token * rotary.AngleCount);
}
