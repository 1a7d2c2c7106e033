using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>What one thread has for itself. Allocated once.</summary>
internal sealed unsafe class ThreadBuffers : IDisposable
{
    private readonly AlignedMemory _memory = new();
    private readonly sbyte* _quantized;
    private readonly int* _sum;
    private readonly float* _inverseScale;

    public ThreadBuffers(TernaryShape shape, ModelWidths widths, int contextTokens, long kernelScratchBytes, int headWorkspaceBytes)
    {
        try
        {
            Row = _memory.New<float>(widths.Widest);
            Queries = _memory.New<float>((long)shape.HeadCount * widths.Head);
            Key = _memory.New<float>(widths.Head);
            AttentionOutput = _memory.New<float>(widths.AttentionOutput);
            HeadOutput = _memory.New<float>(widths.Head);
            Partials = _memory.New<float>(
                (long)(shape.HeadCount / shape.KvHeadCount) * AttentionMath.ChunkCount(contextTokens) * AttentionMath.PartialStride(widths.Head));
            KernelScratch = _memory.New<byte>(kernelScratchBytes);
            HeadWorkspace = _memory.New<byte>(headWorkspaceBytes);
            _quantized = _memory.New<sbyte>(widths.Widest);
            _sum = _memory.New<int>(1);
            _inverseScale = _memory.New<float>(1);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    /// <summary>[widest]: a normed row.</summary>
    public float* Row { get; }

    /// <summary>[heads, head]: a single token's turned queries.</summary>
    public float* Queries { get; }

    /// <summary>[head]: a key or value on its way to the cache.</summary>
    public float* Key { get; }

    /// <summary>[heads × head length]: a single token's.</summary>
    public float* AttentionOutput { get; }

    /// <summary>[head]</summary>
    public float* HeadOutput { get; }

    /// <summary>[heads of a group, chunks of positions, partial result].</summary>
    public float* Partials { get; }

    public byte* KernelScratch { get; }

    public byte* HeadWorkspace { get; }

    /// <summary>Activations of a single token, to be filled.</summary>
    public QuantizedRows Quantized(int stride) => new(1, stride, _quantized, _sum, _inverseScale);

    public void Dispose() => _memory.Dispose();
}
