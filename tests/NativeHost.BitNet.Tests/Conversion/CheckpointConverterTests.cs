using NativeHost.BitNet.Conversion;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Conversion;

public sealed class CheckpointConverterTests
{
    private const string BitNet = "BitNetForCausalLM";
    private const string Tied = """, "tie_word_embeddings": true """;

    private static readonly (string From, string To)[] Names =
    [
        ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
        ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
    ];

    [Fact]
    public void Every_form_of_the_same_weights_gives_the_same_codes()
    {
        using var packed = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline);
        using var numbers = new CheckpointFolder().With(CheckpointForms.Numbers, BitNet, CheckpointForms.Offline);
        using var scaled = new CheckpointFolder().With(CheckpointForms.Scaled, BitNet, CheckpointForms.Offline);
        using var masters = new CheckpointFolder().With(CheckpointForms.Masters, BitNet, CheckpointForms.Online);

        foreach (var folder in (CheckpointFolder[])[packed, numbers, scaled, masters])
        {
            var model = folder.Convert();
            Assert.Equal("bitnet-b1.58", model.File.Architecture);
            foreach (var (from, to) in Names)
            {
                Assert.Equal(packed.Codes[from], model.Codes($"blk.0.{to}.weight"));
            }
        }
    }

    [Fact]
    public void A_stored_scale_is_kept_and_a_plain_one_is_turned_over()
    {
        using var multiplied = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline);
        using var divided = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Plain);

        Assert.Equal(CheckpointFolder.Scale, multiplied.Convert().Scale("blk.0.attn_q.weight"));
        Assert.Equal(1 / CheckpointFolder.Scale, divided.Convert().Scale("blk.0.attn_q.weight"));
    }

    [Fact]
    public void Trained_weights_are_scaled_by_the_mean_of_their_sizes()
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Masters, BitNet, CheckpointForms.Online);
        var weights = CheckpointForms.Masters("", 128, 128, folder.Codes["self_attn.q_proj"]).Single();

        var mean = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(weights.Bytes).ToArray().Average(value => Math.Abs(value));

        Assert.Equal(mean, folder.Convert().Scale("blk.0.attn_q.weight"), 1e-6);
    }

    [Fact]
    public void A_llama_has_the_rows_of_its_heads_in_pairs_that_are_neighbours()
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Packed, "LlamaForCausalLM", CheckpointForms.Plain);

        var model = folder.Convert();

        Assert.Equal("llama", model.File.Architecture);
        Assert.DoesNotContain(model.File.Tensors, tensor => tensor.Name.Contains("sub_norm", StringComparison.Ordinal));
        var (from, to) = (folder.Codes["self_attn.k_proj"], model.Codes("blk.0.attn_k.weight"));
        const int Half = CheckpointFolder.HeadLength / 2;
        for (var head = 0; head < 2; head++)
        {
            for (var i = 0; i < Half; i++)
            {
                var start = head * CheckpointFolder.HeadLength;
                Assert.Equal(Row(from, start + i), Row(to, start + (2 * i)));
                Assert.Equal(Row(from, start + Half + i), Row(to, start + (2 * i) + 1));
            }
        }

        Assert.Equal(folder.Codes["self_attn.v_proj"], model.Codes("blk.0.attn_v.weight"));

        static byte[] Row(byte[] codes, int row) => codes[(row * CheckpointFolder.Width)..((row + 1) * CheckpointFolder.Width)];
    }

    [Fact]
    public void The_first_models_have_norms_of_other_names_and_trained_weights()
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Masters, "BitnetForCausalLM", null, """, "weight_bits": 1, "hidden_act": "silu" """);

        var model = folder.Convert();

        Assert.Equal("bitnet", model.File.Architecture);
        Assert.Contains(model.File.Tensors, tensor => tensor.Name == "blk.0.attn_sub_norm.weight");
        Assert.Contains(model.File.Tensors, tensor => tensor.Name == "blk.0.ffn_sub_norm.weight");
        Assert.Equal(folder.Codes["mlp.down_proj"], model.Codes("blk.0.ffn_down.weight"));
    }

    [Fact]
    public void The_shape_and_the_vocabulary_are_described()
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline, Tied);

        var file = folder.Convert().File;

        Assert.Equal((128, 256, 1), (file.EmbeddingLength, file.Metadata.Integer("bitnet-b1.58.feed_forward_length"), file.BlockCount));
        Assert.Equal((4, 2, 300, 512), (file.HeadCount, file.HeadCountKv, file.VocabularySize, file.ContextLength));
        Assert.Equal(500_000, file.Metadata.Real("bitnet-b1.58.rope.freq_base"));
        Assert.Equal((296L, 297L, 299L), (file.Metadata.Integer("tokenizer.ggml.bos_token_id"), file.Metadata.Integer("tokenizer.ggml.eos_token_id"), file.Metadata.Integer("tokenizer.ggml.eot_token_id")));
        Assert.DoesNotContain(file.Tensors, tensor => tensor.Name == "output.weight");
    }

    [Fact]
    public void Weights_in_several_files_are_found_by_their_index()
    {
        using var whole = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline);
        using var parted = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline);
        using var again = new CheckpointFolder();
        var tensors = again.Tensors(CheckpointForms.Packed, BitNet);
        File.Delete(Path.Combine(parted.Root, "model.safetensors"));
        for (var part = 0; part < 2; part++)
        {
            File.WriteAllBytes(Path.Combine(parted.Root, $"part-{part}.safetensors"), SafetensorsBytes.Of(tensors.Where((_, i) => i % 2 == part)));
        }

        parted.Write(
            "model.safetensors.index.json",
            $$"""{"weight_map": { {{string.Join(',', tensors.Select((tensor, i) => $"\"{tensor.Name}\": \"part-{i % 2}.safetensors\""))}} } }""");

        var (expected, actual) = (whole.Convert(), parted.Convert());

        Assert.All(expected.File.Tensors, tensor => Assert.Equal(expected.Tensor(tensor.Name), actual.Tensor(tensor.Name)));
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    public void An_index_names_files_beside_it_only(string name)
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline);
        folder.Write("model.safetensors.index.json", $$"""{"weight_map": {"model.norm.weight": "{{name}}"} }""");

        Assert.Throws<ModelFormatException>(folder.Convert);
    }

    [Fact]
    public void Weights_that_are_not_ternary_are_refused()
    {
        using var withoutWord = new CheckpointFolder().With(CheckpointForms.Masters, "LlamaForCausalLM", null);
        using var withFalseWord = new CheckpointFolder().With(CheckpointForms.Masters, BitNet, CheckpointForms.Offline);
        using var otherwiseQuantized = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, """{"quant_method": "gptq"}""");
        using var unknownKind = new CheckpointFolder().With(CheckpointForms.Packed, "MambaForCausalLM", CheckpointForms.Offline);

        Assert.Contains("not ternary", Assert.Throws<UnsupportedModelException>(withoutWord.Convert).Message, StringComparison.Ordinal);
        Assert.Contains("not ternary", Assert.Throws<UnsupportedModelException>(withFalseWord.Convert).Message, StringComparison.Ordinal);
        Assert.Contains("gptq", Assert.Throws<UnsupportedModelException>(otherwiseQuantized.Convert).Message, StringComparison.Ordinal);
        Assert.Contains("Mamba", Assert.Throws<UnsupportedModelException>(unknownKind.Convert).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_that_is_no_weight_is_refused_and_nothing_is_left()
    {
        using var folder = new CheckpointFolder().With(
            (name, rows, columns, codes) => CheckpointForms.Packed(name, rows, columns, [3, .. codes[1..]]), BitNet, CheckpointForms.Offline);

        Assert.Throws<ModelFormatException>(folder.Convert);

        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json"], Directory.GetFiles(folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_tensor_without_a_place_is_refused()
    {
        using var folder = new CheckpointFolder().With(
            (name, rows, columns, codes) => [.. CheckpointForms.Packed(name, rows, columns, codes), StoredTensor.F32(name + ".bias", [1], [0])],
            BitNet,
            CheckpointForms.Offline);

        Assert.Contains("bias", Assert.Throws<UnsupportedModelException>(folder.Convert).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_conversion_that_is_cancelled_leaves_the_old_file_as_it_was()
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Packed, BitNet, CheckpointForms.Offline);
        using var stop = new CancellationTokenSource();
        var output = Path.Combine(folder.Root, "out.gguf");
        File.WriteAllText(output, "old");

        Assert.Throws<OperationCanceledException>(() => CheckpointConverter.Convert(folder.Root, output, new Stopping(stop), stop.Token));

        Assert.Equal("old", File.ReadAllText(output));
        Assert.Empty(Directory.GetFiles(folder.Root, "*.part"));
    }

    [Fact]
    public void A_full_disk_is_known_by_its_number()
    {
        Assert.True(CheckpointConverter.IsDiskFull(new IOException("", 28)));
        Assert.True(CheckpointConverter.IsDiskFull(new IOException("", unchecked((int)0x80070070))));
        Assert.False(CheckpointConverter.IsDiskFull(new FileNotFoundException()));
    }

    /// <summary>Cancels after the first rows.</summary>
    private sealed class Stopping(CancellationTokenSource stop) : IProgress<double>
    {
        public void Report(double value) => stop.Cancel();
    }
}
