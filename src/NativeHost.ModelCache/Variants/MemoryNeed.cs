namespace NativeHost.ModelCache.Variants;

/// <summary>How much memory a model takes when it is loaded, before any is asked for.</summary>
/// <param name="WeightBytes">Of the tensors.</param>
/// <param name="CacheBytes">Keys, values and recurrent states of the context.</param>
/// <param name="ComputeBytes">What the graph needs beside them.</param>
/// <param name="Confidence">How far the numbers can be trusted.</param>
public sealed record MemoryNeed(long WeightBytes, long CacheBytes, long ComputeBytes, FitConfidence Confidence)
{
    /// <summary>Never negative: what no machine has is the largest number.</summary>
    public long TotalBytes { get; } = (long)Int128.Min((Int128)WeightBytes + CacheBytes + ComputeBytes, long.MaxValue);
}

/// <summary>How far an estimate can be trusted.</summary>
public enum FitConfidence
{
    /// <summary>What llama.cpp allocates on a CPU: the formulas were measured for this architecture.</summary>
    Exact,

    /// <summary>Weights and cache follow formulas for this architecture; the graph's share was measured on another.</summary>
    Bounded,

    /// <summary>A guess from the file's size, or from an architecture that is not known.</summary>
    Unknown,
}
