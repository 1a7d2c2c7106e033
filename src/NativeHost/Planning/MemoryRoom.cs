using NativeHost.Actions.Hardware;

namespace NativeHost.Planning;

/// <summary>The memory that a load may take, in bytes.</summary>
/// <param name="MachineBytes">Of the machine.</param>
/// <param name="HasGpu">Whether the engine can compute on a GPU.</param>
/// <param name="GpuBytes">Of the GPUs together; null where one has no memory of its own, and all share the machine's.</param>
internal sealed record MemoryRoom(long MachineBytes, bool HasGpu, long? GpuBytes)
{
    public static MemoryRoom WithoutGpu(long machineBytes) => new(machineBytes, HasGpu: false, GpuBytes: 0);

    /// <param name="machineBytes">Of the machine: those that are free, or those that can be made free.</param>
    public static MemoryRoom Of(MemoryBudget budget, long machineBytes)
        => new(
            machineBytes,
            budget.Gpus.Count > 0,
            budget.Gpus.Any(gpu => gpu.SharesMemory) ? null : budget.AvailableVram);
}
