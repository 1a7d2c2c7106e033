using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Machine;

namespace NativeHost.BitNet.Model;

/// <summary>Decides how large a context a ternary model is loaded with.</summary>
public sealed class TernaryLoadPlan : ILoadPlan
{
    /// <summary>Fewer than where the cache is shared: a processor that computes so many ternary rows at once has no time for more.</summary>
    private const int UsualSequences = 4;

    private readonly ModelHeader _header;
    private readonly ModelLoadOptions _options;
    private readonly BitNetOptions _own;
    private readonly long _machineBytes;
    private readonly bool _makesText;
    private int? _sequences;

    /// <param name="header">Of the model.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="machineBytes">Free memory of the machine.</param>
    public TernaryLoadPlan(ModelHeader header, ModelLoadOptions options, long machineBytes)
        : this(header, options, BitNetOptions.Usual, machineBytes)
    {
    }

    internal TernaryLoadPlan(ModelHeader header, ModelLoadOptions options, BitNetOptions own, long machineBytes)
    {
        (_header, _options, _own, _machineBytes) = (header, options, own, machineBytes);
        _makesText = header.First.Metadata.Integer($"{header.First.Architecture}.pooling_type") is not > 0;
    }

    /// <summary>None: ternary models are computed on the processor.</summary>
    public int WantedGpuLayers => 0;

    /// <inheritdoc/>
    /// <exception cref="NativeHost.Inference.InsufficientMemoryException">What was asked for does not fit, or no useful context does.</exception>
    public MemoryPlan Choose(List<string> notes)
        => With(ContextChoice.Choose(_options.ContextTokens, _header.First.ContextLength ?? 0, tokens => DemandOf(With(tokens)), notes));

    /// <inheritdoc/>
    public MemoryPlan With(int contextTokens) => With(contextTokens, _sequences ??= !_makesText ? 1 : _own.SequenceCount ?? ChooseSequences());


    /// <inheritdoc/>
    MemoryPlan ILoadPlan.With(int contextTokens, int gpuLayers) => With(contextTokens);

    /// <inheritdoc/>
    public bool Fits(MemoryPlan plan) => DemandOf(plan).Fits;

    private MemoryPlan With(int contextTokens, int sequences)
    {
        var settings = new PlanSettings
        {
            ContextTokens = contextTokens,
            Sequences = sequences,
            OutputRows = sequences + (_makesText && _options.GuessesTokens != false ? BitNetOptions.MostDraftTokens : 0),
            BatchTokens = _options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens,
        };
        return TernaryPlanner.Of(_header, settings, _own.Forms, _options.Threads ?? PhysicalCores.DefaultThreads);
    }

    // Each sequence has a cache of its own, for the whole context that is wanted.
    private int ChooseSequences()
    {
        var trained = _header.First.ContextLength is > 0 and var length ? length : ContextChoice.DefaultTokens;
        var contextTokens = Math.Min(_options.ContextTokens ?? ContextChoice.DefaultTokens, trained);
        return SequenceChoice.Choose(_options.Sequences, UsualSequences, sequences => With(contextTokens, sequences).CpuBytes, _machineBytes);
    }

    private MemoryDemand DemandOf(MemoryPlan plan) => new(plan.CpuBytes, _machineBytes);
}
