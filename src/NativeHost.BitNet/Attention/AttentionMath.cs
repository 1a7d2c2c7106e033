using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Attention;

/// <summary>Causal attention of one token's heads to the positions before it, at one <see cref="KernelLevel"/>. Stateless.</summary>
/// <remarks>
/// Positions are cut into chunks of <see cref="ChunkPositions"/>. A chunk gives each head a partial result: the largest score m, the
/// sum l of e^(score - m), and the values' sum with these weights (online softmax; Dao et al., FlashAttention, and its decoding
/// form). Partial results are merged in the order of positions. So what a token gets depends neither on how many threads there are,
/// nor on what is computed beside it.
/// </remarks>
internal abstract unsafe class AttentionMath
{
    public const int ChunkPositions = 128;

    /// <summary>Largest score and sum, before the values' sum.</summary>
    private const int PartialHead = 16;

    /// <summary>Floats of one head's partial result.</summary>
    public static int PartialStride(int headStride) => PartialHead + headStride;

    public static int ChunkCount(int positions) => (positions + ChunkPositions - 1) / ChunkPositions;

    /// <summary>Keeps the key or value of one position.</summary>
    public abstract void Write(float* values, int headStride, byte* row);

    /// <summary>The partial results of the heads that share one kv head, over some positions.</summary>
    /// <param name="queries">Row after row, one a head.</param>
    /// <param name="keys">Keys of the first position.</param>
    /// <param name="positions">1 to <see cref="ChunkPositions"/>.</param>
    /// <param name="scale">What scores are multiplied with.</param>
    /// <param name="partials">Head after head.</param>
    /// <param name="partialStep">Floats from one head's partial result to the next's.</param>
    public abstract void Chunk(
        float* queries, int headCount, int headStride, byte* keys, byte* values, int positions, float scale, float* partials, int partialStep);

    /// <summary>Merges one head's partial results.</summary>
    /// <param name="partialStep">Floats from one chunk's partial result to the next's.</param>
    /// <param name="output">Gets headStride numbers.</param>
    public abstract void Merge(float* partials, int chunkCount, int partialStep, int headStride, float* output);

    public static AttentionMath Of(KernelLevel level, CacheFormat format) => (level, format) switch
    {
        (KernelLevel.Scalar, CacheFormat.Half) => new AttentionMath<Lane, HalfFormat>(),
        (KernelLevel.Scalar, _) => new AttentionMath<Lane, ByteFormat>(),
        (KernelLevel.Avx512, CacheFormat.Half) => new AttentionMath<Lanes16, HalfFormat>(),
        (KernelLevel.Avx512, _) => new AttentionMath<Lanes16, ByteFormat>(),
        (_, CacheFormat.Half) => new AttentionMath<Lanes8, HalfFormat>(),
        _ => new AttentionMath<Lanes8, ByteFormat>(),
    };

    public static ref float MaximumOf(float* partial) => ref partial[0];

    public static ref float SumOf(float* partial) => ref partial[1];

    public static float* ValuesOf(float* partial) => partial + PartialHead;
}
