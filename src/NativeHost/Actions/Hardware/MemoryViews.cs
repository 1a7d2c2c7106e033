using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Probing;

namespace NativeHost.Actions.Hardware;

/// <summary>The machine's memory, in megabytes of 2^20 bytes. Null where the system does not tell.</summary>
/// <param name="TotalRamMb">What the system manages.</param>
/// <param name="AvailableRamMb">What the host can still use before the machine swaps; a container's limit counts where it is lower.</param>
/// <param name="UsedRamMb">What is used of the total and cannot be freed at once, by whoever.</param>
/// <param name="RamTier"><c>low</c> below 8,192, <c>medium</c> below 16,384, <c>high</c> below 32,768, else <c>very_high</c>.</param>
/// <param name="ContainerLimitMb">What the host and those in its container may use together; null where nothing bounds them.</param>
/// <param name="SwapTotalMb">Of all swap space or page files.</param>
/// <param name="SwapFreeMb">What of that is free.</param>
/// <param name="Reason">Why the figures are null.</param>
internal sealed record MemoryView(
    [property: JsonPropertyName("total_ram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalRamMb,
    [property: JsonPropertyName("available_ram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableRamMb,
    [property: JsonPropertyName("used_ram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? UsedRamMb,
    [property: JsonPropertyName("ram_tier"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? RamTier,
    [property: JsonPropertyName("container_limit_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? ContainerLimitMb,
    [property: JsonPropertyName("swap_total_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? SwapTotalMb,
    [property: JsonPropertyName("swap_free_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? SwapFreeMb,
    string? Reason)
{
    public static MemoryView Of(MachineLook look)
    {
        var facts = look.Memory.Value;
        return new MemoryView(
            MachineWords.Megabytes(facts?.Total),
            MachineWords.Megabytes(facts?.Available),
            MachineWords.Megabytes(facts?.Used),
            MachineWords.Megabytes(facts?.Usable) is { } usable ? MachineWords.RamTier(usable) : null,
            MachineWords.Megabytes(facts?.ContainerLimit),
            MachineWords.Megabytes(facts?.SwapTotal),
            MachineWords.Megabytes(facts?.SwapFree),
            facts is null ? look.Memory.Reason : null);
    }
}

/// <summary>The disk of a folder that the host writes to, in megabytes of 2^20 bytes. Null where the system does not tell.</summary>
/// <param name="Use">What lies there: <c>model_cache</c>, <c>models</c>, <c>cache</c> or <c>temp</c>.</param>
/// <param name="TotalMb">Of the file system.</param>
/// <param name="AvailableMb">What the user may still write.</param>
/// <param name="UsedMb">What is written, by whoever.</param>
/// <param name="UsedPercent">What is written of what the user may write, 0 to 100.</param>
/// <param name="FileSystem">Its kind, such as <c>ext4</c>.</param>
/// <param name="Reason">Why the figures are null.</param>
internal sealed record DiskView(
    string Use,
    string Path,
    [property: JsonPropertyName("total_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalMb,
    [property: JsonPropertyName("available_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableMb,
    [property: JsonPropertyName("used_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? UsedMb,
    [property: JsonPropertyName("used_percent"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? UsedPercent,
    [property: JsonPropertyName("file_system"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FileSystem,
    string? Reason)
{
    public static DiskView Of(MachineFolder folder, Finding<FolderSpace> finding)
    {
        var space = finding.Value;
        return new DiskView(
            folder.Use,
            folder.Path,
            MachineWords.Megabytes(space?.TotalBytes),
            MachineWords.Megabytes(space?.AvailableBytes),
            MachineWords.Megabytes(space?.TotalBytes - space?.FreeBytes),
            space is null ? null : PercentUsed(space),
            space?.FileSystem,
            space is null ? finding.Reason : null);
    }

    private static double? PercentUsed(FolderSpace space)
    {
        var used = space.TotalBytes - space.FreeBytes;
        return used + space.AvailableBytes > 0 ? Math.Round(100.0 * used / (used + space.AvailableBytes), 1) : null;
    }
}
