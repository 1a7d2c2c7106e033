using System.Buffers.Binary;
using NativeHost.BitNet.Reading;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Reading;

public sealed class RefusedModelTests
{
    [Fact]
    public void A_missing_number_is_named()
    {
        AssertWrong(new SampleModel().Without(".block_count"), "bitnet-b1.58.block_count is missing.");
        AssertWrong(new SampleModel().Without(".embedding_length"), "bitnet-b1.58.embedding_length is missing.");
        AssertWrong(new SampleModel().Without(".attention.layer_norm_rms_epsilon"), "bitnet-b1.58.attention.layer_norm_rms_epsilon is missing.");
        AssertWrong(new SampleModel().Without("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens is missing.");
    }

    [Fact]
    public void Numbers_outside_their_bounds_are_refused()
    {
        AssertWrong(new SampleModel().With(".block_count", 513u), "bitnet-b1.58.block_count is 513; it must be from 1 to 512.");
        AssertWrong(new SampleModel().With(".embedding_length", 0u), "bitnet-b1.58.embedding_length is 0; it must be from 1 to 65536.");
        AssertWrong(new SampleModel().With(".attention.layer_norm_rms_epsilon", 1f), "attention.layer_norm_rms_epsilon is 1; it must be small and above 0.");
        AssertWrong(new SampleModel().With(".rope.freq_base", float.NaN), "bitnet-b1.58.rope.freq_base is NaN; it must be above 0.");
    }

    [Fact]
    public void Numbers_that_do_not_go_together_are_refused()
    {
        AssertWrong(new SampleModel().With(".attention.head_count", 7u), "7 heads cannot share a width of 256.");
        AssertWrong(new SampleModel().With(".attention.head_count_kv", 3u), "8 heads cannot share the keys and values of 3.");
        AssertWrong(new SampleModel().With(".rope.dimension_count", 34u), "34 of the 32 numbers of a head cannot be rotated in pairs.");
        AssertWrong(new SampleModel().With(".rope.dimension_count", 31u), "31 of the 32 numbers of a head cannot be rotated in pairs.");
        AssertWrong(
            new SampleModel().With(".attention.key_length", 64u),
            "tensor blk.0.attn_sub_norm.weight has 256 elements where the header makes it 512.");
        AssertWrong(
            new SampleModel().With("tokenizer.ggml.tokens", (string[])["a", "b"]),
            "the vocabulary has 2 tokens, but token_embd.weight has 8 rows.");
    }

    [Fact]
    public void A_tensor_that_is_missing_or_of_another_shape_is_named()
    {
        AssertWrong(new SampleModel().Without(TensorNames.Embedding), "tensor token_embd.weight is missing.");
        AssertWrong(new SampleModel().Without(TensorNames.OutputNorm), "tensor output_norm.weight is missing.");
        AssertWrong(new SampleModel().Without("blk.0.attn_sub_norm.weight"), "tensor blk.0.attn_sub_norm.weight is missing.");
        AssertWrong(new SampleModel().Without("blk.0.ffn_up.weight"), "tensor blk.0.ffn_up.weight is missing.");
        AssertWrong(
            new SampleModel().With(".block_count", 2u), "tensor blk.1.attn_norm.weight is missing.");
        AssertWrong(
            new SampleModel().Add("blk.0.attn_k.weight", GgufTensorType.I2S, 256, 64),
            "tensor blk.0.attn_k.weight has 256 × 64 elements where the header makes it 256 × 32.");
    }

    [Fact]
    public void Rows_of_I2_S_have_whole_blocks()
    {
        var sample = new SampleModel("llama").With(".attention.head_count", 8u).With(".attention.key_length", 8u).Without(".attention.head_count_kv");
        sample.Add("blk.0.attn_q.weight", GgufTensorType.I2S, 256, 64).Add("blk.0.attn_k.weight", GgufTensorType.I2S, 256, 64);
        sample.Add("blk.0.attn_v.weight", GgufTensorType.I2S, 256, 64).Add("blk.0.attn_output.weight", GgufTensorType.I2S, 64, 256);

        AssertWrong(sample, "the rows of tensor blk.0.attn_output.weight have 64 elements, no multiple of 128.");
    }

    [Fact]
    public void What_a_model_computes_besides_is_not_left_out()
    {
        AssertUnsupported(
            new SampleModel("llama").Add("blk.0.attn_q.bias", GgufTensorType.F32, 256),
            " has a tensor blk.0.attn_q.bias, for which the architecture llama has no use here.");
        AssertUnsupported(new SampleModel("bitnet").With(".hidden_activation", "gelu"), " has the activation gelu, which is not computed here.");
        AssertUnsupported(new SampleModel("llama").With(".rope.scaling.type", "yarn"), " scales its positions by yarn, which is not computed here.");
        AssertUnsupported(new SampleModel("qwen3").With(".pooling_type", 4u), " asks for the pooling type 4, which is not computed here.");
        AssertUnsupported(new SampleModel("qwen3").With(".attention.causal", false), " has tokens see later ones, which is not computed here.");
        AssertUnsupported(
            new SampleModel().With(".attention.value_length", 64u),
            " has keys of 32 numbers and values of 64, which are not computed here together.");
        AssertUnsupported(
            new SampleModel().With(".feed_forward_length", (int[])[256, 512]),
            " has another bitnet-b1.58.feed_forward_length in some layers than in others, which is not computed here.");
        AssertUnsupported(new SampleModel("gpt2"), " is of the architecture gpt2, of which no ternary models are run here.");
        AssertUnsupported(new SampleModel().With("split.count", 2u), " is one of the 2 files of a model; ternary models are read from one file.");
        AssertUnsupported(
            new SampleModel().Add(TensorNames.Embedding, 13, 256, 8),
            " holds token_embd.weight in the type Q5_K; it is read in F32, F16, BF16, Q8_0, Q6_K, Q4_K and Q4_0.");
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(-1f, "-1")]
    public void A_scale_of_I2_S_is_a_number_above_0(float scale, string text) => AssertWrong(
        new SampleModel().Change(SampleModel.Gate, data => BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(^32), scale)),
        $"tensor blk.0.ffn_gate.weight has the scale {text}.");

