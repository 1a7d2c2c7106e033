using NativeHost.Hardware.Planning;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Which layers a GPU computes.</summary>
/// <param name="Layers">Their number; 0 for the CPU alone.</param>
/// <param name="EngineName">The engine's name in the protocol's words.</param>
internal sealed record GpuPlacement(int Layers, string EngineName)
{
    public const string CpuEngineName = "llama_cpp_cpu";

    /// <param name="gpuEngine">What models on the machine's GPUs call their engine; null where there is none.</param>
    public static GpuPlacement Of(MemoryPlan plan, string? gpuEngine)
        => plan.Settings.GpuLayers is > 0 and var layers && gpuEngine is not null ? new GpuPlacement(layers, gpuEngine) : new GpuPlacement(0, CpuEngineName);

    /// <summary>
    /// What llama.cpp is told: it counts the output as the first layer that goes to a GPU (llama_model::load_tensors).
    /// </summary>
    public int NativeLayers => Layers > 0 ? Layers + 1 : 0;
}
