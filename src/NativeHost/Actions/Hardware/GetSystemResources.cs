using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks for the machine's resources, in bytes.</summary>
internal sealed record GetSystemResourcesRequest;

/// <summary>The machine's resources, in bytes. Null where they are not known.</summary>
/// <param name="Gpu">The first GPU; null where there is none.</param>
/// <param name="GpuReason">Why it is not known whether there is one.</param>
/// <param name="Gpus">All of them.</param>
/// <param name="TotalRam">What the system manages.</param>
/// <param name="AvailableRam">What the host can still use before the machine swaps; a container's limit counts where it is lower.</param>
/// <param name="UsedRam">What is used of the total and cannot be freed at once, by whoever.</param>
/// <param name="ContainerLimit">What the host and those in its container may use together; null where nothing bounds them.</param>
/// <param name="RamReason">Why the figures of memory are null.</param>
/// <param name="CpuUsage">Percent of the time of all processors that was worked since somebody asked before, 0 to 100.</param>
/// <param name="CpuUsageReason">Why that is null.</param>
/// <param name="Disks">Of the folders that the host writes to, in megabytes of 2^20 bytes.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>. Ask again for it.</param>
internal sealed record SystemResourcesPayload(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] GpuResources? Gpu,
    [property: JsonPropertyName("gpu_reason")] string? GpuReason,
    IReadOnlyList<GpuResources> Gpus,
    CpuResources Cpu,
    [property: JsonPropertyName("total_ram"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalRam,
    [property: JsonPropertyName("available_ram"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableRam,
    [property: JsonPropertyName("used_ram"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? UsedRam,
    [property: JsonPropertyName("container_limit"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? ContainerLimit,
    [property: JsonPropertyName("ram_reason")] string? RamReason,
    [property: JsonPropertyName("cpu_usage"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? CpuUsage,
    [property: JsonPropertyName("cpu_usage_reason")] string? CpuUsageReason,
    IReadOnlyList<DiskView> Disks,
    IReadOnlyList<string> Pending)
{
    public static SystemResourcesPayload Of(MachineLook look)
    {
        var memory = look.Memory.Value;
        GpuResources[] gpus = [.. (look.Graphics.Value ?? []).Select(device => GpuResources.Of(device, look))];
        var load = look.Load.Value?.Percent;
        return new SystemResourcesPayload(
            gpus.FirstOrDefault(),
            gpus.Length == 0 ? look.Graphics.Reason : null,
            gpus,
            CpuResources.Of(look),
            memory?.Total,
            memory?.Available,
            memory?.Used,
            memory?.ContainerLimit,
            memory is null ? look.Memory.Reason : null,
            load is { } percent ? Math.Round(percent, 1) : null,
            load is null ? look.Load.Reason ?? "It is measured from one request to the next: ask again." : null,
            [.. look.Disks.Select(disk => DiskView.Of(disk.Folder, disk.Space))],
            look.Pending);
    }
}

/// <summary>A GPU, in bytes. Null where it does not tell.</summary>
/// <param name="Available">Whether models can run on it; null while that is being found out.</param>
/// <param name="TotalVram">Of its own memory; where it shares the machine's, what the engine may use of that.</param>
/// <param name="AvailableVram">What of it nobody uses.</param>
/// <param name="UsedVram">What of it somebody uses.</param>
/// <param name="VramReason">Why a figure is null.</param>
/// <param name="Vendor"><c>Nvidia</c>, <c>Amd</c>, <c>Intel</c>, <c>Apple</c> or <c>Unknown</c>.</param>
internal sealed record GpuResources(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? Available,
    string Name,
    [property: JsonPropertyName("total_vram"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalVram,
    [property: JsonPropertyName("available_vram"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableVram,
    [property: JsonPropertyName("used_vram"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? UsedVram,
    [property: JsonPropertyName("vram_reason")] string? VramReason,
    string Vendor)
{
    public static GpuResources Of(GraphicsDevice device, MachineLook look) => new(
        device.Engine is not null ? true : look.Engine.IsPending ? null : false,
        device.Label,
        device.TotalBytes,
        device.FreeBytes,
        device.TotalBytes - device.FreeBytes,
        device.TotalBytes is null || device.FreeBytes is null ? look.Graphics.Reason ?? "Neither the system nor its driver tells." : null,
        device.Vendor.ToString());
}

/// <param name="Architecture">The maker's generation, such as <c>AmdZen3</c>; <c>Unknown</c> for one without a name here.</param>
/// <param name="ModelName">The maker's name; null where the system does not tell.</param>
/// <param name="Cores">Cores that are on; null where the system does not tell.</param>
/// <param name="Threads">Hardware threads that are on; null where the system does not tell.</param>
/// <param name="Reason">Why a field is null.</param>
internal sealed record CpuResources(
    string Architecture,
    [property: JsonPropertyName("model_name"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ModelName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Cores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Threads,
    string? Reason)
{
    public static CpuResources Of(MachineLook look)
    {
        var cpu = CpuView.Of(look);
        return new CpuResources(cpu.Architecture, cpu.ModelName, cpu.Cores, cpu.Threads, cpu.Reason);
    }
}

internal sealed class GetSystemResourcesHandler(Lazy<IMachine> machine) : IHandler<GetSystemResourcesRequest, Reply<SystemResourcesPayload>>
{
    public async Task<Reply<SystemResourcesPayload>> HandleAsync(
        GetSystemResourcesRequest request, Exchange exchange, CancellationToken cancellationToken)
        => new() { Payload = SystemResourcesPayload.Of(await machine.Value.LookAsync(cancellationToken)) };
}
