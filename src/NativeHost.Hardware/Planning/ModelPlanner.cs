using NativeHost.Hardware.Planning.Graphs;

namespace NativeHost.Hardware.Planning;

/// <summary>Tells from a model's header what llama.cpp will take of memory.</summary>
/// <remarks>
/// What it computes for the architectures of <see cref="ArchitectureTraits"/> was compared with llama.cpp 0.4.0 to the byte. A header is a
/// stranger's: whatever is in it, a plan comes of it, and in milliseconds. Not safe for several threads.
/// </remarks>
public sealed class ModelPlanner
{
    private const long MiB = 1024 * 1024;
    private const int CpuAlignment = 32;
    private const int GpuAlignment = 128;

    /// <summary>Where every matrix is a multiple of this, no GPU's alignment adds to it.</summary>
    private const int AnyAlignment = 256;

    /// <summary>A sixteenth: what GPUs keep longer than the graph asks for, to compute several nodes as one.</summary>
    private const int GpuMargin = 16;

    /// <summary>A graph for a vocabulary of 150,000, which is a usual one.</summary>
    private const long UsualComputeBytes = 300 * MiB;

    private const long LeastComputeBytes = 32 * MiB;

    /// <summary>Cache of one token, in 16 bits, of a model whose file has one GiB; it grows with the square root of the size.</summary>
    private const double CacheBytesPerTokenAtOneGiB = 60 * 1024;

    /// <summary>Threads, the scheduler and the nodes of the graph, whatever the model.</summary>
    private const long RuntimeBytes = 32 * MiB;

    /// <summary>Of a token and of the merges that make it, in llama.cpp's tables.</summary>
    private const long RuntimeBytesPerToken = 600;

    private readonly CpuPacking _packing;
    private readonly ModelDimensions? _model;
    private readonly ArchitectureTraits? _traits;

    /// <summary>Where a load looks for what fits, most plans differ in nothing that a graph depends on.</summary>
    private readonly Dictionary<(PlanSettings Settings, int Alignment), GraphSize?> _graphs = [];

    private WeightPlacement? _withGpu;
    private WeightPlacement? _withoutGpu;
    private TokenCost? _tokenCost;

    /// <param name="packing">What the processor of the machine makes llama.cpp do that the model is going to be loaded on.</param>
    public ModelPlanner(ModelHeader header, CpuPacking packing)
    {
        (Header, _packing) = (header, packing);
        _model = ModelDimensions.Read(header.First);
        _traits = _model is null ? null : ArchitectureTraits.Find(_model.Architecture);
    }

    /// <summary>Of the model.</summary>
    public ModelHeader Header { get; }

    /// <summary>The plan of a load with these settings.</summary>
    public MemoryPlan Plan(PlanSettings settings)
    {
        if (_model is null)
        {
            return OfSize(Header.FileBytes, settings);
        }

        try
        {
            return Plan(_model, settings with { GpuLayers = Math.Min(settings.GpuLayers, _model.AllLayers) });
        }
        catch (OverflowException)
        {
            return OfSize(Header.FileBytes, settings);
        }
    }

    /// <summary>A guess for a model of which nothing but its size is known.</summary>
    /// <param name="fileBytes">Of all files of the model.</param>
    public static MemoryPlan OfSize(long fileBytes, PlanSettings settings)
    {
        var perToken = CacheBytesPerTokenAtOneGiB * Math.Sqrt(fileBytes / (1024.0 * MiB));
        return new MemoryPlan(
            settings,
            Layers: 0,
            Guess(fileBytes),
            Guess((long)(perToken * settings.CacheTokens)),
            Guess(Math.Clamp(fileBytes / 4, LeastComputeBytes, UsualComputeBytes)),
            Guess(0),
            Guess(0),
            TokenReads: null);

        static MemoryPart Guess(long bytes) => new(bytes, 0, Confidence.Unknown);
    }

