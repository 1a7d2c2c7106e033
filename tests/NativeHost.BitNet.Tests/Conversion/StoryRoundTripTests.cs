using System.Runtime.InteropServices;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Conversion;

/// <summary>The trained story model, written as Hugging Face would keep it, and converted back.</summary>
public sealed class StoryRoundTripTests
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_sub_norm"] = "self_attn.attn_sub_norm",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_sub_norm"] = "mlp.ffn_sub_norm",
        ["ffn_down"] = "mlp.down_proj",
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
    };

    [Fact]
    public void A_model_that_was_exported_comes_back_as_it_was()
    {
        var story = new ConvertedModel(StoryPath());
        using var folder = new CheckpointFolder();
        Export(story, folder);

        var back = folder.Convert();

        foreach (var tensor in story.File.Tensors)
        {
            // What is behind the scale of a ternary tensor means nothing.
            var meaningful = tensor.TypeId == GgufTensorType.I2S ? (int)tensor.Bytes!.Value - 28 : (int)tensor.Bytes!.Value;
            Assert.Equal(story.Tensor(tensor.Name)[..meaningful], back.Tensor(tensor.Name)[..meaningful]);
        }

        foreach (var key in (string[])["tokenizer.ggml.tokens", "tokenizer.ggml.merges"])
        {
            Assert.Equal(story.Texts(key), back.Texts(key));
        }

        foreach (var key in (string[])["tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "bitnet-b1.58.rope.dimension_count"])
        {
            Assert.Equal(story.File.Metadata.Integer(key), back.File.Metadata.Integer(key));
        }

        Assert.Equal(story.File.Metadata.Integers("tokenizer.ggml.token_type"), back.File.Metadata.Integers("tokenizer.ggml.token_type"));
        Assert.Equal(story.File.Metadata.Text("tokenizer.ggml.pre"), back.File.Metadata.Text("tokenizer.ggml.pre"));
        Assert.Equal(story.File.ChatTemplate, back.File.ChatTemplate);
        Assert.Equal(story.File.Architecture, back.File.Architecture);
    }

    private static void Export(ConvertedModel story, CheckpointFolder folder)
    {
        var (file, metadata) = (story.File, story.File.Metadata);
        folder.Write("config.json", $$"""
            {
              "architectures": ["BitNetForCausalLM"], "hidden_act": "relu2", "tie_word_embeddings": true,
              "hidden_size": {{file.EmbeddingLength}}, "intermediate_size": {{metadata.Integer("bitnet-b1.58.feed_forward_length")}},
              "num_hidden_layers": {{file.BlockCount}}, "num_attention_heads": {{file.HeadCount}}, "num_key_value_heads": {{file.HeadCountKv}},
              "vocab_size": {{file.VocabularySize}}, "max_position_embeddings": {{file.ContextLength}}, "rms_norm_eps": 1e-5,
              "rope_theta": {{metadata.Real("bitnet-b1.58.rope.freq_base")}}, "bos_token_id": {{metadata.Integer("tokenizer.ggml.bos_token_id")}},
              "eos_token_id": {{metadata.Integer("tokenizer.ggml.eos_token_id")}}, "quantization_config": {{CheckpointForms.Offline}}
            }
            """);
        folder.Write("tokenizer_config.json", $$"""{"add_bos_token": false, "chat_template": {{ByteTokenizer.Quoted(file.ChatTemplate!)}}}""");
        folder.Write("tokenizer.json", Tokenizer(story));
        File.WriteAllBytes(Path.Combine(folder.Root, "model.safetensors"), SafetensorsBytes.Of(file.Tensors.SelectMany(tensor => Stored(story, tensor))));
    }

    private static string Tokenizer(ConvertedModel story)
    {
        const int Control = 3;
        var kinds = story.File.Metadata.Integers("tokenizer.ggml.token_type")!;
        var tokens = story.Texts("tokenizer.ggml.tokens").Select((text, id) => (Text: ByteTokenizer.Quoted(text), Id: id)).ToList();
        var added = tokens.Where(token => kinds[token.Id] == Control).Select(token => $$"""{"id": {{token.Id}}, "content": {{token.Text}}, "special": true}""");
        var merges = story.Texts("tokenizer.ggml.merges").Select(merge => $"[{string.Join(',', merge.Split(' ').Select(ByteTokenizer.Quoted))}]");
        return $$"""
            {
              "added_tokens": [{{string.Join(',', added)}}], "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
              "model": {"type": "BPE", "vocab": {{{string.Join(',', tokens.Select(token => $"{token.Text}: {token.Id}"))}}}, "merges": [{{string.Join(',', merges)}}]}
            }
            """;
    }

    private static IEnumerable<StoredTensor> Stored(ConvertedModel story, GgufTensor tensor)
    {
        var parts = tensor.Name.Split('.');
        var name = parts is ["blk", var layer, var inLayer, _] ? $"model.layers.{layer}.{Names[inLayer]}" : Names[parts[0]];
        int[] shape = [.. tensor.Dimensions.Reverse().Select(dimension => (int)dimension)];
        if (tensor.TypeId != GgufTensorType.I2S)
        {
            return [new StoredTensor($"{name}.weight", tensor.TypeName, shape, story.Tensor(tensor.Name).ToArray())];
        }

        float[] scale = [story.Scale(tensor.Name)];
        return
        [
            StoredTensor.Packed($"{name}.weight", shape[0], shape[1], story.Codes(tensor.Name)),
            new StoredTensor($"{name}.weight_scale", "F32", [1], MemoryMarshal.AsBytes(scale.AsSpan()).ToArray()),
        ];
    }

    private static string StoryPath()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "NativeHost.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("The repository is not around this test.");
        }

        return Path.Combine(folder, "src", "NativeHost", "DemoModel", "tabagent-story-bitnet-i2_s.gguf");
    }
}
