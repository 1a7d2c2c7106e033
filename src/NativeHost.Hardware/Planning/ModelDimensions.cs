using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>The numbers in a header that decide about the memory of a llama.cpp model.</summary>
/// <remarks>
/// Immutable. Every number is that of a model that could be: at least 0 and at most <see cref="int.MaxValue"/>. What is derived from
/// several of them is computed with care for overflow by whoever does so.
/// </remarks>
internal sealed class ModelDimensions
{
    /// <summary>llama.cpp's own bounds (LLAMA_MAX_LAYERS, LLAMA_MAX_EXPERTS).</summary>
    private const int MostLayers = 512;

    private const int MostExperts = 1024;

    private readonly GgufFile _header;
    private readonly IReadOnlyList<long> _heads;
    private readonly IReadOnlyList<long> _kvHeads;
    private readonly IReadOnlyList<long> _feedForward;
    private readonly IReadOnlyList<long> _usedExperts;
    private readonly bool[] _windowed;
    private bool _isAbsurd;

    private ModelDimensions(GgufFile header, string architecture, int allLayers)
    {
        _header = header;
        Architecture = architecture;
        AllLayers = allLayers;
        Layers = allLayers - Number("nextn_predict_layers");
        Width = Number("embedding_length");
        _heads = ByLayer("attention.head_count") ?? Repeated(0);
        _kvHeads = ByLayer("attention.head_count_kv") ?? _heads;
        _feedForward = ByLayer("feed_forward_length") ?? Repeated(0);
        _usedExperts = ByLayer("expert_used_count") ?? Repeated(0);
        var usualHead = _heads[0] > 0 ? (int)(Width / _heads[0]) : 0;
        KeyLength = _heads[0] > 0 ? Number("attention.key_length", usualHead) : 0;
        ValueLength = _heads[0] > 0 ? Number("attention.value_length", usualHead) : 0;
        RotaryLength = Number("rope.dimension_count", KeyLength);
        Experts = Number("expert_count");
        ExpertGroups = Number("expert_group_count");
        UsedExpertGroups = Number("expert_group_used_count");
        DenseLead = Number("leading_dense_block_count");
        QueryRank = Number("attention.q_lora_rank");
        KvRank = Number("attention.kv_lora_rank");
        LatentKeyLength = Number("attention.key_length_mla");
        LatentValueLength = Number("attention.value_length_mla");
        Window = SlidingWindows.SizeOf(architecture, Number("attention.sliding_window"));
        _windowed = SlidingWindows.LayersOf(architecture, Layers, AllLayers, Window, Scalar("attention.sliding_window_pattern"));
        WindowedKeyLength = Number("attention.key_length_swa", KeyLength);
        WindowedValueLength = Number("attention.value_length_swa", ValueLength);
        ConvolutionLength = Number("ssm.conv_kernel");
        InnerWidth = Number("ssm.inner_size");
        StateSize = Number("ssm.state_size");
        TimeStepRank = Number("ssm.time_step_rank");
        Groups = Number("ssm.group_count");
        ShortConvolutionLength = Number("shortconv.l_cache");
        Vocabulary = header.Metadata.ArrayLength("tokenizer.ggml.tokens") is { } tokens
            ? Bounded(tokens)
            : Number("vocab_size");
    }

    /// <summary>Such as <c>llama</c>.</summary>
    public string Architecture { get; }

    /// <summary>Blocks that compute, at least 1 and at most 512.</summary>
    public int Layers { get; }

    /// <summary>The same with those that only predict further tokens, which llama.cpp counts but does not load.</summary>
    public int AllLayers { get; }

    /// <summary>Of the hidden state.</summary>
    public int Width { get; }

    /// <summary>Tokens that the vocabulary has.</summary>
    public int Vocabulary { get; }

    /// <summary>Numbers in a key of one head.</summary>
    public int KeyLength { get; }

    public int ValueLength { get; }

    /// <summary>The same in layers that look back over a window only.</summary>
    public int WindowedKeyLength { get; }

