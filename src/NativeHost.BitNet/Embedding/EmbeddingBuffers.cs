using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Embedding;

/// <summary>What the threads share that compute some tokens of a text. Allocated once; rows are zero behind their length.</summary>
internal sealed unsafe class EmbeddingBuffers : IDisposable
{
    /// <summary>Most matrices that take their inputs from the same row.</summary>
    private const int InputCount = 3;

    private readonly AlignedMemory _memory = new();
    private readonly sbyte*[] _quantized = new sbyte*[InputCount];
    private readonly int*[] _sums = new int*[InputCount];
    private readonly float*[] _inverseScales = new float*[InputCount];

    /// <param name="tokens">Most tokens that are computed at once.</param>
    public EmbeddingBuffers(TernaryShape shape, ModelWidths widths, int angleCount, int tokens)
    {
        QueryRows = widths.KeyOffset;
        KeyRows = widths.ValueOffset - widths.KeyOffset;
        Hidden = _memory.New<float>((long)tokens * widths.Hidden);
        Queries = _memory.New<float>((long)tokens * QueryRows);
        Keys = _memory.New<float>((long)tokens * KeyRows);
        Values = _memory.New<float>((long)tokens * KeyRows);
        TurnedQueries = _memory.New<float>((long)tokens * shape.HeadCount * widths.Head);
        AttentionOutput = _memory.New<float>((long)tokens * widths.AttentionOutput);
        Gates = _memory.New<float>((long)tokens * widths.FeedForward);
        Ups = _memory.New<float>((long)tokens * widths.FeedForward);
        Added = _memory.New<float>((long)tokens * widths.Hidden);
        Angles = _memory.New<float>((long)tokens * angleCount);
        WindowAngles = _memory.New<float>((long)tokens * angleCount);
        for (var input = 0; input < InputCount; input++)
        {
            _quantized[input] = _memory.New<sbyte>((long)tokens * widths.Widest);
            _sums[input] = _memory.New<int>(tokens);
            _inverseScales[input] = _memory.New<float>(tokens);
        }
    }

    /// <summary>Floats of one token's queries: whole tiles.</summary>
    public int QueryRows { get; }

    /// <summary>Floats of one token's keys, or values: whole tiles.</summary>
    public int KeyRows { get; }

    /// <summary>[tokens, hidden]: the residual stream.</summary>
    public float* Hidden { get; }

    /// <summary>[tokens, query rows].</summary>
    public float* Queries { get; }

    /// <summary>[tokens, key rows].</summary>
    public float* Keys { get; }

    /// <summary>[tokens, key rows].</summary>
    public float* Values { get; }

    /// <summary>[tokens, heads, head].</summary>
    public float* TurnedQueries { get; }

    /// <summary>[tokens, heads × head length].</summary>
    public float* AttentionOutput { get; }

    /// <summary>[tokens, feed-forward]: gates, and then their products with the ups.</summary>
    public float* Gates { get; }

    /// <summary>[tokens, feed-forward].</summary>
    public float* Ups { get; }

    /// <summary>[tokens, hidden]: what a part adds to the residual stream.</summary>
    public float* Added { get; }

    /// <summary>[tokens, angles].</summary>
    public float* Angles { get; }

    /// <summary>[tokens, angles]: of the layers with the window.</summary>
    public float* WindowAngles { get; }

    /// <summary>One matrix's input of some tokens, to be filled.</summary>
    /// <param name="input">0 to 2, one for each matrix that takes its input from the same row.</param>
    public QuantizedRows Quantized(int input, int tokens, int stride)
        => new(tokens, stride, _quantized[input], _sums[input], _inverseScales[input]);

    public void Dispose() => _memory.Dispose();
}

/// <summary>What one thread has for itself. Allocated once.</summary>
internal sealed unsafe class EmbeddingThread : IDisposable
{
    private readonly AlignedMemory _memory = new();

    public EmbeddingThread(TernaryShape shape, ModelWidths widths, int contextTokens, long kernelScratchBytes)
    {
        Normed = _memory.New<float>(widths.Hidden);
        Input = _memory.New<float>(widths.Widest);
        Head = _memory.New<float>(widths.Head);
        Partials = _memory.New<float>(
            (long)(shape.HeadCount / shape.KvHeadCount) * AttentionMath.ChunkCount(contextTokens) * AttentionMath.PartialStride(widths.Head));
        KernelScratch = _memory.New<byte>(kernelScratchBytes);
    }

    /// <summary>[hidden]: a row behind the norm of its part.</summary>
    public float* Normed { get; }

    /// <summary>[widest]: the same behind the norm of one matrix.</summary>
    public float* Input { get; }

    /// <summary>[head]</summary>
    public float* Head { get; }

    /// <summary>[heads of a group, chunks of positions, partial result].</summary>
    public float* Partials { get; }

    public byte* KernelScratch { get; }

    public void Dispose() => _memory.Dispose();
}
