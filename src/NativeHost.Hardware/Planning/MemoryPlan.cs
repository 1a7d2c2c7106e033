namespace NativeHost.Hardware.Planning;

/// <summary>How much memory a model takes when it is loaded, before any is asked for.</summary>
/// <param name="Settings">How it is going to be loaded.</param>
/// <param name="Layers">Its blocks; 0 where that is not known.</param>
/// <param name="Weights">Of the tensors.</param>
/// <param name="Cache">Keys, values and recurrent states of the context.</param>
/// <param name="Compute">What the graph needs beside them.</param>
/// <param name="Output">The rows of logits.</param>
/// <param name="Runtime">What the engine keeps beside all that: tables of its tokenizer, working memory of its threads.</param>
/// <param name="TokenReads">What is read to compute one more token at the end of a full context; null where that is not known.</param>
public sealed record MemoryPlan(
    PlanSettings Settings,
    int Layers,
    MemoryPart Weights,
    MemoryPart Cache,
    MemoryPart Compute,
    MemoryPart Output,
    MemoryPart Runtime,
    MemoryPart? TokenReads)
{
    private IEnumerable<MemoryPart> Parts => [Weights, Cache, Compute, Output, Runtime];

    /// <summary>Of the machine's memory. Never negative: what no machine has is the largest number.</summary>
    public long CpuBytes => Parts.Aggregate(0L, (sum, part) => Sum(sum, part.CpuBytes));

    /// <summary>Of the memory of the GPUs together.</summary>
    public long GpuBytes => Parts.Aggregate(0L, (sum, part) => Sum(sum, part.GpuBytes));

    public long TotalBytes => Sum(CpuBytes, GpuBytes);

    /// <summary>That of the least known of weights, cache, compute and output. What the engine keeps beside is never exact, and small: it does not count.</summary>
    public Confidence Confidence => new[] { Weights, Cache, Compute, Output }.Max(part => part.Confidence);

    internal static long Sum(long a, long b) => (long)Int128.Min((Int128)a + b, long.MaxValue);
}
