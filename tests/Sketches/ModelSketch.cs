using System.Globalization;
using NativeHost.Gguf;
using NativeHost.Hardware.Planning;

namespace NativeHost.Testing;

/// <summary>Writes GGUF files of models that llama.cpp loads: all its tensors in their shapes, and nothing in them.</summary>
internal sealed partial class ModelSketch : IDisposable
{
    private const uint F32 = GgufTensorType.F32;

    /// <summary>What llama.cpp takes for granted of Gemma 3n.</summary>
    private const int PerLayerWidth = 256;

    private readonly GgufWriter _writer;
    private readonly string _architecture;
    private readonly SketchSize _size;

    private ModelSketch(string architecture, SketchSize size)
    {
        (_architecture, _size) = (architecture, size);
        _writer = new GgufWriter(architecture);
    }

    /// <summary>The architectures that there are sketches of.</summary>
    public static IReadOnlyList<string> Architectures { get; } =
    [
        "llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "olmo2", "granite", "internlm2", "bitnet", "smollm3",
        "phi3", "starcoder2", "gpt2", "stablelm", "phi2", "falcon", "command-r", "cohere2",
        "llama-moe", "qwen2moe", "qwen3moe", "granitemoe", "gpt-oss", "deepseek2",
        "mamba", "mamba2", "jamba", "granitehybrid", "falcon-h1", "lfm2", "gemma3n",
    ];

    /// <param name="architecture">One of <see cref="Architectures"/>.</param>
    /// <param name="add">Adds keys of its own.</param>
    public static void Write(Stream stream, string architecture, SketchSize size, Action<GgufWriter>? add = null)
    {
        var isMixture = architecture == "llama-moe";
        using var sketch = new ModelSketch(isMixture ? "llama" : architecture, size);
        sketch.AddModel(isMixture || architecture is "qwen2moe" or "qwen3moe" or "granitemoe" or "gpt-oss" or "deepseek2");
        add?.Invoke(sketch._writer);
        sketch._writer.Write(stream);
        stream.SetLength(stream.Position);
    }

    /// <summary>The header of such a file, which is nowhere; so it may be as large as real ones are.</summary>
    public static ModelHeader Header(string architecture, SketchSize size, Action<GgufWriter>? add = null)
    {
        using var stream = new SketchStream();
        Write(stream, architecture, size, add);
        return ModelHeader.Of(GgufFile.ReadStart($"{architecture}.gguf", stream.Start, stream.Length, out _)!, stream.Length);
    }

    public void Dispose() => _writer.Dispose();

    private void AddModel(bool isMixture)
    {
        AddKeys(isMixture);
        var (width, vocabulary) = (_size.Width, _size.Vocabulary);
        AddMatrix("token_embd.weight", width, vocabulary);
        if (_architecture == "gpt2")
        {
            AddTensor("position_embd.weight", F32, width, 8192);
        }

        var needsOutput = _architecture is "phi2" or "stablelm" or "olmo2" or "internlm2" or "qwen2moe" or "gpt-oss";
        var hasNone = _architecture is "gemma" or "gemma2" or "cohere2" or "command-r" or "bitnet";
        if (needsOutput || (_size.HasOwnOutput && !hasNone))
        {
            AddMatrix("output.weight", width, vocabulary);
        }

        AddNorm(_architecture == "lfm2" ? "token_embd_norm" : "output_norm");
        if (_architecture == "phi2")
        {
            AddTensor("output.bias", F32, vocabulary);
        }

        if (_architecture == "gemma3n")
        {
            AddAlternatingUpdates();
        }

        for (var layer = 0; layer < _size.Layers; layer++)
        {
            AddLayer(layer, isMixture);
        }
    }

