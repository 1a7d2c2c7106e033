using NativeHost.Hardware.Planning.Graphs;

namespace NativeHost.Hardware.Planning;

/// <summary>Tells from a model's header what llama.cpp will take of memory.</summary>
/// <remarks>
/// What it computes for the architectures of <see cref="ArchitectureTraits"/> was compared with llama.cpp 0.4.0 to the byte. A header is a
/// stranger's: whatever is in it, a plan comes of it, and in milliseconds.
/// </remarks>
public static class ModelPlanner
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

    /// <param name="packing">What the processor of the machine makes llama.cpp do that the model is going to be loaded on.</param>
    public static MemoryPlan Of(ModelHeader header, PlanSettings settings, CpuPacking packing)
    {
        if (ModelDimensions.Read(header.First) is not { } model)
        {
            return OfSize(header.FileBytes, settings);
        }

        try
        {
            return Of(header, model, settings with { GpuLayers = Math.Min(settings.GpuLayers, model.AllLayers) }, packing);
        }
        catch (OverflowException)
        {
            return OfSize(header.FileBytes, settings);
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
            Guess((long)(perToken * settings.ContextTokens * settings.Sequences)),
            Guess(Math.Clamp(fileBytes / 4, LeastComputeBytes, UsualComputeBytes)),
            Guess(0),
            Guess(0),
            TokenReads: null);

        static MemoryPart Guess(long bytes) => new(bytes, 0, Confidence.Unknown);
    }

    private static MemoryPlan Of(ModelHeader header, ModelDimensions model, PlanSettings settings, CpuPacking packing)
    {
        var traits = ArchitectureTraits.Find(model.Architecture);
        var firstOnGpu = model.AllLayers - settings.GpuLayers;
        var placement = header.IsWhole ? WeightPlacement.Of(header.Tensors, model, traits, packing, settings.GpuLayers) : null;
        var cache = OtherCaches.Has(model.Architecture) ? null : new LayerCache(model, traits, settings).Bytes();
        var guess = OfSize(header.FileBytes, settings);
        var weightsPart = placement is null ? new MemoryPart(header.FileBytes, 0, settings.GpuLayers > 0 || !header.IsWhole ? Confidence.Unknown : Confidence.Bounded)
            : new MemoryPart(placement.CpuBytes, placement.GpuBytes, ConfidenceIn(header, traits, packing, settings));
        var cachePart = cache is null ? guess.Cache
            : new MemoryPart(Total(cache.AsSpan(0, firstOnGpu)), Total(cache.AsSpan(firstOnGpu)), traits is null ? Confidence.Bounded : Confidence.Exact);
        return new MemoryPlan(
            settings,
            model.Layers,
            weightsPart,
            cachePart,
            placement is null || cache is null ? guess.Compute : Compute(header, model, traits, settings, placement, cache) ?? guess.Compute,
            new MemoryPart(checked((long)model.Vocabulary * Math.Max(settings.OutputRows, settings.Sequences) * sizeof(float)), 0, Confidence.Exact),
            new MemoryPart(checked(RuntimeBytes + (model.Vocabulary * RuntimeBytesPerToken)), 0, Confidence.Bounded),
            placement is null || cache is null ? null : TokenCost.Of(header.Tensors, model, traits, settings, cache));
    }

    private static Confidence ConfidenceIn(ModelHeader header, ArchitectureTraits? traits, CpuPacking packing, PlanSettings settings)
    {
        if (settings.GpuLayers == 0)
        {
            return traits is null || packing.HasTiles ? Confidence.Bounded : Confidence.Exact;
        }

        // Few GPUs compute recurrent layers whole; what they do not, llama.cpp leaves to the CPU.
        return traits is null or { Recurrence: not Recurrence.None } ? Confidence.Unknown
            : header.Tensors.All(tensor => tensor.Bytes % AnyAlignment == 0) ? Confidence.Exact
            : Confidence.Bounded;
    }

    private static MemoryPart? Compute(
        ModelHeader header, ModelDimensions model, ArchitectureTraits? traits, PlanSettings settings, WeightPlacement placement, long[] cache)
    {
        var hasGpu = settings.GpuLayers > 0;
        if (traits is null || ModelGraph.Size(header.Tensors, model, traits, settings, hasGpu ? GpuAlignment : CpuAlignment) is not { } graph)
        {
            return null;
        }

        if (!hasGpu)
        {
            return new MemoryPart(graph.BufferBytes, 0, Confidence.Exact);
        }

        var confidence = traits.Recurrence == Recurrence.None ? Confidence.Bounded : Confidence.Unknown;
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
