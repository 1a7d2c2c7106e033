using NativeHost.BitNet.Heads;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Reading;

/// <summary>Makes the shape of a ternary model of its header, or refuses it.</summary>
internal sealed class ShapeReader(GgufFile file)
{
    private const int MostLayers = 512;
    private const int MostWidth = 1 << 20;
    private const int MostHeads = 1 << 14;
    private const int MostTokens = 1 << 28;
    private const float UsualRopeBase = 10_000;
    private const int UsualWindowPeriod = 6;

    private readonly HeaderNumbers _numbers = new(file);
    private readonly string _architecture = file.Architecture!;

    /// <exception cref="ModelFormatException">The header lacks a number, or its numbers do not go together.</exception>
    /// <exception cref="UnsupportedModelException">It asks for something that is not computed here.</exception>
    public TernaryShape Read()
    {
        var width = _numbers.Count("embedding_length", OutputHead.MaxColumns);
        var heads = _numbers.Count("attention.head_count", MostHeads);
        var kvHeads = _numbers.OptionalCount("attention.head_count_kv", MostHeads) ?? heads;
        _numbers.Require(heads % kvHeads == 0, $"{heads} heads cannot share the keys and values of {kvHeads}");
        var headLength = HeadLength(width, heads);
        var ropeLength = _numbers.OptionalCount("rope.dimension_count", MostWidth) ?? headLength;
        _numbers.Require(
            ropeLength % 2 == 0 && ropeLength <= headLength, $"{ropeLength} of the {headLength} numbers of a head cannot be rotated in pairs");
        return new TernaryShape(
            _architecture,
            file.Name,
            _numbers.Count("block_count", MostLayers),
            width,
            _numbers.Count("feed_forward_length", MostWidth),
            heads,
            kvHeads,
            headLength,
            VocabularySize(),
            file.ContextLength ?? 0,
            Epsilon(),
            _numbers.Positive("rope.freq_base", UsualRopeBase),
            ropeLength,
            _architecture == "llama" ? RopePairs.Neighbours : RopePairs.Halves,
            Gate(),
            file.ChatTemplate,
            file.FileBytes)
        {
            EmbeddingScale = _architecture == "gemma3" ? MathF.Sqrt(width) : 1,
            RopeScale = RopeScale(),
            SlidingWindow = Window(),
            Pooling = PoolingOfTexts(),
            HasInputNorms = _architecture is "qwen3" or "gemma3" && file.Tensors.Any(tensor => tensor.Name == TensorNames.Of(0, NormRole.QueryIn)),
        };
    }

    private int HeadLength(int width, int heads)
    {
        var keys = _numbers.OptionalCount("attention.key_length", MostWidth);
        var values = _numbers.OptionalCount("attention.value_length", MostWidth);
        _numbers.Require(keys is not null || width % heads == 0, $"{heads} heads cannot share a width of {width}");
        var length = keys ?? width / heads;
        if (values is not null && values != length)
        {
            throw _numbers.Unsupported($"has keys of {length} numbers and values of {values}, which are not computed here together");
        }

        _numbers.Require((long)length * heads <= MostWidth, $"{heads} heads of {length} numbers are more than {MostWidth}");
        return length;
    }

    /// <summary>The rows of the embedding, for each of which there must be a token.</summary>
    private int VocabularySize()
    {
        var tokens = file.Metadata.ArrayLength("tokenizer.ggml.tokens") ?? throw _numbers.Wrong("tokenizer.ggml.tokens is missing");
        var embedding = file.Tensors.FirstOrDefault(tensor => tensor.Name == TensorNames.Embedding);
        var rows = embedding?.Dimensions.Skip(1).FirstOrDefault(1) ?? throw _numbers.Wrong($"tensor {TensorNames.Embedding} is missing");
        _numbers.Require(rows == tokens, $"the vocabulary has {tokens} tokens, but {TensorNames.Embedding} has {rows} rows");
        _numbers.Require(rows is >= 1 and <= MostTokens, $"the vocabulary has {rows} tokens; there may be 1 to {MostTokens}");
        return (int)rows;
    }

    private float Epsilon()
    {
        const string Name = "attention.layer_norm_rms_epsilon";
        var epsilon = _numbers.Real(Name) ?? throw _numbers.Wrong($"{_architecture}.{Name} is missing");
        _numbers.Require(epsilon is > 0 and < 1, $"{Name} is {epsilon}; it must be small and above 0");
        return epsilon;
    }

    private GateActivation Gate()
    {
        var named = _numbers.Text("hidden_activation");
        return _architecture switch
        {
            "bitnet-b1.58" or "bitnet-25" => GateActivation.ReluSquared,
            "gemma3" => GateActivation.Gelu,
            "bitnet" when named == "relu2" => GateActivation.ReluSquared,
            _ when named is null or "silu" => GateActivation.Silu,
            _ => throw _numbers.Unsupported($"has the activation {named}, which is not computed here"),
        };
    }

    private float RopeScale()
    {
        var type = _numbers.Text("rope.scaling.type") ?? "linear";
        var factor = _numbers.Real("rope.scaling.factor") is { } given ? given : _numbers.Real("rope.scale_linear") ?? 0;
        _numbers.Require(float.IsFinite(factor) && factor >= 0, $"rope.scaling.factor is {factor}; it must be above 0");
        return type switch
        {
            "none" => 1,
            "linear" => factor == 0 ? 1 : 1 / factor,
            _ => throw _numbers.Unsupported($"scales its positions by {type}, which is not computed here"),
        };
    }

    private SlidingWindow? Window()
    {
        const string Name = "attention.sliding_window";
        if (_architecture != "gemma3" || file.Metadata.Integer($"{_architecture}.{Name}") is null or 0)
        {
            return null;
        }

        var period = _numbers.OptionalCount("attention.sliding_window_pattern", MostLayers) ?? UsualWindowPeriod;
        return new SlidingWindow(_numbers.Count(Name, int.MaxValue), period, _numbers.Positive("rope.freq_base_swa", UsualRopeBase));
    }

    private Pooling? PoolingOfTexts()
    {
        if (file.Metadata.Flag($"{_architecture}.attention.causal") == false)
        {
            throw _numbers.Unsupported("has tokens see later ones, which is not computed here");
        }

        // The file is believed: Microsoft's two models say mean, though their cards say last token, and the vector printed there is the mean.
        return file.Metadata.Integer($"{_architecture}.pooling_type") switch
        {
            null or 0 => null,
            1 => Pooling.Mean,
            2 => Pooling.First,
            3 => Pooling.Last,
            var other => throw _numbers.Unsupported($"asks for the pooling type {other}, which is not computed here"),
        };
    }
}
