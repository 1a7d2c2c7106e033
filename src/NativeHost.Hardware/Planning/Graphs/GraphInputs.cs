using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>What llama.cpp writes into a graph before it computes it. Only what is used joins the graph.</summary>
internal sealed class GraphInputs
{
    private readonly PlanSettings _settings;

    public GraphInputs(ModelDimensions model, PlanSettings settings, CacheSize size)
    {
        _settings = settings;
        Tokens = ComputeGraph.Integers(size.GraphTokens);
        Positions = ComputeGraph.Integers(size.GraphTokens);
        OutputRows = ComputeGraph.Integers(Math.Min(size.GraphTokens, settings.OutputRows));
        StateSlots = ComputeGraph.Integers(settings.Sequences);
        var widestValues = Enumerable.Range(0, model.AllLayers).Max(layer => (long)model.ValueLengthOf(layer) * model.KvHeadsOf(layer));
        Whole = CacheInputs(model, size, size.Cells, widestValues, isWindowed: false);
        Windowed = model.Window > 0 ? CacheInputs(model, size, size.WindowCells, widestValues, isWindowed: true) : Whole;
    }

    public GraphTensor Tokens { get; }

    public GraphTensor Positions { get; }

    /// <summary>The tokens that logits are wanted of.</summary>
    public GraphTensor OutputRows { get; }

    /// <summary>Where the state of each sequence lies.</summary>
    public GraphTensor StateSlots { get; }

    public Cache Whole { get; }

    public Cache Windowed { get; }

    private Cache CacheInputs(ModelDimensions model, CacheSize size, long cells, long widestValues, bool isWindowed)
    {
        var (tokens, streams) = (size.GraphTokens, size.Streams);
        var ofKind = Enumerable.Range(0, model.AllLayers).Where(layer => model.IsWindowed(layer) == isWindowed).ToList();
        return new Cache(
            ComputeGraph.LongIntegers(tokens),
            ComputeGraph.LongIntegers(_settings.UsesFlashAttention ? tokens : checked(tokens * widestValues)),
            _settings.UsesFlashAttention
                ? ComputeGraph.Halves(cells, tokens / streams, 1, streams)
                : ComputeGraph.Floats(cells, tokens / streams, 1, streams),
            Rotation(_settings.KeyTypeId, [.. ofKind.Select(model.KeyLengthOf).Distinct()], model.KeyLengthOf(0), largest: true),
            model.IsLatent ? null : Rotation(_settings.ValueTypeId, [.. ofKind.Select(model.ValueLengthOf).Distinct()], model.ValueLengthOf(0), largest: false),
            cells);
    }

    /// <summary>The matrix that spreads outliers over a head before it is quantized: for heads of one length that is a multiple of 64.</summary>
    private static GraphTensor? Rotation(uint typeId, IReadOnlyList<int> lengths, int firstLength, bool largest)
    {
        const int Least = 64;
        if (GgufTensorType.Find(typeId) is not { BlockElements: > 1 } || lengths is not [> 0 and var length] || firstLength % Least != 0)
        {
            return null;
        }

        var width = Least;
        while (largest && length % (width * 2) == 0)
        {
            width *= 2;
        }

        return ComputeGraph.Floats(width, width);
    }

    /// <summary>Of the layers that see the whole context, or of those that see a window.</summary>
    /// <param name="KeyPlaces">Where the keys of the new tokens go.</param>
    /// <param name="ValuePlaces">Where their values go: without flash attention each number has a place.</param>
    /// <param name="Mask">Who sees whom.</param>
    /// <param name="KeyRotation">Null where keys are not quantized.</param>
    /// <param name="ValueRotation">Null where values are not quantized.</param>
    /// <param name="Cells">Tokens that there is room for.</param>
    internal sealed record Cache(
        GraphTensor KeyPlaces, GraphTensor ValuePlaces, GraphTensor Mask, GraphTensor? KeyRotation, GraphTensor? ValueRotation, long Cells);
}
