using NativeHost.Inference;

namespace NativeHost.BitNet.Conversion;

/// <summary>What the config.json of a ternary checkpoint says of the model.</summary>
/// <param name="Architecture">In GGUF's words: "bitnet-b1.58" (squared ReLU), "bitnet" (SiLU) or "llama".</param>
/// <param name="Weights">How the ternary weights are stored.</param>
/// <param name="DividesByScale">Whether a weight is its code divided by the tensor's weight_scale, not multiplied with it.</param>
/// <param name="IsTied">Whether the embedding is the output head too; null where the config does not say.</param>
internal sealed record CheckpointConfig(
    string Architecture,
    int LayerCount,
    int Width,
    int FeedForwardWidth,
    int HeadCount,
    int KvHeadCount,
    int HeadLength,
    int VocabularySize,
    int ContextTokens,
    float NormEpsilon,
    float RopeBase,
    CheckpointQuantization Weights,
    bool DividesByScale,
    bool? IsTied)
{
    public const string FileName = "config.json";

    private const int MostLayers = 512;
    private const int MostLength = 1 << 20;
    private const int MostTokens = 1 << 22;

    public int QueryWidth => HeadCount * HeadLength;

    public int KvWidth => KvHeadCount * HeadLength;

    /// <summary>Whether there is a norm before the output projection and one before the down projection.</summary>
    public bool HasInnerNorms => Architecture != "llama";

    /// <summary>Whether GGUF wants the rows of queries and keys such that neighbours make the pairs that are rotated.</summary>
    public bool RotatesNeighbours => Architecture == "llama";

    /// <exception cref="NativeHost.Gguf.ModelFormatException">A field is missing or impossible.</exception>
    /// <exception cref="UnsupportedModelException">It is no ternary model, or one of a kind that is not converted.</exception>
    public static CheckpointConfig Read(JsonField root)
    {
        var kind = root.Find("architectures") is { IsArray: true } kinds && kinds.Items().ToArray() is [var only] ? only.Text() : "";
        var (weights, divides) = Quantization(root, kind);
        var heads = Length(root, "num_attention_heads");
        var width = Length(root, "hidden_size");
        if (root.Find("head_dim") is null && width % heads != 0)
        {
            throw root.Refused($"has {heads} heads, which do not share a width of {width}");
        }

        var isLlama = kind == "LlamaForCausalLM";
        var activation = root.Text("hidden_act") ?? (kind == "BitNetForCausalLM" ? "relu2" : "silu");
        if (activation != "silu" && (activation != "relu2" || isLlama))
        {
            throw Unsupported(activation, $"{kind} with the activation {activation} is not converted");
        }

        foreach (var bias in (string[])["attention_bias", "mlp_bias"])
        {
            if (root.Flag(bias) == true)
            {
                throw Unsupported(bias, "the model has biases, which a ternary model has no place for");
            }
        }

        var config = new CheckpointConfig(
            isLlama ? "llama" : activation == "relu2" ? "bitnet-b1.58" : "bitnet",
            Length(root, "num_hidden_layers"),
            width,
            Length(root, "intermediate_size"),
            heads,
            root.Find("num_key_value_heads") is null ? heads : Length(root, "num_key_value_heads"),
            root.Find("head_dim") is null ? width / heads : Length(root, "head_dim"),
            Length(root, "vocab_size"),
            Length(root, "max_position_embeddings"),
            Positive(root, "rms_norm_eps", 1e-6),
            RopeBaseOf(root, kind),
            weights,
            divides,
            root.Flag("tie_word_embeddings"));
        config.Check(root);
        return config;
    }

    private void Check(JsonField root)
    {
        if (LayerCount > MostLayers || Math.Max(Width, FeedForwardWidth) > MostLength || VocabularySize > MostTokens
            || (long)HeadCount * HeadLength > MostLength || KvHeadCount > HeadCount || HeadCount % KvHeadCount != 0 || HeadLength % 2 != 0)
        {
            throw root.Refused("describes an impossible shape");
        }

        foreach (var columns in (int[])[Width, FeedForwardWidth, QueryWidth])
        {
            if (columns % I2SPacking.BlockWeights != 0)
            {
                throw Unsupported("I2_S", $"a row of {columns} weights does not fill blocks of {I2SPacking.BlockWeights}, which I2_S needs");
            }
        }
    }

    private static (CheckpointQuantization Weights, bool Divides) Quantization(JsonField root, string kind)
    {
        if (kind is not ("BitNetForCausalLM" or "BitnetForCausalLM" or "LlamaForCausalLM"))
        {
            throw Unsupported(kind, $"the architecture '{kind}' is none that is converted: BitNetForCausalLM, BitnetForCausalLM, LlamaForCausalLM");
        }

        if (root.Find("quantization_config") is not { } quantization)
        {
            // The first BitNet models say it in a field of their own, and hold master weights.
            return kind == "BitnetForCausalLM" && root.Count("weight_bits") == 1
                ? (CheckpointQuantization.Online, false)
                : throw Unsupported(kind, "config.json has no quantization_config, so the weights are not ternary; converting them would ruin the model");
        }

        if (quantization.Text("quant_method") is var method && method != "bitnet")
        {
            throw Unsupported(method ?? "", $"the weights are quantized by '{method}', not by BitNet");
        }

        if (quantization.Flag("use_rms_norm") == true)
        {
            throw Unsupported(kind, "the model has a norm before every matrix, which is not converted");
        }

        var mode = quantization.Text("quantization_mode") ?? "offline";
        var linear = quantization.Text("linear_class") ?? "bitlinear";
        return (linear, mode) switch
        {
            ("autobitlinear", "online") => (CheckpointQuantization.Online, false),
            ("autobitlinear", "offline") => (CheckpointQuantization.Offline, false),
            ("bitlinear", _) => (CheckpointQuantization.Offline, true),
            _ => throw Unsupported(linear, $"the quantization '{linear}', '{mode}' is none that is known"),
        };
    }

    private static float RopeBaseOf(JsonField root, string kind)
    {
        var parameters = root.Find("rope_parameters");
        var scaling = root.Find("rope_scaling") ?? parameters;
        if (scaling is { } given && (given.Text("rope_type") ?? given.Text("type") ?? "default") is var type && type != "default")
        {
            throw Unsupported(kind, $"the rotary positions are scaled in the way '{type}', which is not converted");
        }

        var fallback = kind == "BitNetForCausalLM" ? 500_000 : 10_000;
        return Positive(parameters is { } inside && inside.Find("rope_theta") is not null ? inside : root, "rope_theta", fallback);
    }

    private static float Positive(JsonField root, string field, double fallback)
        => (float)(root.Real(field) ?? fallback) is > 0 and < float.PositiveInfinity and var number ? number : throw root.Refused($"has an impossible {field}");

    private static int Length(JsonField root, string field) => root.Count(field) is { } length and > 0 ? length : throw root.Refused($"has no {field} above 0");

    private static UnsupportedModelException Unsupported(string kind, string problem) => new(kind, $"Not converted: {problem}.");
}

/// <summary>How a checkpoint stores ternary weights.</summary>
internal enum CheckpointQuantization
{
    /// <summary>Already ternary: four codes in a byte, or numbers of which there are only three.</summary>
    Offline,

    /// <summary>As the real numbers that were trained, which become ternary whenever they are used.</summary>
    Online,
}
