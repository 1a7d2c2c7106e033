using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Machine;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Decides how a model is loaded: its context, where its layers go, and how attention is computed.</summary>
/// <remarks>llama.cpp itself allocates until the system ends the process, so all of it is decided before any memory is asked for.</remarks>
/// <param name="header">Of the model.</param>
/// <param name="options">What was asked for.</param>
/// <param name="devices">What llama.cpp computes on.</param>
/// <param name="machineBytes">Free memory of the machine.</param>
/// <param name="gpuBytes">Free memory of the GPUs together; null where one of them has none of its own, and all share the machine's.</param>
internal sealed class LoadPlan(
    ModelHeader header, ModelLoadOptions options, IReadOnlyList<ComputeDevice> devices, long machineBytes, long? gpuBytes)
{
    /// <summary>Tokens computed in one graph: more gains nothing on a CPU and costs memory.</summary>
    public const int MaxMicroBatchTokens = 512;

    /// <summary>Memory that is spent on exactness where so little gives it.</summary>
    private const long ExactAttentionBytes = 64L * 1024 * 1024;

    private readonly int _layers = header.First.BlockCount ?? 0;
    private readonly List<ComputeDevice> _gpus = [.. devices.Where(device => device.IsGpu)];

    /// <param name="notes">Gets a sentence where the choice is not what was asked for.</param>
    /// <exception cref="NativeHost.Inference.InsufficientMemoryException">What was asked for does not fit, or no useful context does.</exception>
    public (MemoryPlan Memory, GpuPlacement Placement) Choose(List<string> notes)
    {
        var contextTokens = ContextChoice.Choose(
            options.ContextTokens, header.First.ContextLength ?? 0, tokens => DemandOf(PlanFor(tokens)), notes);
        var memory = PlanFor(contextTokens);
        return (memory, PlacementOf(memory.Settings.GpuLayers, notes));
    }

    /// <summary>With as many of the wanted layers on GPUs as fit there.</summary>
    private MemoryPlan PlanFor(int contextTokens)
    {
        var wanted = WantedLayers;
        var plan = PlanWith(contextTokens, wanted);
        if (wanted == 0 || Fits(plan))
        {
            return plan;
        }

        var (fits, tooMany) = (0, wanted);
        while (tooMany - fits > 1)
        {
            var middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = Fits(PlanWith(contextTokens, middle)) ? (middle, tooMany) : (fits, middle);
        }

        return PlanWith(contextTokens, fits);

        bool Fits(MemoryPlan candidate) => candidate.GpuBytes <= (gpuBytes ?? long.MaxValue);
    }

    private MemoryPlan PlanWith(int contextTokens, int gpuLayers)
    {
        var settings = new PlanSettings
        {
            ContextTokens = contextTokens,
            BatchTokens = options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens,
            MicroBatchTokens = MaxMicroBatchTokens,
            GpuLayers = gpuLayers,
        };
        if (gpuLayers == 0)
        {
            // The smallest models, whose answers turn on the last bits, get attention in 32-bit floats, cache and scores. Large ones take
            // llama.cpp's defaults, a 16-bit cache and flash attention.
            var exact = ModelPlanner.Of(
                header,
                settings with { KeyTypeId = GgufTensorType.F32, ValueTypeId = GgufTensorType.F32, UsesFlashAttention = false },
                CpuPacking.OfThisMachine);
            if (exact.Compute.Confidence != Confidence.Unknown && exact.Cache.Bytes + exact.Compute.Bytes <= ExactAttentionBytes)
            {
                return exact;
            }
        }

        return ModelPlanner.Of(header, settings, CpuPacking.OfThisMachine);
    }

    /// <summary>GPUs with memory of their own hold what fits there; the others share the machine's.</summary>
    private MemoryDemand DemandOf(MemoryPlan plan) => new(gpuBytes is null ? plan.TotalBytes : plan.CpuBytes, machineBytes);

    private int WantedLayers => _gpus.Count == 0 || options.GpuLayers == 0 ? 0
        : options.GpuLayers is null or -1 ? _layers
        : Math.Min(options.GpuLayers.Value, _layers);

    private GpuPlacement PlacementOf(int layers, List<string> notes)
    {
        if (_gpus.Count == 0 && options.GpuLayers is not (null or 0))
        {
            notes.Add("No GPU was found that llama.cpp can use, so the CPU computes all layers.");
        }
        else if (layers < WantedLayers)
        {
            notes.Add($"The GPU's memory holds {layers} of the {WantedLayers} layers; the CPU computes the others.");
        }

        return new GpuPlacement(layers, layers > 0 ? _gpus[0].EngineName : GpuPlacement.CpuEngineName);
    }
}
