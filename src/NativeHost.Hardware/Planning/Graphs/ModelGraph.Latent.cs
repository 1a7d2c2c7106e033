namespace NativeHost.Hardware.Planning.Graphs;

/// <content>Multi-head latent attention: all heads answer to one compressed key for each token, which is its value too.</content>
internal sealed partial class ModelGraph
{
    private GraphTensor LatentAttention(int layer, GraphTensor x)
    {
        if (!_model.IsLatent || _model.KvRank < 1 || _model.RotaryLength < 1)
        {
            throw new MissingWeightException("attn_k_b");
        }

        var (heads, length, turned) = (_model.HeadsOf(layer), _model.LatentKeyLength, _model.RotaryLength);
        var q = ComputeGraph.Reshape(LatentQueries(layer, x), length, heads, _tokens);
        var compressed = ComputeGraph.MatMul(LayerWeight(layer, "attn_kv_a_mqa.weight"), x);
        var key = ComputeGraph.View(compressed, new Extent(_model.KvRank, _tokens, 1, 1), compressed.Strides);
        var turnedKey = ComputeGraph.Elementwise(Part(compressed, turned, 1), _inputs.Positions);
        key = Norm(key);

        var plain = ComputeGraph.View(q, q.Counts with { N0 = length - turned }, q.Strides);
        var turnedQuery = ComputeGraph.Elementwise(ComputeGraph.View(q, q.Counts with { N0 = turned }, q.Strides), _inputs.Positions);
        var absorbed = ComputeGraph.MatMul(LayerWeight(layer, "attn_k_b.weight"), ComputeGraph.ExchangeTokensAndHeads(plain));
        var query = ComputeGraph.Concat(ComputeGraph.ExchangeTokensAndHeads(absorbed), turnedQuery, 0);
        key = ComputeGraph.Reshape(key, _model.KvRank, 1, _tokens);
        var wholeKey = ComputeGraph.Concat(key, turnedKey, 0);
        var attended = Attend(layer, query, wholeKey, key, LayerWeight(layer, "attn_v_b.weight"));
        return ComputeGraph.MatMul(LayerWeight(layer, "attn_output.weight"), attended);
    }

    private GraphTensor LatentQueries(int layer, GraphTensor x)
        => Has(layer, "attn_q.weight")
            ? ComputeGraph.MatMul(LayerWeight(layer, "attn_q.weight"), x)
            : ComputeGraph.MatMul(
                LayerWeight(layer, "attn_q_b.weight"),
                Norm(ComputeGraph.MatMul(LayerWeight(layer, "attn_q_a.weight"), x)));
}
