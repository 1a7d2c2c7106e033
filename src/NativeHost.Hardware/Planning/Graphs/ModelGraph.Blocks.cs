namespace NativeHost.Hardware.Planning.Graphs;

/// <content>The blocks of a model: attention or a recurrence, then a feed-forward network.</content>
internal sealed partial class ModelGraph
{
    private GraphTensor Block(int layer, GraphTensor x, bool takesOutputs)
    {
        var normed = Has(layer, "attn_norm.weight") ? Norm(x) : x;
        var mixed = Mix(layer, x, normed);
        var (residual, fed) = (x, normed);
        if (_traits.AttendsEverywhere && _traits.RecursEverywhere)
        {
            // Both see the input, and both are added to it before the feed-forward network is reached.
            residual = ComputeGraph.Elementwise(mixed, x);
            residual = takesOutputs ? Outputs(residual) : residual;
            return ComputeGraph.Elementwise(FeedForward(layer, Norm(residual)), residual);
        }

        if (takesOutputs)
        {
            (mixed, residual, fed) = (Outputs(mixed), Outputs(residual), Outputs(fed));
        }

        switch (_traits.Parallel)
        {
            case ParallelBlock.AttentionFirst:
                return ComputeGraph.Elementwise(ComputeGraph.Elementwise(mixed, FeedForward(layer, fed)), residual);
            case ParallelBlock.FeedForwardFirst:
                return ComputeGraph.Elementwise(ComputeGraph.Elementwise(FeedForward(layer, fed), mixed), residual);
            case ParallelBlock.InputFirst:
                return ComputeGraph.Elementwise(ComputeGraph.Elementwise(FeedForward(layer, fed), residual), mixed);
            default:
                var sum = Sum(mixed, residual, _traits.AddsAttentionToInput);
                return _traits is { Recurrence: Recurrence.Mamba or Recurrence.Mamba2, RecursEverywhere: true }
                    ? sum
                    : Sum(FeedForward(layer, FeedForwardInput(layer, sum, fed)), sum, _traits.AddsFeedForwardToInput);
        }
    }

    private static GraphTensor Sum(GraphTensor result, GraphTensor input, bool addsToInput)
        => addsToInput ? ComputeGraph.Elementwise(input, result) : ComputeGraph.Elementwise(result, input);

    private GraphTensor Mix(int layer, GraphTensor x, GraphTensor normed)
    {
        if (!_traits.Recurs(_model, layer))
        {
            // Falcon 40B has a norm for attention beside that for its feed-forward network.
            return Attention(layer, Has(layer, "attn_norm_2.weight") ? Norm(x) : normed);
        }

        var attended = _traits.Attends(_model, layer) ? Attention(layer, normed) : null;
        var recurred = _traits.Recurrence switch
        {
            Recurrence.Mamba => Mamba(layer, normed),
            Recurrence.Mamba2 => Mamba2(layer, attended is null ? normed : Norm(x)),
            _ => ShortConvolution(layer, normed),
        };
        return attended is null ? recurred : ComputeGraph.Elementwise(attended, recurred);
    }

    /// <summary>The sum, normed where there is a norm; else what attention saw, or the sum as it is where that is not normed either.</summary>
    private GraphTensor FeedForwardInput(int layer, GraphTensor sum, GraphTensor seenByAttention)
    {
        var hasNormBefore = Has(layer, "attn_norm.weight");
        return Has(layer, "ffn_norm.weight") || Has(layer, "ffn_norm") || (hasNormBefore && Has(layer, "post_attention_norm.weight")) ? Norm(sum)
            : hasNormBefore ? seenByAttention
            : sum;
    }

    private GraphTensor FeedForward(int layer, GraphTensor x)
    {
        if (!Has(layer, "ffn_gate_inp.weight"))
        {
            return Dense(layer, "", x);
        }

        var experts = Experts(layer, x);
        if (!Has(layer, "ffn_up_shexp.weight"))
        {
            return experts;
        }

        var shared = Dense(layer, "_shexp", x);
        if (Has(layer, "ffn_gate_inp_shexp.weight"))
        {
            var score = ComputeGraph.MatMul(LayerWeight(layer, "ffn_gate_inp_shexp.weight"), x);
            shared = ComputeGraph.Elementwise(shared, ComputeGraph.Elementwise(ComputeGraph.Elementwise(score), score));
        }

        return ComputeGraph.Elementwise(experts, shared);
    }

    private GraphTensor Dense(int layer, string suffix, GraphTensor x)
    {
        var up = ComputeGraph.MatMul(LayerWeight(layer, $"ffn_up{suffix}.weight"), x);
        var inner = _traits.HasGateInUp ? ComputeGraph.GatedHalves(up)
            : Has(layer, $"ffn_gate{suffix}.weight") ? ComputeGraph.Gated(ComputeGraph.MatMul(LayerWeight(layer, $"ffn_gate{suffix}.weight"), x), up)
            : up;
        return ComputeGraph.MatMul(LayerWeight(layer, $"ffn_down{suffix}.weight"), inner);
    }

