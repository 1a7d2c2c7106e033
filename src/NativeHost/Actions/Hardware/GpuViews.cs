using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;

namespace NativeHost.Actions.Hardware;

/// <summary>A GPU. What is not known is null, with the reason beside it; megabytes are 2^20 bytes.</summary>
/// <param name="Index">By which <c>gpu_index</c> means it.</param>
/// <param name="Name">The maker's; its numbers on the bus where nobody knows one.</param>
/// <param name="Vendor"><c>Nvidia</c>, <c>Amd</c>, <c>Intel</c>, <c>Apple</c> or <c>Unknown</c>.</param>
/// <param name="VramMb">Of its own memory; where it shares the machine's, what the engine may use of that.</param>
/// <param name="FreeVramMb">What of it nobody uses.</param>
/// <param name="VramReason">Why a figure is null.</param>
/// <param name="SharesMemory">Whether it works in the machine's memory; null where that is not known.</param>
/// <param name="Driver">The driver's name.</param>
/// <param name="DriverVersion">Of a driver that is part of the kernel, the kernel's.</param>
/// <param name="DriverReason">Why the version is null.</param>
/// <param name="PciAddress">Such as <c>0000:01:00.0</c>; null where it is on no bus.</param>
/// <param name="EngineDevice">llama.cpp's name for it, such as <c>Vulkan0</c>; null where models cannot run on it.</param>
/// <param name="EngineReason">Why they cannot.</param>
internal sealed record GpuView(
    int Index,
    string Name,
    string Vendor,
    [property: JsonPropertyName("vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? VramMb,
    [property: JsonPropertyName("free_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? FreeVramMb,
    [property: JsonPropertyName("vram_reason")] string? VramReason,
    [property: JsonPropertyName("shares_memory"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? SharesMemory,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Driver,
    [property: JsonPropertyName("driver_version"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DriverVersion,
    [property: JsonPropertyName("driver_reason")] string? DriverReason,
    [property: JsonPropertyName("pci_address"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? PciAddress,
    [property: JsonPropertyName("engine_device"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? EngineDevice,
    [property: JsonPropertyName("engine_reason")] string? EngineReason)
{
    private const string NoMemory = "Neither the system nor its driver tells.";

    /// <summary>All of them, in the order of their index.</summary>
    public static IReadOnlyList<GpuView> AllOf(MachineLook look)
        => [.. (look.Graphics.Value ?? []).Select((device, index) => Of(index, device, look))];

    /// <summary>Why models do not run on a GPU; null where they do.</summary>
    public static string? EngineReasonOf(GraphicsDevice device, MachineLook look)
        => device.Engine is not null ? null
            : look.Engine.Value is null ? look.Engine.Reason
            : "llama.cpp does not see it: its plugin for GPUs is not in the natives folder, or the driver has no Vulkan.";

    private static GpuView Of(int index, GraphicsDevice device, MachineLook look) => new(
        index,
        device.Label,
        device.Vendor.ToString(),
        MachineWords.Megabytes(device.TotalBytes),
        MachineWords.Megabytes(device.FreeBytes),
        device.TotalBytes is null || device.FreeBytes is null ? MemoryReasonOf(device, look) : null,
        device.SharesMemory,
        device.Driver,
        device.DriverVersion,
        device.DriverVersion is null ? "The system does not tell." : null,
        device.PciAddress,
        device.Engine?.Name,
        EngineReasonOf(device, look));

    private static string MemoryReasonOf(GraphicsDevice device, MachineLook look)
        => look.Graphics.Reason ?? (device.Engine is null && look.Engine.IsPending ? look.Engine.Reason : null) ?? NoMemory;
}

/// <summary>The memory of all GPUs that have their own, in megabytes of 2^20 bytes.</summary>
/// <param name="TotalVramMb">0 where there is no such GPU.</param>
/// <param name="FreeVramMb">What of it nobody uses.</param>
/// <param name="VramTier"><c>low</c> below 4,096, <c>medium</c> below 8,192, <c>high</c> below 16,384, else <c>very_high</c>; null where the total is.</param>
/// <param name="UsableVramMb">Of those GPUs that models can run on; null where it is not known which these are.</param>
/// <param name="SharedVramMb">What GPUs without their own may use of the machine's memory; null where that is not known.</param>
/// <param name="VramReason">Why a figure is null.</param>
/// <param name="AgeMs">Milliseconds since the free memory was read; it is read anew after five seconds, when somebody asks.</param>
internal sealed record VramView(
    [property: JsonPropertyName("total_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalVramMb,
    [property: JsonPropertyName("free_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? FreeVramMb,
    [property: JsonPropertyName("vram_tier"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? VramTier,
    [property: JsonPropertyName("usable_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? UsableVramMb,
    [property: JsonPropertyName("shared_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? SharedVramMb,
    [property: JsonPropertyName("vram_reason")] string? VramReason,
    [property: JsonPropertyName("age_ms")] long? AgeMs)
{
    public static VramView Of(MachineLook look)
    {
        var memory = GraphicsMemory.Of(look);
        return new VramView(
            MachineWords.Megabytes(memory.TotalBytes),
            MachineWords.Megabytes(memory.FreeBytes),
            MachineWords.Megabytes(memory.TotalBytes) is { } total ? MachineWords.VramTier(total) : null,
            MachineWords.Megabytes(memory.UsableBytes),
            MachineWords.Megabytes(memory.SharedBytes),
            memory.Reason,
            MachineWords.AgeOf(look.Graphics));
    }
}

/// <summary>Where models compute.</summary>
/// <param name="Primary"><c>Vulkan</c>, <c>Metal</c>, <c>CUDA</c> or <c>CPU</c>: what a model that fits runs on; null while that is being found out.</param>
/// <param name="Fallbacks">What computes the rest of a model that does not fit.</param>
/// <param name="Reason">Why it is that.</param>
internal sealed record ExecutionProviderView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Primary, IReadOnlyList<string> Fallbacks, string Reason)
{
    private const string Processor = "CPU";

    public static ExecutionProviderView Of(MachineLook look)
    {
        if (look.Engine.Value is not { } engine)
        {
            return new ExecutionProviderView(look.Engine.IsPending ? null : Processor, [], look.Engine.Reason!);
        }

        return engine.Devices.FirstOrDefault(device => device.IsGpu) is { } gpu
            ? new ExecutionProviderView(MachineWords.ProviderOf(gpu), [Processor], $"llama.cpp computes on {gpu.Description} ({gpu.Name}).")
            : new ExecutionProviderView(
                Processor,
                [],
                look.Graphics.Value is { Count: > 0 } ? "llama.cpp sees no GPU, though the system shows one." : "There is no GPU that llama.cpp can use.");
    }
}
