namespace NativeHost.Testing;

/// <content>The tensors of one block.</content>
internal sealed partial class ModelSketch
{
    private void AddLayer(int layer, bool isMixture)
    {
        var block = Block(layer);
        if (_architecture != "olmo2")
        {
            AddNorm($"{block}.attn_norm");
        }

        if (_architecture == "falcon" && _size.IsVariant)
        {
            AddNorm($"{block}.attn_norm_2");
        }

        var recurs = _architecture is "mamba" or "mamba2" or "falcon-h1" || (_architecture is "jamba" or "granitehybrid" or "lfm2" && IsRecurrent(layer));
        if (recurs)
        {
            AddRecurrence(block);
        }

        if (!recurs || _architecture == "falcon-h1")
        {
            AddAttention(block);
        }

        AddBlockNorms(block);
        if (_architecture is "mamba" or "mamba2")
        {
            return;
        }

        if (isMixture && !(_architecture == "deepseek2" && layer == 0))
        {
            AddExperts(block);
        }
        else
        {
            AddFeedForward(block);
        }

        if (_architecture == "gemma3n")
        {
            AddAlternatingUpdates(block);
        }
    }

    private void AddBlockNorms(string block)
    {
        if (_architecture == "falcon-h1")
        {
            AddTensor($"{block}.ffn_norm", F32, _size.Width);
        }
        else if (_architecture is not ("mamba" or "mamba2" or "gpt-oss" or "olmo2" or "phi2" or "falcon" or "command-r" or "cohere2"))
        {
            if (_architecture != "stablelm" || !_size.IsVariant)
            {
                AddNorm($"{block}.ffn_norm");
            }
        }

        if (_architecture is "gemma2" or "gemma3" or "gemma3n" or "olmo2" or "gpt-oss")
        {
            AddNorm($"{block}.post_attention_norm");
        }

        if (_architecture is "gemma2" or "gemma3" or "gemma3n" or "olmo2")
        {
            AddNorm($"{block}.post_ffw_norm");
        }

        if (_architecture == "bitnet")
        {
            AddNorm($"{block}.attn_sub_norm");
            AddNorm($"{block}.ffn_sub_norm", _size.FeedForward);
        }
    }

    private void AddAttention(string block)
    {
        var (width, head) = ((long)_size.Width, (long)_size.HeadLength);
        var (queries, values) = (head * _size.Heads, head * _size.KvHeads);
        if (_architecture == "deepseek2")
        {
            AddLatentAttention(block);
            return;
        }

        if (_architecture is "gpt2" or "falcon" or "phi3" or "phi2")
        {
            AddMatrix($"{block}.attn_qkv.weight", width, queries + (2 * values));
        }
        else
        {
            AddMatrix($"{block}.attn_q.weight", width, queries);
            AddMatrix($"{block}.attn_k.weight", width, values);
            AddMatrix($"{block}.attn_v.weight", width, values);
        }

        if (_architecture is "gpt2" or "phi2")
        {
            AddTensor($"{block}.attn_qkv.bias", F32, queries + (2 * values));
        }

        if (_architecture is "qwen2" or "qwen2moe" or "starcoder2" or "gpt-oss")
        {
            AddTensor($"{block}.attn_q.bias", F32, queries);
            AddTensor($"{block}.attn_k.bias", F32, values);
            AddTensor($"{block}.attn_v.bias", F32, values);
        }

        AddMatrix($"{block}.attn_output.weight", queries, width);
        if (_architecture is "gpt2" or "phi2" or "starcoder2" or "gpt-oss")
        {
            AddTensor($"{block}.attn_output.bias", F32, width);
        }

        if (_architecture is "qwen3" or "qwen3moe" or "gemma3" or "gemma3n" or "lfm2")
        {
            AddNorm($"{block}.attn_q_norm", head);
            AddNorm($"{block}.attn_k_norm", head);
        }
        else if (_architecture == "olmo2")
        {
            AddNorm($"{block}.attn_q_norm", queries);
            AddNorm($"{block}.attn_k_norm", values);
        }

        if (_architecture == "gpt-oss")
        {
            AddTensor($"{block}.attn_sinks.weight", F32, _size.Heads);
        }
    }

    private void AddLatentAttention(string block)
    {
        var (width, heads, head) = ((long)_size.Width, (long)_size.Heads, (long)_size.HeadLength);
        AddNorm($"{block}.attn_kv_a_norm", _size.KvRank);
        if (_size.IsVariant && _size.Layers == 27)
        {
            AddMatrix($"{block}.attn_q.weight", width, heads * (head + _size.LatentRotary));
        }
        else
        {
            AddNorm($"{block}.attn_q_a_norm", _size.QueryRank);
            AddMatrix($"{block}.attn_q_a.weight", width, _size.QueryRank);
            AddMatrix($"{block}.attn_q_b.weight", _size.QueryRank, heads * (head + _size.LatentRotary));
        }

        AddMatrix($"{block}.attn_kv_a_mqa.weight", width, _size.KvRank + _size.LatentRotary);
        AddMatrix($"{block}.attn_k_b.weight", head, _size.KvRank, heads);
        AddMatrix($"{block}.attn_v_b.weight", _size.KvRank, head, heads);
        AddMatrix($"{block}.attn_output.weight", heads * head, width);
    }

