namespace NativeHost.Inference.Machine;

/// <summary>How much memory a model takes, before any is asked for.</summary>
public interface IMemoryEstimate
{
    /// <summary>All the memory of a load with this context.</summary>
    long Bytes(int contextTokens);

    /// <summary>The largest context that fits; 0 where not even the weights do.</summary>
    int LargestContext(long availableBytes);
}