    [Theory]
    [InlineData(GgufTensorType.TQ2, float.NaN, "has weights of the scale NaN")]
    [InlineData(GgufTensorType.TQ2, -1f, "has weights of the scale -1")]
    [InlineData(GgufTensorType.TQ2, 0f, "has weights of the scale 0")]
    [InlineData(GgufTensorType.TQ1, float.NegativeInfinity, "has weights of the scale -Infinity")]
    [InlineData(GgufTensorType.TQ1, 0f, "has weights of the scale 0")]
    public void A_scale_of_a_block_is_a_number_above_0(uint type, float scale, string problem)
    {
        var rowBytes = (int)GgufTensorType.Find(type)!.Bytes(SampleModel.Width);

        AssertWrongRow(
            new SampleModel(matrices: type)
                .Change(SampleModel.Gate, data => BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan((2 * rowBytes) - 2), (Half)scale)),
            1,
            $"row 1 of tensor blk.0.ffn_gate.weight {problem}.");
    }

    [Theory]
    [InlineData(GgufTensorType.I2S, 64)]
    [InlineData(GgufTensorType.TQ2, 66)]
    public void A_code_of_3_is_refused(uint type, int rowBytes) => AssertWrongRow(
        new SampleModel(matrices: type).Change(SampleModel.Gate, data => data[(7 * rowBytes) + 63] |= 0b11_00_00),
        7,
        "row 7 of tensor blk.0.ffn_gate.weight has a code of 3, which is no weight.");

    [Fact]
    public void Weights_without_a_scale_are_refused() => AssertWrongRow(
        new SampleModel().Change(SampleModel.Gate, data =>
        {
            data.AsSpan().Fill(0x55);
            data.AsSpan(^32).Clear();
            data[0] = 0x56;
        }),
        0,
        "row 0 of tensor blk.0.ffn_gate.weight has weights, but a scale of 0.");

    [Theory]
    [InlineData(GgufTensorType.F16)]
    [InlineData(GgufTensorType.BF16)]
    [InlineData(GgufTensorType.F32)]
    public void Numbers_of_several_sizes_are_no_ternary_weights(uint type)
    {
        var size = GgufTensorType.Find(type)!.BlockBytes;
        foreach (var place in (int[])[0, 1, 100, 255])
        {
            var sample = new SampleModel(matrices: type);
            var stored = sample.Tensors[SampleModel.Gate].Data.AsSpan(place * size, size);
            SampleWeights.Encode(type, [2], 0.0625f).CopyTo(stored);

            var problem = RowProblem(sample, 0);
            Assert.StartsWith("row 0 of tensor blk.0.ffn_gate.weight is not ternary: it has the weights 0.0", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused()
    {
        AssertWrongRow(
            new SampleModel(matrices: GgufTensorType.F16).Change(SampleModel.Gate, data => data.AsSpan(0, 2).Fill(0xFF)),
            0,
            "row 0 of tensor blk.0.ffn_gate.weight has a number that is not finite.");
        AssertWrong(
            new SampleModel().Change("blk.0.attn_norm.weight", data => data.AsSpan(0, 4).Fill(0xFF)),
            "row 0 of tensor blk.0.attn_norm.weight has a number that is not finite.");
        AssertWrong(
            new SampleModel("bitnet").Add("blk.0.ffn_gate.scale", GgufTensorType.F32, [1], BitConverter.GetBytes(-1f)),
            "tensor blk.0.ffn_gate.scale is -1; it must be above 0.");
    }

    [Fact]
    public void What_is_no_model_at_all_is_refused()
    {
        using var file = new SampleFile([1, 2, 3]);
        Assert.Throws<ModelFormatException>(() => TernaryModelFile.Open(file.Path));
        Assert.Throws<UnsupportedModelException>(() => TernaryModelFile.Open(Path.GetTempPath()));
        Assert.Throws<FileNotFoundException>(() => TernaryModelFile.Open(file.Path + ".none"));
    }

    private static void AssertWrong(SampleModel sample, string problem)
    {
        using var file = new SampleFile(sample.Written());
        Assert.Equal(problem, Assert.Throws<ModelFormatException>(() => TernaryModelFile.Open(file.Path)).Problem);
    }

    private static void AssertUnsupported(SampleModel sample, string problem)
    {
        using var file = new SampleFile(sample.Written());
        Assert.Equal(file.Path + problem, Assert.Throws<UnsupportedModelException>(() => TernaryModelFile.Open(file.Path)).Message);
    }

    private static void AssertWrongRow(SampleModel sample, int row, string problem) => Assert.Equal(problem, RowProblem(sample, row));

    /// <summary>Reads a row of the gate's matrix that is wrong, in each way there is.</summary>
    private static string RowProblem(SampleModel sample, int row)
    {
        using var file = new SampleFile(sample.Written());
        using var model = TernaryModelFile.Open(file.Path);
        var rows = model.Matrix(0, MatrixRole.Gate);
        var codes = new byte[SampleModel.Width];
        rows.Read(row + 2, codes);
        var wrong = Assert.Throws<ModelFormatException>(() => rows.Read(row, codes));
        if (rows is IRawTernaryRows raw)
        {
            Assert.Equal(wrong.Message, Assert.Throws<ModelFormatException>(() => raw.CheckCodes(row, row + 1)).Message);
        }

        return wrong.Problem;
    }
}