    private void AddKeys(bool isMixture)
    {
        _writer.Add("tokenizer.ggml.model", "no_vocab");
        Add("vocab_size", _size.Vocabulary);
        Add("context_length", 8192);
        Add("block_count", _size.Layers);
        Add("embedding_length", _size.Width);
        Add("feed_forward_length", _architecture is "mamba" or "mamba2" ? 0 : _size.FeedForward);
        _writer.Add($"{_architecture}.attention.layer_norm_rms_epsilon", 1e-5f);
        _writer.Add($"{_architecture}.attention.layer_norm_epsilon", 1e-5f);
        Add("attention.head_count", _architecture is "mamba" or "mamba2" ? 0 : _size.Heads);
        if (_architecture is "jamba" or "granitehybrid" or "lfm2")
        {
            _writer.Add($"{_architecture}.attention.head_count_kv", [.. Enumerable.Range(0, _size.Layers).Select(layer => IsRecurrent(layer) ? 0 : _size.KvHeads)]);
        }
        else if (_architecture is not ("mamba" or "mamba2"))
        {
            Add("attention.head_count_kv", _architecture == "deepseek2" ? 1 : _size.KvHeads);
        }

        if (_architecture == "deepseek2")
        {
            AddLatentKeys();
        }
        else if (_size.Heads * _size.HeadLength != _size.Width)
        {
            Add("attention.key_length", _size.HeadLength);
            Add("attention.value_length", _size.HeadLength);
        }

        if (_architecture is "gemma2" or "gemma3" or "gemma3n" or "cohere2" or "gpt-oss")
        {
            Add("attention.sliding_window", _size.Window);
        }

        if (isMixture)
        {
            Add("expert_count", _size.Experts);
            Add("expert_used_count", _size.UsedExperts);
            Add("expert_feed_forward_length", _size.ExpertFeedForward);
        }

        if (_architecture is "qwen2moe" or "granitemoe")
        {
            Add("expert_shared_feed_forward_length", 2 * _size.ExpertFeedForward);
        }

        if (_architecture is "granite" or "granitemoe" or "granitehybrid" or "cohere2")
        {
            _writer.Add($"{_architecture}.logit_scale", 8f);
        }

        if (_architecture is "granite" or "granitemoe" or "granitehybrid")
        {
            _writer.Add($"{_architecture}.residual_scale", 0.2f);
            _writer.Add($"{_architecture}.embedding_scale", 12f);
        }

        if (IsMamba || IsMamba2)
        {
            Add("ssm.conv_kernel", _size.Convolution);
            Add("ssm.inner_size", 2 * _size.Width);
            Add("ssm.state_size", _size.StateSize);
            Add("ssm.time_step_rank", _size.TimeStepRank);
        }

        if (IsMamba2)
        {
            Add("ssm.group_count", _size.Groups);
        }

        if (_architecture == "lfm2")
        {
            Add("shortconv.l_cache", 3);
        }

        if (_architecture == "gemma3n")
        {
            Add("embedding_length_per_layer_input", PerLayerWidth);
            Add("altup.num_inputs", 4);
            Add("altup.active_idx", 0);
        }
    }

    private void AddLatentKeys()
    {
        Add("attention.q_lora_rank", _size.QueryRank);
        Add("attention.kv_lora_rank", _size.KvRank);
        Add("attention.key_length", _size.KvRank + _size.LatentRotary);
        Add("attention.value_length", _size.KvRank);
        Add("attention.key_length_mla", _size.HeadLength + _size.LatentRotary);
        Add("attention.value_length_mla", _size.HeadLength);
        Add("rope.dimension_count", _size.LatentRotary);
        Add("leading_dense_block_count", 1);
        Add("expert_shared_count", 2);
        if (_size.IsVariant)
        {
            Add("expert_group_count", 4);
            Add("expert_group_used_count", 2);
        }

        _writer.Add($"{_architecture}.expert_weights_scale", 2.5f);
    }

    private bool IsMamba => _architecture is "mamba" or "jamba";

    private bool IsMamba2 => _architecture is "mamba2" or "granitehybrid" or "falcon-h1";

    private static bool IsRecurrent(int layer) => layer % 4 != 1;

    private void Add(string key, int value) => _writer.Add($"{_architecture}.{key}", (uint)value);

    private void AddNorm(string name) => AddNorm(name, _size.Width);

    private void AddNorm(string name, params long[] dimensions)
    {
        AddTensor($"{name}.weight", F32, dimensions);
        if (_architecture is "starcoder2" or "gpt2" or "stablelm" or "phi2" or "falcon" && dimensions.Length == 1)
        {
            AddTensor($"{name}.bias", F32, dimensions);
        }
    }

    /// <summary>Of the type that was asked for; as quantizers do, of another one where rows do not fill its blocks.</summary>
    private void AddMatrix(string name, params long[] dimensions)
    {
        var fits = dimensions[0] % GgufTensorType.Find(_size.TypeId)!.BlockElements == 0;
        AddTensor(name, fits ? _size.TypeId : GgufTensorType.F16, dimensions);
    }

    private void AddTensor(string name, uint typeId, params long[] dimensions)
    {
        var bytes = GgufTensorType.Find(typeId)!.Bytes(dimensions.Aggregate(1L, (product, dimension) => product * dimension));
        _writer.AddTensor(name, dimensions, typeId, stream => stream.Seek(bytes, SeekOrigin.Current));
    }

    private static string Block(int layer) => string.Create(CultureInfo.InvariantCulture, $"blk.{layer}");
}
