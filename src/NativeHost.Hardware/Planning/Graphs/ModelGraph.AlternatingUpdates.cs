namespace NativeHost.Hardware.Planning.Graphs;

/// <content>Gemma 3n: several hidden states are carried along, of which each block computes one and predicts the others.</content>
internal sealed partial class ModelGraph
{
    /// <summary>Blocks, from the first, whose feed-forward networks keep their largest activations only.</summary>
    private const int SparseLayers = 10;

    /// <summary>Hidden states (altup_num_inputs); the first is the one that is computed.</summary>
    private const int HiddenStates = 4;

    private GraphTensor AlternatingUpdates(GraphTensor x)
    {
        var perLayer = _graph.Add(PerLayerEmbeddings());
        var inputs = PerLayerInputs(x, perLayer);
        var others = ComputeGraph.MatMul(Weight("altup_proj.weight"), ComputeGraph.Repeat(x, _model.Width, _tokens, HiddenStates - 1));
        var states = ComputeGraph.Concat(x, WithMagnitudeOf(others, x), 2);
        for (var layer = 0; layer < _model.Layers; layer++)
        {
            states = UpdatedStates(layer, states, inputs);
        }

        var rest = ComputeGraph.View(states, states.Counts with { N2 = HiddenStates - 1 }, states.Strides);
        others = WithMagnitudeOf(ComputeGraph.MatMul(Weight("altup_unembd_proj.weight"), rest), Slice(states));
        var sum = Slice(states);
        for (var i = 1; i < HiddenStates; i++)
        {
            sum = ComputeGraph.Elementwise(sum, Slice(others));
        }

        return Outputs(sum);
    }

    private GraphTensor UpdatedStates(int layer, GraphTensor states, GraphTensor inputs)
    {
        var predictions = Predictions(layer, states);
        var active = Slice(predictions);
        var normed = Norm(active);
        var laurel = ComputeGraph.MatMul(
            LayerWeight(layer, "laurel_r.weight"), ComputeGraph.MatMul(LayerWeight(layer, "laurel_l.weight"), normed));
        laurel = ComputeGraph.Elementwise(laurel, normed);

        var attended = ComputeGraph.Elementwise(AttentionOfShared(layer, normed), active);
        attended = ComputeGraph.Elementwise(attended, laurel);
        var activated = ComputeGraph.Elementwise(SparseFeedForward(layer, Norm(attended)), attended);
        var corrected = Corrected(layer, predictions, activated);

        var first = ComputeGraph.MatMul(LayerWeight(layer, "inp_gate.weight"), ComputeGraph.Elementwise(Slice(corrected)));
        first = ComputeGraph.MatMul(LayerWeight(layer, "proj.weight"), ComputeGraph.Elementwise(first, Slice(inputs)));
        var rest = ComputeGraph.View(corrected, corrected.Counts with { N2 = HiddenStates - 1 }, corrected.Strides);
        return ComputeGraph.Concat(Slice(corrected), ComputeGraph.Elementwise(rest, first), 2);
    }

    /// <summary>Attention of a block that may use the cache of an earlier one.</summary>
    private GraphTensor AttentionOfShared(int layer, GraphTensor x)
    {
        GraphTensor attended;
        if (layer < _traits.CachedLayers)
        {
            var (q, k, v) = QueriesKeysValues(layer, x);
            attended = Attend(layer, Turned(q), Turned(k), ComputeGraph.Elementwise(v));
        }
        else
        {
            attended = Attend(layer, Turned(Heads(LayerWeight(layer, "attn_q.weight"), x, _model.KeyLengthOf(layer), _model.HeadsOf(layer))), null, null);
        }

        return ComputeGraph.MatMul(LayerWeight(layer, "attn_output.weight"), attended);
    }

