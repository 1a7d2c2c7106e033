namespace NativeHost.Planning;

/// <summary>The memory that a load may take, in bytes.</summary>
/// <param name="MachineBytes">Of the machine.</param>
/// <param name="HasGpu">Whether the engine can compute on a GPU.</param>
/// <param name="GpuBytes">Of the GPUs together; null where one has no memory of its own, and all share the machine's.</param>
internal sealed record MemoryRoom(long MachineBytes, bool HasGpu, long? GpuBytes)
{
    public static MemoryRoom WithoutGpu(long machineBytes) => new(machineBytes, HasGpu: false, GpuBytes: 0);
}