    private void AddFeedForward(string block)
    {
        var (width, inner) = ((long)_size.Width, (long)_size.FeedForward);
        var isPlain = _architecture is "gpt2" or "phi2" or "starcoder2" or "falcon" or "phi3";
        if (!isPlain)
        {
            AddMatrix($"{block}.ffn_gate.weight", width, inner);
        }

        AddMatrix($"{block}.ffn_up.weight", width, _architecture == "phi3" ? 2 * inner : inner);
        AddMatrix($"{block}.ffn_down.weight", inner, width);
        if (_architecture is "gpt2" or "phi2" or "starcoder2")
        {
            AddTensor($"{block}.ffn_up.bias", F32, inner);
            AddTensor($"{block}.ffn_down.bias", F32, width);
        }
    }

    private void AddExperts(string block)
    {
        var (width, experts) = ((long)_size.Width, (long)_size.Experts);
        var inner = _architecture is "llama" or "granitemoe" ? _size.FeedForward : (long)_size.ExpertFeedForward;
        AddTensor($"{block}.ffn_gate_inp.weight", F32, width, experts);
        AddMatrix($"{block}.ffn_gate_exps.weight", width, inner, experts);
        AddMatrix($"{block}.ffn_down_exps.weight", inner, width, experts);
        AddMatrix($"{block}.ffn_up_exps.weight", width, inner, experts);
        if (_architecture == "gpt-oss")
        {
            AddTensor($"{block}.ffn_gate_inp.bias", F32, experts);
            AddTensor($"{block}.ffn_gate_exps.bias", F32, inner, experts);
            AddTensor($"{block}.ffn_down_exps.bias", F32, width, experts);
            AddTensor($"{block}.ffn_up_exps.bias", F32, inner, experts);
        }

        if (_architecture == "deepseek2")
        {
            AddTensor($"{block}.exp_probs_b.bias", F32, experts);
        }

        if (_architecture is "qwen2moe" or "granitemoe" or "deepseek2")
        {
            var shared = 2L * _size.ExpertFeedForward;
            AddMatrix($"{block}.ffn_gate_shexp.weight", width, shared);
            AddMatrix($"{block}.ffn_up_shexp.weight", width, shared);
            AddMatrix($"{block}.ffn_down_shexp.weight", shared, width);
        }

        if (_architecture == "qwen2moe")
        {
            AddTensor($"{block}.ffn_gate_inp_shexp.weight", F32, width);
        }
    }

    private void AddRecurrence(string block)
    {
        var (width, inner, state, rank) = ((long)_size.Width, 2L * _size.Width, (long)_size.StateSize, (long)_size.TimeStepRank);
        if (_architecture == "lfm2")
        {
            AddTensor($"{block}.shortconv.conv.weight", F32, 3, width);
            AddMatrix($"{block}.shortconv.in_proj.weight", width, 3 * width);
            AddMatrix($"{block}.shortconv.out_proj.weight", width, width);
            return;
        }

        var channels = IsMamba2 ? inner + (2L * _size.Groups * state) : inner;
        AddMatrix($"{block}.ssm_in.weight", width, IsMamba2 ? inner + channels + rank : 2 * inner);
        AddTensor($"{block}.ssm_conv1d.weight", F32, _size.Convolution, channels);
        AddTensor($"{block}.ssm_conv1d.bias", F32, channels);
        if (IsMamba2)
        {
            AddTensor($"{block}.ssm_dt.bias", F32, rank);
            AddTensor($"{block}.ssm_a", F32, 1, rank);
            AddTensor($"{block}.ssm_d", F32, 1, rank);
            AddTensor($"{block}.ssm_norm.weight", F32, inner / _size.Groups, _size.Groups);
        }
        else
        {
            AddMatrix($"{block}.ssm_x.weight", inner, rank + (2 * state));
            AddMatrix($"{block}.ssm_dt.weight", rank, inner);
            AddTensor($"{block}.ssm_dt.bias", F32, inner);
            AddTensor($"{block}.ssm_a", F32, state, inner);
            AddTensor($"{block}.ssm_d", F32, inner);
        }

        if (_architecture == "jamba")
        {
            AddNorm($"{block}.ssm_dt_norm", rank);
            AddNorm($"{block}.ssm_b_norm", state);
            AddNorm($"{block}.ssm_c_norm", state);
        }

        AddMatrix($"{block}.ssm_out.weight", inner, width);
    }

    private void AddAlternatingUpdates()
    {
        var (width, layers) = ((long)_size.Width, _size.Layers);
        AddMatrix("altup_proj.weight", width, width, 3);
        AddMatrix("altup_unembd_proj.weight", width, width, 3);
        AddMatrix("per_layer_token_embd.weight", (long)PerLayerWidth * layers, _size.Vocabulary);
        AddMatrix("per_layer_model_proj.weight", width, (long)PerLayerWidth * layers);
        AddNorm("per_layer_proj_norm", PerLayerWidth);
    }

    private void AddAlternatingUpdates(string block)
    {
        var width = (long)_size.Width;
        AddMatrix($"{block}.inp_gate.weight", width, PerLayerWidth);
        AddMatrix($"{block}.proj.weight", PerLayerWidth, width);
        AddNorm($"{block}.post_norm");
        AddTensor($"{block}.altup_correct_coef.weight", F32, 4, 4);
        AddTensor($"{block}.altup_correct_scale.weight", F32, width);
        AddTensor($"{block}.altup_predict_coef.weight", F32, 4, 16);
        AddTensor($"{block}.altup_router.weight", F32, width, 4);
        AddNorm($"{block}.altup_router_norm");
        AddMatrix($"{block}.laurel_l.weight", width, 64);
        AddMatrix($"{block}.laurel_r.weight", 64, width);
        AddNorm($"{block}.laurel_post_norm");
    }
}
