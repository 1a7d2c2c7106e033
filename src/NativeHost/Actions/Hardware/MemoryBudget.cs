using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Messages;
using NativeHost.Planning;

namespace NativeHost.Actions.Hardware;

/// <summary>The memory that a model could take, in bytes.</summary>
/// <param name="TotalRam">Of the machine, or of its container.</param>
/// <param name="AvailableRam">What is free of it now.</param>
/// <param name="RoomRam">What would be free if those models left the memory that do so when another one needs the room.</param>
/// <param name="Gpus">Those that the engine can use, by the numbers that <c>get_hardware_info</c> gives them.</param>
/// <param name="GpuReason">Why it is not known which these are; null where it is.</param>
internal sealed record MemoryBudget(long TotalRam, long AvailableRam, long RoomRam, IReadOnlyList<GpuBudget> Gpus, string? GpuReason = null)
{
    /// <summary>The GPU with memory of its own that has most of it free; null where there is none.</summary>
    public GpuBudget? BestCard => Gpus.Where(gpu => !gpu.SharesMemory).OrderByDescending(gpu => gpu.FreeBytes).Cast<GpuBudget?>().FirstOrDefault();

    /// <summary>The GPU that may use most of the machine's memory; null where there is none.</summary>
    public GpuBudget? BestSharing => Gpus.Where(gpu => gpu.SharesMemory).OrderByDescending(gpu => gpu.FreeBytes).Cast<GpuBudget?>().FirstOrDefault();

    /// <summary>Free memory of all cards together, of those that are known.</summary>
    public long AvailableVram => Gpus.Where(gpu => !gpu.SharesMemory).Sum(gpu => gpu.FreeBytes);

    /// <summary>The same; null where it is not known which they are.</summary>
    public long? KnownAvailableVram => GpuReason is null ? AvailableVram : null;

    /// <summary>Memory of all cards together; null where it is not known which they are.</summary>
    public long? KnownTotalVram => GpuReason is null ? Gpus.Where(gpu => !gpu.SharesMemory).Sum(gpu => gpu.TotalBytes) : null;

    /// <summary>What a load may take.</summary>
    /// <param name="machineBytes">Of the machine: those that are free, or those that can be made free.</param>
    public MemoryRoom RoomOf(long machineBytes) => new(machineBytes, Gpus.Count > 0, Gpus.Any(gpu => gpu.SharesMemory) ? null : AvailableVram);

    /// <summary>Why it is not known which GPUs the engine can use; null where it is.</summary>
    public static string? GpuReasonOf(MachineLook look)
        => look.Graphics.Value is null || look.Graphics.IsPending ? look.Graphics.Reason ?? "GPUs are being looked for."
            : look.Engine.Value is null ? look.Engine.Reason ?? "It is being looked for what the engine can use."
            : null;

    /// <exception cref="RequestException">The system does not tell its memory.</exception>
    public static MemoryBudget Of(MachineLook look, ModelShelf shelf)
    {
        var memory = look.Memory.Value
            ?? throw new RequestException(ErrorCode.HardwareUnknown, $"Hardware detection failed: {look.Memory.Reason}");
        var gpus = (look.Graphics.Value ?? []).Select((device, index) => (device, index))
            .Where(gpu => gpu.device.Engine is not null)
            .Select(gpu => new GpuBudget(
                gpu.index, gpu.device.TotalBytes ?? 0, gpu.device.FreeBytes ?? gpu.device.TotalBytes ?? 0, gpu.device.SharesMemory == true));
        return new MemoryBudget(memory.Usable, memory.Available, Math.Min(memory.Usable, shelf.RoomBytes(memory.Available)), [.. gpus], GpuReasonOf(look));
    }
}

/// <summary>A GPU that the engine can use, in bytes.</summary>
/// <param name="Index">Its number among all GPUs.</param>
/// <param name="FreeBytes">Of its own memory; where it shares the machine's, what it may use of that.</param>
internal readonly record struct GpuBudget(int Index, long TotalBytes, long FreeBytes, bool SharesMemory);
