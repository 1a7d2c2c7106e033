using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks what the machine has and has free.</summary>
internal sealed record GetHardwareInfoRequest;

/// <param name="Gpus">As the system, the drivers and llama.cpp together show them.</param>
/// <param name="Vram">Of all GPUs together.</param>
/// <param name="ExecutionProvider">Where models compute.</param>
/// <param name="Os">The operating system.</param>
/// <param name="Npus">Processors for neural networks beside CPU and GPU; no engine of this host uses them.</param>
/// <param name="NpuReason">Why it is not known whether there are any.</param>
/// <param name="Engine">What llama.cpp computes on.</param>
/// <param name="Disks">Of the folders that the host writes to.</param>
/// <param name="Pending">What is still being found out: <c>os</c>, <c>cpu</c>, <c>memory</c>, <c>gpus</c>, <c>engine</c>, <c>npu</c>, <c>disks</c>. Ask again for it.</param>
internal sealed record HardwarePayload(
    CpuView Cpu,
    MemoryView Memory,
    IReadOnlyList<GpuView> Gpus,
    VramView Vram,
    [property: JsonPropertyName("execution_provider")] ExecutionProviderView ExecutionProvider,
    OsView Os,
    IReadOnlyList<NpuView> Npus,
    [property: JsonPropertyName("npu_reason")] string? NpuReason,
    EngineView Engine,
    IReadOnlyList<DiskView> Disks,
    IReadOnlyList<string> Pending)
{
    public static HardwarePayload Of(MachineLook look) => new(
        CpuView.Of(look),
        MemoryView.Of(look),
        GpuView.AllOf(look),
        VramView.Of(look),
        ExecutionProviderView.Of(look),
        OsView.Of(look),
        NpuView.AllOf(look),
        look.Neural.Value is null ? look.Neural.Reason : null,
        EngineView.Of(look),
        [.. look.Disks.Select(disk => DiskView.Of(disk.Folder, disk.Space))],
        look.Pending);
}

/// <summary>The operating system. Null where it does not tell.</summary>
/// <param name="Name"><c>linux</c>, <c>windows</c> or <c>macos</c>.</param>
/// <param name="Version">Of the kernel on Linux, else of the system.</param>
/// <param name="Arch">Of the processor, such as <c>x86_64</c> or <c>aarch64</c>.</param>
/// <param name="Title">Name and version for people.</param>
/// <param name="Reason">Why a field is null.</param>
internal sealed record OsView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Arch,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    string? Reason)
{
    public static OsView Of(MachineLook look)
    {
        var facts = look.System.Value;
        return new OsView(
            facts?.Name,
            facts?.Version,
            facts?.Architecture,
            facts?.Title,
            facts is null ? look.System.Reason : facts.Version is null ? "The system does not tell its version." : null);
    }
}

/// <summary>A processor for neural networks.</summary>
/// <param name="Driver">Null where it has none of its own.</param>
/// <param name="DriverVersion">Null where it has no driver of its own, or the system does not tell.</param>
internal sealed record NpuView(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Driver,
    [property: JsonPropertyName("driver_version"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DriverVersion)
{
    public static IReadOnlyList<NpuView> AllOf(MachineLook look)
        => [.. (look.Neural.Value ?? []).Select(device => new NpuView(device.Name, device.Driver, device.DriverVersion))];
}

/// <summary>llama.cpp and what it computes on.</summary>
/// <param name="Version">llama.cpp's own; null where it could not be asked.</param>
/// <param name="Reason">Why it could not be asked, or was not yet.</param>
internal sealed record EngineView(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Version,
    IReadOnlyList<EngineDeviceView> Devices,
    string? Reason)
{
    public static EngineView Of(MachineLook look) => new(
        "llama.cpp", look.Engine.Value?.Version, [.. (look.Engine.Value?.Devices ?? []).Select(EngineDeviceView.Of)], look.Engine.Reason);
}

/// <summary>Something that llama.cpp computes on.</summary>
/// <param name="Name">llama.cpp's name for it, such as <c>CPU</c> or <c>Vulkan0</c>.</param>
/// <param name="Description">The driver's name for it.</param>
/// <param name="Kind"><c>cpu</c>, <c>gpu</c> (with memory of its own), <c>integrated_gpu</c>, <c>accelerator</c> or <c>other</c>.</param>
/// <param name="Backend">What models on it call their engine, such as <c>llama_cpp_vulkan</c>.</param>
/// <param name="TotalMb">Megabytes (2^20 bytes) of its memory, or of the machine's that it may use.</param>
internal sealed record EngineDeviceView(string Name, string Description, string Kind, string Backend, [property: JsonPropertyName("total_mb")] long TotalMb)
{
    public static EngineDeviceView Of(EngineDevice device)
        => new(device.Name, device.Description, WireWord.Of(device.Kind), device.Engine, MachineWords.Megabytes(device.TotalBytes)!.Value);
}

internal sealed class GetHardwareInfoHandler(Lazy<IMachine> machine) : IHandler<GetHardwareInfoRequest, Reply<HardwarePayload>>
{
    public async Task<Reply<HardwarePayload>> HandleAsync(GetHardwareInfoRequest request, Exchange exchange, CancellationToken cancellationToken)
        => new() { Payload = HardwarePayload.Of(await machine.Value.LookAsync(cancellationToken)) };
}
