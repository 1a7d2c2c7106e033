using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;

namespace NativeHost.Actions.Hardware;

/// <summary>Whether an engine of the names that clients know runs on a device.</summary>
/// <param name="Available">Whether models can run there; null while that is being found out.</param>
/// <param name="Backend">What such models call their engine.</param>
/// <param name="Version">The engine's.</param>
/// <param name="VramGb">Gigabytes (2^30 bytes) of the device's memory, with one decimal.</param>
/// <param name="Error">Why models cannot run there, or why that is not known.</param>
internal sealed record InferenceEngine(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? Available,
    string Backend,
    string? Version = null,
    [property: JsonPropertyName("vram_gb")] double? VramGb = null,
    string? Error = null);

/// <summary>Which engines of this host run on what. The names are those of the host before it, most of whose engines this one has not.</summary>
internal static class HostInferenceEngines
{
    private const string NotHere = "This host has no such engine.";

    public static IReadOnlyDictionary<string, InferenceEngine> OnCpu(MachineLook look) => new Dictionary<string, InferenceEngine>
    {
        ["llamacpp-cpu"] = look.Engine.Value is { } engine
            ? new InferenceEngine(true, "llama_cpp_cpu", engine.Version)
            : new InferenceEngine(look.Engine.IsPending ? null : false, "llama_cpp_cpu", Error: look.Engine.Reason),
        ["bitnet-cpu"] = new(true, "bitnet_cpu", HostVersion.Text),
        ["onnx-cpu"] = new(false, "onnx_cpu", Error: NotHere),
        ["transformers-cpu"] = new(false, "transformers_cpu", Error: NotHere),
    };

    /// <param name="gigabytes">Of its memory.</param>
    public static IReadOnlyDictionary<string, InferenceEngine> OnGpu(GraphicsDevice device, double? gigabytes, MachineLook look)
    {
        var engines = new Dictionary<string, InferenceEngine>();
        foreach (var name in NamesOf(device.Vendor))
        {
            engines[name] = new InferenceEngine(false, BackendOf(name), Error: NotHere);
        }

        // By Metal on Apple's systems, else by Vulkan, unless the user's own libraries have another way.
        var own = device.Engine is { } found ? MachineWords.WayOf(found) : device.Vendor == GraphicsVendor.Apple || OperatingSystem.IsMacOS() ? "metal" : "vulkan";
        engines[$"llamacpp-{own}"] = device.Engine is not null
            ? new InferenceEngine(true, device.Engine.Engine, look.Engine.Value?.Version, gigabytes)
            : new InferenceEngine(look.Engine.IsPending ? null : false, $"llama_cpp_{own}", Error: GpuView.EngineReasonOf(device, look));
        return engines;
    }

    public static IReadOnlyDictionary<string, InferenceEngine> OnNpu() => new Dictionary<string, InferenceEngine>
    {
        ["onnx-npu"] = new(false, "onnx_npu", Error: NotHere),
    };

    private static string[] NamesOf(GraphicsVendor vendor) => vendor switch
    {
        GraphicsVendor.Nvidia => ["onnx-cuda", "llamacpp-cuda", "bitnet-gpu"],
        GraphicsVendor.Amd => ["onnx-directml", "onnx-rocm", "llamacpp-rocm"],
        GraphicsVendor.Intel => ["onnx-directml"],
        _ => [],
    };

    private static string BackendOf(string name) => name.Replace("llamacpp", "llama_cpp", StringComparison.Ordinal).Replace('-', '_');
}
