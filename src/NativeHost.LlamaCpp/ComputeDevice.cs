using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp;

/// <summary>Something that llama.cpp computes on.</summary>
/// <param name="Handle">llama.cpp's pointer to it; lives as long as the process.</param>
/// <param name="Name">llama.cpp's name for it, such as <c>CPU</c> or <c>Vulkan0</c>.</param>
/// <param name="Description">The maker's name for it.</param>
internal sealed record ComputeDevice(nint Handle, string Name, string Description, ComputeDeviceKind Kind)
{
    public bool IsGpu => Kind is ComputeDeviceKind.Gpu or ComputeDeviceKind.IntegratedGpu;

    /// <summary>Whether it has memory of its own, beside the machine's.</summary>
    public bool HasOwnMemory => Kind == ComputeDeviceKind.Gpu;

    /// <summary>What the model card calls the engine that runs on it: Vulkan0 becomes llama_cpp_vulkan.</summary>
    public string EngineName => $"llama_cpp_{(Name.StartsWith("MTL", StringComparison.Ordinal) ? "metal" : Name.TrimEnd("0123456789".ToCharArray()).ToLowerInvariant())}";

    /// <summary>Its free memory now, in bytes.</summary>
    public long FreeBytes()
    {
        LlamaNative.ggml_backend_dev_memory(Handle, out var free, out _);
        return (long)free;
    }
}

/// <summary>The C enumeration ggml_backend_dev_type.</summary>
internal enum ComputeDeviceKind
{
    Cpu = 0,
    Gpu = 1,
    IntegratedGpu = 2,
    Accelerator = 3,
}
