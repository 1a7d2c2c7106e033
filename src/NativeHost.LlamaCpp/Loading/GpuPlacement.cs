namespace NativeHost.LlamaCpp.Loading;

/// <summary>Which layers a GPU computes.</summary>
/// <param name="Layers">Their number; 0 for the CPU alone.</param>
/// <param name="EngineName">The engine's name in the protocol's words.</param>
internal sealed record GpuPlacement(int Layers, string EngineName)
{
    public const string CpuEngineName = "llama_cpp_cpu";

    /// <summary>
    /// What llama.cpp is told: it counts the output as the first layer that goes to a GPU (llama_model::load_tensors).
    /// </summary>
    public int NativeLayers => Layers > 0 ? Layers + 1 : 0;

    /// <summary>Decides by what was asked for, which devices there are and what they have free.</summary>
    /// <param name="requested">0 for none, -1 for all, null for as many as fit.</param>
    /// <param name="notes">Gets a sentence where the choice is not what was asked for.</param>
    public static GpuPlacement Choose(
        int? requested, IReadOnlyList<ComputeDevice> devices, ModelShape shape, MemoryEstimate estimate, int contextTokens, List<string> notes)
    {
        var gpus = devices.Where(device => device.IsGpu).ToList();
        if (requested == 0)
        {
            return new GpuPlacement(0, CpuEngineName);
        }

        if (gpus.Count == 0)
        {
            if (requested is not null)
            {
                notes.Add("No GPU was found that llama.cpp can use, so the CPU computes all layers.");
            }

            return new GpuPlacement(0, CpuEngineName);
        }

        var wanted = requested is null or -1 ? shape.LayerCount : Math.Min(requested.Value, shape.LayerCount);
        var layers = Math.Min(wanted, FittingLayers(gpus, shape, estimate, contextTokens));
        if (layers < wanted)
        {
            notes.Add($"The GPU's memory holds {layers} of the {wanted} layers; the CPU computes the others.");
        }

        return new GpuPlacement(layers, layers > 0 ? gpus[0].EngineName : CpuEngineName);
    }

    /// <summary>GPUs with memory of their own hold what fits there; the others share the machine's, which was asked before.</summary>
    private static int FittingLayers(List<ComputeDevice> gpus, ModelShape shape, MemoryEstimate estimate, int contextTokens)
    {
        if (!gpus.TrueForAll(gpu => gpu.HasOwnMemory))
        {
            return shape.LayerCount;
        }

        var free = gpus.Sum(gpu => gpu.FreeBytes()) - estimate.ComputeBytes;
        var all = Math.Max(1, shape.WeightBytes + estimate.CacheBytes(contextTokens));

        // The output is taken for as large as a layer.
        var fitting = (shape.LayerCount + 1) * (double)free / all;
        return (int)Math.Clamp(fitting - 1, 0, shape.LayerCount);
    }
}
