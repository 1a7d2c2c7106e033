namespace NativeHost.Hardware.Memory;

/// <summary>The machine's memory now, in bytes.</summary>
/// <param name="Total">What the system manages: what is built in, less what the firmware keeps.</param>
/// <param name="Available">What this process can still use before the machine swaps; a container's limit counts where it is lower.</param>
/// <param name="Used">What is used of the total and cannot be freed at once, by whoever.</param>
/// <param name="ContainerLimit">What this process and those in its container may use together; null where nothing bounds them.</param>
/// <param name="SwapTotal">Of all swap space or page files.</param>
public sealed record MemoryFacts(long Total, long Available, long Used, long? ContainerLimit, long SwapTotal, long SwapFree)
{
    /// <summary>The memory that there is for this process when all others give theirs back.</summary>
    public long Usable => Math.Min(Total, ContainerLimit ?? Total);
}
