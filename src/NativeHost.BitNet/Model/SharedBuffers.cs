using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>What the threads of a step share. Allocated once.</summary>
internal sealed unsafe class SharedBuffers : IDisposable
{
    private readonly AlignedMemory _memory = new();
    private readonly sbyte* _quantized;
    private readonly int* _sums;
    private readonly float* _inverseScales;

    /// <param name="tokens">Most tokens that are computed at once.</param>
    public SharedBuffers(
        TernaryShape shape, ModelWidths widths, int angleCount, int contextTokens, int tokens, int logitsRows, int logitCount, int headParts)
    {
        try
        {
            Hidden = _memory.New<float>((long)tokens * widths.Hidden);
            Projected = _memory.New<float>((long)tokens * Math.Max(widths.AttentionRows, widths.GateUpRows));
            Added = _memory.New<float>((long)tokens * widths.Hidden);
            Queries = _memory.New<float>((long)tokens * shape.HeadCount * widths.Head);
            AttentionOutput = _memory.New<float>((long)tokens * widths.AttentionOutput);
            FeedForward = _memory.New<float>((long)tokens * widths.FeedForward);
            Angles = _memory.New<float>((long)tokens * angleCount);
            Partials = _memory.New<float>(
                (long)shape.HeadCount * AttentionMath.ChunkCount(contextTokens) * AttentionMath.PartialStride(widths.Head));
            Logits = _memory.New<float>((long)logitsRows * logitCount);
            const int Listed = ScreeningHead.MostRescored;
            Shortlist = new Shortlist(_memory.New<int>(headParts * Listed), _memory.New<float>(headParts * Listed), headParts, Listed);
            _quantized = _memory.New<sbyte>((long)tokens * widths.Widest);
            _sums = _memory.New<int>(tokens);
            _inverseScales = _memory.New<float>(tokens);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    /// <summary>[tokens, hidden]: the residual stream.</summary>
    public float* Hidden { get; }

    /// <summary>[tokens, rows of a fused matrix]: queries, keys and values; later gates and ups.</summary>
    public float* Projected { get; }

    /// <summary>[tokens, hidden]: what a projection adds to the residual stream.</summary>
    public float* Added { get; }

    /// <summary>[tokens, heads, head]: turned queries, where there are several tokens.</summary>
    public float* Queries { get; }

    /// <summary>[tokens, heads × head length].</summary>
    public float* AttentionOutput { get; }

    /// <summary>[tokens, feed-forward].</summary>
    public float* FeedForward { get; }

    /// <summary>[tokens, angles].</summary>
    public float* Angles { get; }

    /// <summary>[heads, chunks of positions, partial result], of a single token.</summary>
    public float* Partials { get; }

    /// <summary>[rows, logits].</summary>
    public float* Logits { get; }

    /// <summary>The largest logits of the token that is at the head.</summary>
    public Shortlist Shortlist { get; }

    /// <summary>Activations of some tokens, to be filled.</summary>
    public QuantizedRows Quantized(int tokens, int stride) => new(tokens, stride, _quantized, _sums, _inverseScales);

    public void Dispose() => _memory.Dispose();
}