    /// <summary>Each token goes through the networks that score best for it, and their results are added up by these scores.</summary>
    private GraphTensor Experts(int layer, GraphTensor x)
    {
        var (tokens, used) = (x.Counts.N1, _model.UsedExpertsOf(layer));
        var scores = ComputeGraph.MatMul(LayerWeight(layer, "ffn_gate_inp.weight"), x);
        var experts = scores.Counts.N0;
        if (used < 1 || used > experts)
        {
            throw new MissingWeightException("ffn_gate_inp");
        }

        scores = _traits.WeighsSelectedExperts ? scores : ComputeGraph.Elementwise(scores);
        var selected = ComputeGraph.TopIndices(Selectable(layer, scores), used);
        var weights = ExpertWeights(ComputeGraph.GetRows(ComputeGraph.Reshape(scores, 1, experts, tokens), selected), used, tokens);
        _graph.Add(weights);

        var input = ComputeGraph.Reshape(x, x.Counts.N0, 1, tokens);
        var results = ComputeGraph.MatMulOfExperts(LayerWeight(layer, "ffn_down_exps.weight"), ExpertsInside(layer, input, selected), selected);
        results = _graph.Add(ComputeGraph.Elementwise(results, weights));
        var each = new GraphTensor[used];
        for (var i = 0; i < used; i++)
        {
            var counts = new Extent(results.Counts.N0, tokens, 1, 1);
            var strides = new Extent(results.Strides.N0, results.Strides.N2, checked(results.Strides.N2 * tokens), checked(results.Strides.N2 * tokens));
            each[i] = _graph.Add(ComputeGraph.View(results, counts, strides));
        }

        var sum = each[0];
        foreach (var next in each[1..])
        {
            sum = _graph.Add(ComputeGraph.Elementwise(sum, next));
        }

        return used == 1 ? ComputeGraph.Contiguous(sum) : sum;
    }

    private GraphTensor ExpertsInside(int layer, GraphTensor input, GraphTensor selected)
    {
        if (Has(layer, "ffn_gate_up_exps.weight"))
        {
            var both = ComputeGraph.MatMulOfExperts(LayerWeight(layer, "ffn_gate_up_exps.weight"), input, selected);
            var half = both.Counts with { N0 = both.Counts.N0 / 2 };
            return ComputeGraph.Gated(ComputeGraph.View(both, half, both.Strides), ComputeGraph.View(both, half, both.Strides));
        }

        var up = ComputeGraph.MatMulOfExperts(LayerWeight(layer, "ffn_up_exps.weight"), input, selected);
        return Has(layer, "ffn_gate_exps.weight")
            ? ComputeGraph.Gated(ComputeGraph.MatMulOfExperts(LayerWeight(layer, "ffn_gate_exps.weight"), input, selected), up)
            : up;
    }

    /// <summary>The scores that experts are chosen by: corrected where the model says so, and those of weak groups struck out.</summary>
    private GraphTensor Selectable(int layer, GraphTensor scores)
    {
        var (experts, tokens) = (scores.Counts.N0, scores.Counts.N1);
        var selectable = Has(layer, "exp_probs_b.bias") ? ComputeGraph.Elementwise(scores) : scores;
        if (_model.ExpertGroups <= 1)
        {
            return selectable;
        }

        var (groups, size) = (_model.ExpertGroups, experts / _model.ExpertGroups);
        var grouped = ComputeGraph.Reshape(selectable, size, groups, tokens);
        var best = ComputeGraph.TopIndices(grouped, 2);
        var bestScores = ComputeGraph.GetRows(ComputeGraph.Reshape(grouped, 1, size, groups, tokens), best);
        var sums = ComputeGraph.SumOfRows(ComputeGraph.Reshape(bestScores, 2, groups, tokens));
        var chosen = ComputeGraph.TopIndices(ComputeGraph.Reshape(sums, groups, tokens), _model.UsedExpertGroups);
        var kept = ComputeGraph.GetRows(grouped, chosen);
        var struckOut = ComputeGraph.Elementwise(grouped);
        return ComputeGraph.Reshape(ComputeGraph.SetRows(struckOut, kept, chosen), experts, tokens);
    }

    private GraphTensor ExpertWeights(GraphTensor weights, long used, long tokens)
    {
        if (_traits.WeighsSelectedExperts)
        {
            weights = ComputeGraph.Reshape(ComputeGraph.Elementwise(ComputeGraph.Reshape(weights, used, tokens)), 1, used, tokens);
        }

        if (_traits.NormalizesExpertWeights || _model.Flag("expert_weights_norm"))
        {
            var flat = ComputeGraph.Reshape(weights, used, tokens);
            weights = ComputeGraph.Reshape(ComputeGraph.Elementwise(flat, ComputeGraph.SumOfRows(flat)), 1, used, tokens);
        }

        return weights;
    }

    /// <summary>Only the tokens that logits are wanted of.</summary>
    private GraphTensor Outputs(GraphTensor x) => ComputeGraph.GetRows(x, _inputs.OutputRows);

    private GraphTensor Norm(GraphTensor x) => _traits.HasLayerNorms ? ComputeGraph.LayerNorm(x) : ComputeGraph.Elementwise(x);

    private bool Has(int layer, string name) => _weights.ContainsKey($"blk.{layer}.{name}");

    private GraphTensor LayerWeight(int layer, string name) => Weight($"blk.{layer}.{name}");

    private GraphTensor Weight(string name)
    {
        if (!_weights.TryGetValue(name, out var tensor) || NativeHost.Gguf.GgufTensorType.Find(tensor.TypeId) is not { } type)
        {
            throw new MissingWeightException(name);
        }

        var counts = tensor.Dimensions;
        return ComputeGraph.External(type, new Extent(counts[0], At(1), At(2), At(3)));

        long At(int index) => index < counts.Count ? counts[index] : 1;
    }
}