    private MemoryPlan Plan(ModelDimensions model, PlanSettings settings)
    {
        var firstOnGpu = model.AllLayers - settings.GpuLayers;
        var placement = PlacementOf(model, settings.GpuLayers > 0);
        var cache = OtherCaches.Has(model.Architecture) ? null : new LayerCache(model, _traits, settings).Bytes();
        var guess = OfSize(Header.FileBytes, settings);
        var weightsPart = placement?.Split(firstOnGpu) is var (cpu, gpu) ? new MemoryPart(cpu, gpu, WeightConfidence(settings))
            : new MemoryPart(Header.FileBytes, 0, settings.GpuLayers > 0 || !Header.IsWhole ? Confidence.Unknown : Confidence.Bounded);
        var cachePart = cache is null ? guess.Cache
            : new MemoryPart(Total(cache.AsSpan(0, firstOnGpu)), Total(cache.AsSpan(firstOnGpu)), _traits is null ? Confidence.Bounded : Confidence.Exact);
        return new MemoryPlan(
            settings,
            model.Layers,
            weightsPart,
            cachePart,
            placement is null || cache is null ? guess.Compute : Compute(model, settings, placement, cache) ?? guess.Compute,
            new MemoryPart(checked((long)model.Vocabulary * Math.Max(settings.OutputRows, settings.Sequences) * sizeof(float)), 0, Confidence.Exact),
            new MemoryPart(checked(RuntimeBytes + (model.Vocabulary * RuntimeBytesPerToken)), 0, Confidence.Bounded),
            placement is null || cache is null ? null : (_tokenCost ??= TokenCost.Of(Header.Tensors, model, _traits))?.With(settings, cache));
    }

    private WeightPlacement? PlacementOf(ModelDimensions model, bool hasGpu)
        => !Header.IsWhole ? null
            : hasGpu ? _withGpu ??= WeightPlacement.Of(Header.Tensors, model, _traits, _packing, hasGpu)
            : _withoutGpu ??= WeightPlacement.Of(Header.Tensors, model, _traits, _packing, hasGpu);

    private Confidence WeightConfidence(PlanSettings settings)
    {
        if (settings.GpuLayers == 0)
        {
            return _traits is null || _packing.HasTiles ? Confidence.Bounded : Confidence.Exact;
        }

        // Few GPUs compute recurrent layers whole; what they do not, llama.cpp leaves to the CPU.
        return _traits is null or { Recurrence: not Recurrence.None } ? Confidence.Unknown
            : Header.Tensors.All(tensor => tensor.Bytes % AnyAlignment == 0) ? Confidence.Exact
            : Confidence.Bounded;
    }

    private MemoryPart? Compute(ModelDimensions model, PlanSettings settings, WeightPlacement placement, long[] cache)
    {
        var hasGpu = settings.GpuLayers > 0;
        if (_traits is null || GraphOf(model, _traits, settings, hasGpu ? GpuAlignment : CpuAlignment) is not { } graph)
        {
            return null;
        }

        if (!hasGpu)
        {
            return new MemoryPart(graph.BufferBytes, 0, Confidence.Exact);
        }

        var confidence = _traits.Recurrence == Recurrence.None ? Confidence.Bounded : Confidence.Unknown;
        var onGpu = checked(graph.BufferBytes + (graph.BufferBytes / GpuMargin));
        var firstOnGpu = model.AllLayers - settings.GpuLayers;
        if (firstOnGpu == 0)
        {
            return new MemoryPart(graph.InputBytes, onGpu, confidence);
        }

        // A GPU computes large batches for the other layers too: then it holds a copy of one's weights, and of its cache.
        var copies = checked(placement.LayerBytes.Take(firstOnGpu).Max() + (2 * cache.Take(firstOnGpu).Max()));
        return new MemoryPart(Math.Max(graph.InputBytes, graph.BufferBytes), checked(onGpu + copies), confidence);
    }

    private GraphSize? GraphOf(ModelDimensions model, ArchitectureTraits traits, PlanSettings settings, int alignment)
    {
        // Of contexts that are larger than a batch, all that are rounded up to the same have the same graph.
        var key = settings with
        {
            GpuLayers = 0,
            ContextTokens = (settings.Sequences == 1 || settings.SharesCache) && settings.ContextTokens >= settings.BatchTokens
                ? (int)Math.Min(CacheSize.Padded(settings.ContextTokens), int.MaxValue)
                : settings.ContextTokens,
        };
        if (!_graphs.TryGetValue((key, alignment), out var size))
        {
            size = ModelGraph.Size(Header.Tensors, model, traits, settings, alignment);
            _graphs.Add((key, alignment), size);
        }

        return size;
    }

    private static long Total(ReadOnlySpan<long> bytes)
    {
        var sum = 0L;
        foreach (var each in bytes)
        {
            sum = checked(sum + each);
        }

        return sum;
    }
}
