namespace NativeHost.Hardware.Planning;

/// <summary>One part of what a model takes of memory.</summary>
/// <param name="CpuBytes">In the machine's memory.</param>
/// <param name="GpuBytes">In the memory of the GPUs together.</param>
/// <param name="Confidence">How far both can be trusted.</param>
public sealed record MemoryPart(long CpuBytes, long GpuBytes, Confidence Confidence)
{
    /// <summary>Never negative: what no machine has is the largest number.</summary>
    public long Bytes => MemoryPlan.Sum(CpuBytes, GpuBytes);
}
