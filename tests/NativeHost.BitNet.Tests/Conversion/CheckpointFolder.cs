using NativeHost.BitNet.Conversion;

namespace NativeHost.BitNet.Tests.Conversion;

/// <summary>A folder with a checkpoint of a tiny random model, removed when the test ends.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    public const int Width = 128;
    public const int FeedForward = 256;
    public const int HeadLength = 32;
    public const int Tokens = 300;
    public const float Scale = 0.25f;

    private readonly Random _random = new(7);

    public CheckpointFolder() => Root = Directory.CreateTempSubdirectory("tabagent-checkpoint-").FullName;

    public string Root { get; }

    /// <summary>Every matrix's codes, by the name of its tensor.</summary>
    public Dictionary<string, byte[]> Codes { get; } = [];

    /// <summary>Writes the whole checkpoint.</summary>
    /// <param name="matrix">Stores a matrix's codes, under its name without ".weight".</param>
    /// <param name="architecture">As config.json names it.</param>
    /// <param name="quantization">The quantization_config, in JSON.</param>
    public CheckpointFolder With(
        Func<string, int, int, byte[], IEnumerable<StoredTensor>> matrix, string architecture, string? quantization, string more = "")
    {
        Write("config.json", $$"""
            {
              "architectures": ["{{architecture}}"], "hidden_size": {{Width}}, "intermediate_size": {{FeedForward}}, "num_hidden_layers": 1,
              "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": {{Tokens}}, "max_position_embeddings": 512,
              "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "bos_token_id": 296, "eos_token_id": [297, 299]
              {{(quantization is null ? "" : $", \"quantization_config\": {quantization}")}} {{more}}
            }
            """);
        Write("tokenizer.json", ByteTokenizer.Json(Tokens, """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}"""));
        File.WriteAllBytes(Path.Combine(Root, "model.safetensors"), SafetensorsBytes.Of(Tensors(matrix, architecture)));
        return this;
    }

    public IReadOnlyList<StoredTensor> Tensors(Func<string, int, int, byte[], IEnumerable<StoredTensor>> matrix, string architecture)
    {
        const string Layer = "model.layers.0";
        List<StoredTensor> tensors =
        [
            Real("model.embed_tokens.weight", Tokens, Width),
            Norm("model.norm.weight", Width),
            Norm($"{Layer}.input_layernorm.weight", Width),
            Norm($"{Layer}.post_attention_layernorm.weight", Width),
        ];
        var (attention, feedForward) = architecture switch
        {
            "BitNetForCausalLM" => ("attn_sub_norm", "ffn_sub_norm"),
            "BitnetForCausalLM" => ("inner_attn_ln", "ffn_layernorm"),
            _ => ("", ""),
        };
        if (attention.Length > 0)
        {
            tensors.Add(Norm($"{Layer}.self_attn.{attention}.weight", Width));
            tensors.Add(Norm($"{Layer}.mlp.{feedForward}.weight", FeedForward));
        }

        foreach (var (name, rows, columns) in ((string, int, int)[])[
            ("self_attn.q_proj", Width, Width), ("self_attn.k_proj", Width / 2, Width), ("self_attn.v_proj", Width / 2, Width),
            ("self_attn.o_proj", Width, Width), ("mlp.gate_proj", FeedForward, Width), ("mlp.up_proj", FeedForward, Width),
            ("mlp.down_proj", Width, FeedForward)])
        {
            var codes = new byte[rows * columns];
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = (byte)_random.Next(3);
            }

            Codes[name] = codes;
            tensors.AddRange(matrix($"{Layer}.{name}", rows, columns, codes));
        }

        return tensors;
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Root, name), text);

    public ConvertedModel Convert()
    {
        var output = Path.Combine(Root, "out.gguf");
        CheckpointConverter.Convert(Root, output, new NoProgress(), CancellationToken.None);
        return new ConvertedModel(output);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private StoredTensor Norm(string name, int count) => StoredTensor.F32(name, [count], Randoms(count));

    private StoredTensor Real(string name, int rows, int columns) => StoredTensor.BF16(name, [rows, columns], Randoms(rows * columns));

    private float[] Randoms(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(-8, 9) / 4f)];

    private sealed class NoProgress : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }
}
