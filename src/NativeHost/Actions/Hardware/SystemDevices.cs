using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;

namespace NativeHost.Actions.Hardware;

/// <summary>The machine's devices by kind and maker, each with the engines that could run on it.</summary>
/// <param name="NvidiaDgpu">NVIDIA's cards.</param>
/// <param name="AmdDgpu">AMD's cards.</param>
/// <param name="AmdIgpu">AMD's GPUs inside of processors.</param>
/// <param name="IntelGpu">Intel's GPUs, cards or inside of processors.</param>
/// <param name="AppleGpu">Apple's GPUs.</param>
/// <param name="OtherGpu">GPUs whose maker is none of those.</param>
/// <param name="Npu">The first processor for neural networks.</param>
internal sealed record SystemDevices(
    SystemCpu Cpu,
    [property: JsonPropertyName("nvidia_dgpu")] IReadOnlyList<SystemGpu> NvidiaDgpu,
    [property: JsonPropertyName("amd_dgpu")] IReadOnlyList<SystemGpu> AmdDgpu,
    [property: JsonPropertyName("amd_igpu")] IReadOnlyList<SystemGpu> AmdIgpu,
    [property: JsonPropertyName("intel_gpu")] IReadOnlyList<SystemGpu> IntelGpu,
    [property: JsonPropertyName("apple_gpu")] IReadOnlyList<SystemGpu> AppleGpu,
    [property: JsonPropertyName("other_gpu")] IReadOnlyList<SystemGpu> OtherGpu,
    SystemNpu Npu)
{
    public static SystemDevices Of(MachineLook look)
    {
        return new SystemDevices(
            SystemCpu.Of(look),
            Gpus(device => device.Vendor == GraphicsVendor.Nvidia),
            Gpus(device => device.Vendor == GraphicsVendor.Amd && device.SharesMemory != true),
            Gpus(device => device.Vendor == GraphicsVendor.Amd && device.SharesMemory == true),
            Gpus(device => device.Vendor == GraphicsVendor.Intel),
            Gpus(device => device.Vendor == GraphicsVendor.Apple),
            Gpus(device => device.Vendor == GraphicsVendor.Unknown),
            SystemNpu.Of(look));

        IReadOnlyList<SystemGpu> Gpus(Func<GraphicsDevice, bool> belongs)
            => [.. (look.Graphics.Value ?? []).Where(belongs).Select(device => SystemGpu.Of(device, look))];
    }
}

/// <param name="Name">The maker's; null where the system does not tell.</param>
/// <param name="Available">Always true.</param>
/// <param name="Cores">Cores that are on; null where the system does not tell.</param>
/// <param name="Threads">Hardware threads that are on; null where the system does not tell.</param>
/// <param name="MaxClockSpeedMhz">The highest clock in MHz; null where the system does not tell.</param>
/// <param name="ClockReason">Why that is null.</param>
/// <param name="InferenceEngines">By name, such as <c>llamacpp-cpu</c>.</param>
internal sealed record SystemCpu(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name,
    bool Available,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Cores,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Threads,
    [property: JsonPropertyName("max_clock_speed_mhz"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? MaxClockSpeedMhz,
    [property: JsonPropertyName("clock_reason")] string? ClockReason,
    [property: JsonPropertyName("inference_engines")] IReadOnlyDictionary<string, InferenceEngine> InferenceEngines)
{
    public static SystemCpu Of(MachineLook look)
    {
        var cpu = CpuView.Of(look);
        return new SystemCpu(
            cpu.ModelName, true, cpu.Cores, cpu.Threads, cpu.MaxClockSpeedMhz, cpu.MaxClockSpeedMhz is null ? cpu.ClockReason : null, HostInferenceEngines.OnCpu(look));
    }
}

/// <param name="Name">The maker's.</param>
/// <param name="Available">Always true: a GPU that is not there is not listed. Whether models run on it, its engines say.</param>
/// <param name="VramGb">Gigabytes (2^30 bytes) of its memory, with one decimal; null where it does not tell.</param>
/// <param name="VramReason">Why that is null.</param>
/// <param name="DriverVersion">Null where the system does not tell.</param>
/// <param name="InferenceEngines">By name, such as <c>llamacpp-vulkan</c>.</param>
internal sealed record SystemGpu(
    string Name,
    bool Available,
    [property: JsonPropertyName("vram_gb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? VramGb,
    [property: JsonPropertyName("vram_reason")] string? VramReason,
    [property: JsonPropertyName("driver_version"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DriverVersion,
    [property: JsonPropertyName("inference_engines")] IReadOnlyDictionary<string, InferenceEngine> InferenceEngines)
{
    private const double Gibibyte = 1024 * 1024 * 1024;

    public static SystemGpu Of(GraphicsDevice device, MachineLook look)
    {
        var gigabytes = device.TotalBytes is { } bytes ? Math.Round(bytes / Gibibyte, 1) : (double?)null;
        return new SystemGpu(
            device.Label,
            true,
            gigabytes,
            gigabytes is null ? look.Graphics.Reason ?? "The system does not tell." : null,
            device.DriverVersion,
            HostInferenceEngines.OnGpu(device, gigabytes, look));
    }
}

/// <param name="Name">Null where there is none.</param>
/// <param name="Available">Whether there is one; null while that is being found out.</param>
/// <param name="Reason">Why that is not known.</param>
/// <param name="DriverVersion">Null where it has no driver of its own, or the system does not tell.</param>
/// <param name="PowerMode">Always null.</param>
/// <param name="PowerModeReason">Why that is so, where there is an NPU.</param>
/// <param name="InferenceEngines">By name.</param>
internal sealed record SystemNpu(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? Available,
    string? Reason,
    [property: JsonPropertyName("driver_version"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DriverVersion,
    [property: JsonPropertyName("power_mode"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? PowerMode,
    [property: JsonPropertyName("power_mode_reason")] string? PowerModeReason,
    [property: JsonPropertyName("inference_engines")] IReadOnlyDictionary<string, InferenceEngine> InferenceEngines)
{
    public static SystemNpu Of(MachineLook look)
    {
        var device = look.Neural.Value is { Count: > 0 } devices ? devices[0] : null;
        return new SystemNpu(
            device?.Name,
            look.Neural.Value is null ? null : device is not null,
            look.Neural.Value is null ? look.Neural.Reason : null,
            device?.DriverVersion,
            null,
            device is null ? null : "Only its maker's own tools tell.",
            HostInferenceEngines.OnNpu());
    }
}
