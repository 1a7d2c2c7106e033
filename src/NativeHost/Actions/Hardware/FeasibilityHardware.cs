using System.Text.Json.Serialization;

namespace NativeHost.Actions.Hardware;

/// <summary>Megabytes are 2^20 bytes; gigabytes are texts with one decimal.</summary>
/// <param name="TotalRamMb">Of the machine, or of its container.</param>
/// <param name="TotalVramMb">Of all GPUs that models can run on and that have memory of their own.</param>
/// <param name="RamTier">As in <c>get_hardware_info</c>.</param>
/// <param name="VramTier">As in <c>get_hardware_info</c>.</param>
/// <param name="GpuCount">GPUs that models can run on.</param>
internal sealed record FeasibilityHardware(
    [property: JsonPropertyName("total_ram_mb")] long TotalRamMb,
    [property: JsonPropertyName("total_ram_gb")] string TotalRamGb,
    [property: JsonPropertyName("available_ram_mb")] long AvailableRamMb,
    [property: JsonPropertyName("available_ram_gb")] string AvailableRamGb,
    [property: JsonPropertyName("ram_tier")] string RamTier,
    [property: JsonPropertyName("total_vram_mb")] long TotalVramMb,
    [property: JsonPropertyName("total_vram_gb")] string TotalVramGb,
    [property: JsonPropertyName("vram_tier")] string VramTier,
    [property: JsonPropertyName("gpu_count")] int GpuCount)
{
    public static FeasibilityHardware Of(MemoryBudget budget)
    {
        var (total, available) = (MachineWords.Megabytes(budget.TotalRam)!.Value, MachineWords.Megabytes(budget.AvailableRam)!.Value);
        var vram = MachineWords.Megabytes(budget.Gpus.Where(gpu => !gpu.SharesMemory).Sum(gpu => gpu.TotalBytes))!.Value;
        return new FeasibilityHardware(
            total, MachineWords.Gigabytes(total), available, MachineWords.Gigabytes(available), MachineWords.RamTier(total),
            vram, MachineWords.Gigabytes(vram), MachineWords.VramTier(vram), budget.Gpus.Count);
    }
}
