using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>Builds the graph that llama.cpp reserves its buffers for: a whole micro batch at the end of a full context.</summary>
/// <remarks>
/// Left out is what takes no memory because ggml computes it in place, and what follows it has the same layout: biases, scales, the
/// weights of norms, norms over the result of a product, activations, and the caps on logits.
/// </remarks>
internal sealed partial class ModelGraph
{
    /// <summary>More are in no model's graph; a stranger's header must not keep us building.</summary>
    private const int MostNodes = 200_000;

    private readonly ModelDimensions _model;
    private readonly ArchitectureTraits _traits;
    private readonly PlanSettings _settings;
    private readonly Dictionary<string, GgufTensor> _weights;
    private readonly CacheSize _size;
    private readonly ComputeGraph _graph = new();
    private readonly GraphInputs _inputs;
    private readonly long _tokens;

    private ModelGraph(IReadOnlyList<GgufTensor> tensors, ModelDimensions model, ArchitectureTraits traits, PlanSettings settings)
    {
        (_model, _traits, _settings) = (model, traits, settings);
        _weights = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _size = CacheSize.Of(model, settings);
        _tokens = _size.GraphTokens;
        _inputs = new GraphInputs(model, settings, _size);
    }

    /// <param name="alignment">Of each tensor in the buffer, in bytes.</param>
    /// <returns>Null where the tensors are not those of such a model.</returns>
    /// <exception cref="OverflowException">There are more bytes than a long can count.</exception>
    public static GraphSize? Size(
        IReadOnlyList<GgufTensor> tensors, ModelDimensions model, ArchitectureTraits traits, PlanSettings settings, long alignment)
    {
        var graph = new ModelGraph(tensors, model, traits, settings);
        try
        {
            graph.Build();
        }
        catch (MissingWeightException)
        {
            return null;
        }

        return new GraphSize(graph._graph.BufferBytes(alignment), graph._graph.InputBytes(alignment));
    }

    private void Build()
    {
        var embedding = Weight("token_embd.weight");
        var x = _graph.Add(ComputeGraph.GetRows(embedding, _inputs.Tokens));

        // The place of embeddings that a caller may hand in instead of tokens: it is there, and nobody reads it.
        _graph.Add(ComputeGraph.Floats(_model.Width, _tokens));
        if (_weights.ContainsKey("position_embd.weight"))
        {
            x = ComputeGraph.Elementwise(x, ComputeGraph.GetRows(Weight("position_embd.weight"), _inputs.Positions));
        }

        x = _traits.HasAlternatingUpdates ? AlternatingUpdates(x) : Blocks(x);
        var normed = Norm(x);
        normed.IsOutput = true;
        var head = _weights.ContainsKey("output.weight") ? Weight("output.weight") : embedding;
        var logits = ComputeGraph.MatMul(head, normed);
        logits.IsOutput = true;
        _graph.Add(logits);
    }

    private GraphTensor Blocks(GraphTensor x)
    {
        for (var layer = 0; layer < _model.Layers; layer++)
        {
            x = Block(layer, x, takesOutputs: layer == _model.Layers - 1 && !_traits.TakesOutputsLast);
            if (_graph.NodeCount > MostNodes)
            {
                throw new OverflowException("The graph is larger than that of any model.");
            }
        }

        if (!_traits.TakesOutputsLast)
        {
            return x;
        }

        x.IsOutput = true;
        return Outputs(x);
    }
}