    public int WindowedValueLength { get; }

    /// <summary>Numbers of a key that are turned by its position.</summary>
    public int RotaryLength { get; }

    /// <summary>Of each layer of a mixture of experts; 0 in other models.</summary>
    public int Experts { get; }

    public int ExpertGroups { get; }

    public int UsedExpertGroups { get; }

    /// <summary>Layers at the start of a mixture of experts that have none.</summary>
    public int DenseLead { get; }

    /// <summary>Width of the compressed queries of multi-head latent attention; 0 where they are not compressed.</summary>
    public int QueryRank { get; }

    /// <summary>Width of its compressed keys and values.</summary>
    public int KvRank { get; }

    public int LatentKeyLength { get; }

    public int LatentValueLength { get; }

    /// <summary>Whether the cache keeps one compressed key for each token, which is its value too.</summary>
    public bool IsLatent => LatentKeyLength > 0 && LatentValueLength > 0;

    /// <summary>Tokens that layers with a window look back over; 0 where no layer has one.</summary>
    public int Window { get; }

    /// <summary>Tokens that the convolution of a recurrent layer sees.</summary>
    public int ConvolutionLength { get; }

    public int InnerWidth { get; }

    public int StateSize { get; }

    public int TimeStepRank { get; }

    public int Groups { get; }

    public int ShortConvolutionLength { get; }

    /// <returns>Null where the header lacks one that every model has, or has one that no model has.</returns>
    public static ModelDimensions? Read(GgufFile header)
    {
        if (header.Architecture is not { Length: > 0 } architecture
            || header.Metadata.Integer($"{architecture}.block_count") is not (>= 1 and <= MostLayers and var layers))
        {
            return null;
        }

        var dimensions = new ModelDimensions(header, architecture, (int)layers);
        return dimensions is { _isAbsurd: false, Layers: >= 1, Width: >= 1, Experts: <= MostExperts } && dimensions._usedExperts.All(used => used <= MostExperts)
            ? dimensions
            : null;
    }

    /// <summary>Attention heads of a layer.</summary>
    public int HeadsOf(int layer) => (int)_heads[layer];

    public int KvHeadsOf(int layer) => (int)_kvHeads[layer];

    public int FeedForwardOf(int layer) => (int)_feedForward[layer];

    /// <summary>Experts that each token goes to.</summary>
    public int UsedExpertsOf(int layer) => (int)_usedExperts[layer];

    /// <summary>Whether a layer looks back over the window only.</summary>
    public bool IsWindowed(int layer) => _windowed[layer];

    public int KeyLengthOf(int layer) => IsWindowed(layer) ? WindowedKeyLength : KeyLength;

    public int ValueLengthOf(int layer) => IsWindowed(layer) ? WindowedValueLength : ValueLength;

    /// <summary>A number of the model; what is missing is 0, or what is said to stand for it.</summary>
    public int Number(string key, int missing = 0) => Scalar(key) is { } number ? Bounded(number) : missing;

    public bool Flag(string key) => _header.Metadata.Flag($"{Architecture}.{key}") ?? false;

    private long? Scalar(string key) => _header.Metadata.Integer($"{Architecture}.{key}");

    /// <summary>One number for each layer, whether the header has a list or one for all.</summary>
    private IReadOnlyList<long>? ByLayer(string key)
    {
        if (_header.Metadata.Integers($"{Architecture}.{key}") is { } list)
        {
            _isAbsurd |= list.Count != AllLayers || list.Any(number => number is < 0 or > int.MaxValue);
            return _isAbsurd ? Repeated(0) : list;
        }

        return Scalar(key) is { } number ? Repeated(Bounded(number)) : null;
    }

    private long[] Repeated(long number)
    {
        var list = new long[AllLayers];
        Array.Fill(list, number);
        return list;
    }

    private int Bounded(long number)
    {
        if (number is >= 0 and <= int.MaxValue)
        {
            return (int)number;
        }

        _isAbsurd = true;
        return 0;
    }
}
