using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Machine;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Decides how a model is loaded: its context, where its layers go, and how attention is computed.</summary>
/// <remarks>llama.cpp itself allocates until the system ends the process, so all of it is decided before any memory is asked for.</remarks>
/// <param name="planner">Of the model. Several plans in turn may share one: it remembers what they have in common.</param>
/// <param name="options">What was asked for.</param>
/// <param name="hasGpu">Whether llama.cpp sees a GPU.</param>
/// <param name="machineBytes">Free memory of the machine.</param>
/// <param name="gpuBytes">Free memory of the GPUs together; null where one of them has none of its own, and all share the machine's.</param>
public sealed class LoadPlan(ModelPlanner planner, ModelLoadOptions options, bool hasGpu, long machineBytes, long? gpuBytes) : ILoadPlan
{
    /// <summary>Tokens computed in one graph: more gains nothing on a CPU and costs memory.</summary>
    internal const int MaxMicroBatchTokens = 512;

    /// <summary>Memory that is spent on exactness where so little gives it.</summary>
    private const long ExactAttentionBytes = 64L * 1024 * 1024;

    /// <summary>Tokens of a step whose logits may be asked for, beside one of each sequence: guesses of the next ones.</summary>
    private const int DraftTokens = 8;

    private readonly bool _makesText = !EmbeddingModels.Contains(planner.Header.First);
    private int? _sequences;

    /// <summary>The type of keys and values in the cache, a <see cref="GgufTensorType"/>; null where the load chooses it, as real ones do.</summary>
    public uint? CacheTypeId { get; init; }

    /// <inheritdoc/>
    public int WantedGpuLayers { get; } = !hasGpu || options.GpuLayers == 0 ? 0
        : options.GpuLayers is null or -1 ? planner.Header.First.BlockCount ?? 0
        : Math.Min(options.GpuLayers.Value, planner.Header.First.BlockCount ?? 0);

    /// <inheritdoc/>
    /// <exception cref="NativeHost.Inference.InsufficientMemoryException">What was asked for does not fit, or no useful context does.</exception>
    public MemoryPlan Choose(List<string> notes)
    {
        var contextTokens = ContextChoice.Choose(options.ContextTokens, planner.Header.First.ContextLength ?? 0, tokens => DemandOf(With(tokens)), notes);
        var plan = With(contextTokens);
        if (!hasGpu && options.GpuLayers is not (null or 0))
        {
            notes.Add("No GPU was found that llama.cpp can use, so the CPU computes all layers.");
        }
        else if (plan.Settings.GpuLayers < WantedGpuLayers)
        {
            notes.Add($"The GPU's memory holds {plan.Settings.GpuLayers} of the {WantedGpuLayers} layers; the CPU computes the others.");
        }

        return plan;
    }

    /// <inheritdoc/>
    public MemoryPlan With(int contextTokens) => GpuSplit.Largest(WantedGpuLayers, gpuBytes, layers => With(contextTokens, layers));

    /// <inheritdoc/>
    public MemoryPlan With(int contextTokens, int gpuLayers) => With(contextTokens, gpuLayers, _sequences ??= ChooseSequences());

    private MemoryPlan With(int contextTokens, int gpuLayers, int sequences)
    {
        var settings = new PlanSettings
        {
            ContextTokens = contextTokens,
            BatchTokens = options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens,
            MicroBatchTokens = MaxMicroBatchTokens,
            Sequences = sequences,
            OutputRows = sequences + (_makesText && options.GuessesTokens != false ? DraftTokens : 0),
            SharesCache = true,
            GpuLayers = gpuLayers,
            KeyTypeId = CacheTypeId ?? GgufTensorType.F16,
            ValueTypeId = CacheTypeId ?? GgufTensorType.F16,
        };
        var plan = planner.Plan(settings);
        if (gpuLayers > 0 || CacheTypeId is not null || plan.Cache.Bytes > ExactAttentionBytes)
        {
            return plan;
        }

        // The smallest models, whose answers turn on the last bits, get attention in 32-bit floats, cache and scores. Large ones take
        // llama.cpp's defaults, a 16-bit cache and flash attention.
        var exact = planner.Plan(settings with { KeyTypeId = GgufTensorType.F32, ValueTypeId = GgufTensorType.F32, UsesFlashAttention = false });
        return exact.Compute.Confidence != Confidence.Unknown && exact.Cache.Bytes + exact.Compute.Bytes <= ExactAttentionBytes ? exact : plan;
    }

    // By a context of usual size, so that all plans of a load are for the same number.
    private int ChooseSequences()
        => !_makesText ? 1 : SequenceChoice.Choose(
            options.Sequences,
            Math.Clamp((options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens) / 2, 1, SequenceChoice.UsualSequences),
            sequences => With(options.ContextTokens ?? ContextChoice.LeastTokens, gpuLayers: 0, sequences).TotalBytes,
            machineBytes);

    /// <inheritdoc/>
    public bool Fits(MemoryPlan plan) => DemandOf(plan).Fits && plan.GpuBytes <= (gpuBytes ?? long.MaxValue);

    /// <summary>GPUs with memory of their own hold what fits there; the others share the machine's.</summary>
    private MemoryDemand DemandOf(MemoryPlan plan) => new(gpuBytes is null ? plan.TotalBytes : plan.CpuBytes, machineBytes);
}
