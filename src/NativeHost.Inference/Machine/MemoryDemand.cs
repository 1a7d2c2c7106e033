namespace NativeHost.Inference.Machine;

/// <summary>What a load takes of the memory that is the narrowest, and what is there of it.</summary>
public readonly record struct MemoryDemand(long NeededBytes, long AvailableBytes)
{
    public bool Fits => NeededBytes <= AvailableBytes;
}
