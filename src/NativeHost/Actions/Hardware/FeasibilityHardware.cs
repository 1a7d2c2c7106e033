using System.Text.Json.Serialization;

namespace NativeHost.Actions.Hardware;

/// <summary>Megabytes are 2^20 bytes; gigabytes are texts with one decimal.</summary>
/// <param name="TotalRamMb">Of the machine, or of its container.</param>
/// <param name="TotalVramMb">Of all GPUs that models can run on and that have memory of their own; null where these are not known.</param>
/// <param name="RamTier">As in <c>get_hardware_info</c>.</param>
/// <param name="TotalVramGb">The same; null where that is.</param>
/// <param name="VramTier">As in <c>get_hardware_info</c>.</param>
/// <param name="GpuCount">GPUs that models can run on; null where these are not known.</param>
/// <param name="VramReason">Why it is not known on which GPUs models can run.</param>
internal sealed record FeasibilityHardware(
    [property: JsonPropertyName("total_ram_mb")] long TotalRamMb,
    [property: JsonPropertyName("total_ram_gb")] string TotalRamGb,
    [property: JsonPropertyName("available_ram_mb")] long AvailableRamMb,
    [property: JsonPropertyName("available_ram_gb")] string AvailableRamGb,
    [property: JsonPropertyName("ram_tier")] string RamTier,
    [property: JsonPropertyName("total_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalVramMb,
    [property: JsonPropertyName("total_vram_gb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? TotalVramGb,
    [property: JsonPropertyName("vram_tier"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? VramTier,
    [property: JsonPropertyName("gpu_count"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? GpuCount,
    [property: JsonPropertyName("vram_reason")] string? VramReason)
{
    public static FeasibilityHardware Of(MemoryBudget budget)
    {
        var (total, available) = (MachineWords.Megabytes(budget.TotalRam)!.Value, MachineWords.Megabytes(budget.AvailableRam)!.Value);
        var vram = MachineWords.Megabytes(budget.KnownTotalVram);
        return new FeasibilityHardware(
            total, MachineWords.Gigabytes(total), available, MachineWords.Gigabytes(available), MachineWords.RamTier(total),
            vram,
            vram is { } known ? MachineWords.Gigabytes(known) : null,
            vram is { } all ? MachineWords.VramTier(all) : null,
            budget.GpuReason is null ? budget.Gpus.Count : null,
            budget.GpuReason);
    }
}