    private GraphTensor SparseFeedForward(int layer, GraphTensor x)
    {
        var up = ComputeGraph.MatMul(LayerWeight(layer, "ffn_up.weight"), x);
        var gate = ComputeGraph.MatMul(LayerWeight(layer, "ffn_gate.weight"), x);
        if (layer < SparseLayers)
        {
            var mean = ComputeGraph.SumOfRows(gate);
            var deviation = ComputeGraph.SumOfRows(ComputeGraph.Elementwise(gate, mean));
            gate = ComputeGraph.Elementwise(gate, ComputeGraph.Elementwise(mean, deviation));
        }

        return ComputeGraph.MatMul(LayerWeight(layer, "ffn_down.weight"), ComputeGraph.Elementwise(up, gate));
    }

    private GraphTensor Predictions(int layer, GraphTensor states)
    {
        var coefficients = ComputeGraph.MatMul(LayerWeight(layer, "altup_predict_coef.weight"), Modalities(layer, Slice(states)));
        coefficients = ComputeGraph.Reshape(coefficients, HiddenStates, HiddenStates, _tokens);
        var turned = ComputeGraph.Contiguous(ComputeGraph.View(
            states,
            new Extent(states.Counts.N2, states.Counts.N0, states.Counts.N1, states.Counts.N3),
            new Extent(states.Strides.N2, states.Strides.N0, states.Strides.N1, states.Strides.N3)));
        var predictions = ComputeGraph.MatMul(turned, coefficients);
        return ComputeGraph.Elementwise(ComputeGraph.Contiguous(ComputeGraph.ExchangeTokensAndHeads(predictions)), states);
    }

    private GraphTensor Corrected(int layer, GraphTensor predictions, GraphTensor activated)
    {
        var innovation = ComputeGraph.Elementwise(activated, Slice(predictions));
        var coefficients = ComputeGraph.MatMul(LayerWeight(layer, "altup_correct_coef.weight"), Modalities(layer, activated));
        coefficients = ComputeGraph.Contiguous(ComputeGraph.Transpose(coefficients), 1, _tokens, HiddenStates);
        var corrections = ComputeGraph.Elementwise(ComputeGraph.Repeat(innovation, _model.Width, _tokens, HiddenStates), coefficients);
        return ComputeGraph.Elementwise(corrections, predictions);
    }

    private GraphTensor Modalities(int layer, GraphTensor x) => ComputeGraph.MatMul(LayerWeight(layer, "altup_router.weight"), Norm(x));

    private GraphTensor PerLayerEmbeddings()
    {
        var rows = ComputeGraph.GetRows(Weight("per_layer_token_embd.weight"), ComputeGraph.Integers(_tokens));
        return ComputeGraph.Elementwise(ComputeGraph.Reshape(rows, rows.Counts.N0 / _model.Layers, _model.Layers, _tokens));
    }

    private GraphTensor PerLayerInputs(GraphTensor x, GraphTensor perLayer)
    {
        var projected = ComputeGraph.MatMul(Weight("per_layer_model_proj.weight"), x);
        projected = Norm(ComputeGraph.Reshape(projected, perLayer.Counts.N0, _model.Layers, _tokens));
        return ComputeGraph.Contiguous(ComputeGraph.ExchangeTokensAndHeads(ComputeGraph.Elementwise(projected, perLayer)));
    }

    /// <summary>Scaled so that each token's vector is as long as that of another tensor.</summary>
    private static GraphTensor WithMagnitudeOf(GraphTensor x, GraphTensor other)
        => ComputeGraph.Elementwise(ComputeGraph.Elementwise(x, Magnitude(other)), Magnitude(x));

    private static GraphTensor Magnitude(GraphTensor x) => ComputeGraph.SumOfRows(ComputeGraph.Elementwise(x));

    private GraphTensor Turned(GraphTensor x) => ComputeGraph.Elementwise(x, _inputs.Positions);

    /// <summary>One of the matrices that lie behind each other; which one does not matter here.</summary>
    private static GraphTensor Slice(GraphTensor x) => ComputeGraph.View(x, x.Counts with { N2 = 1 }, x.Strides);
}
