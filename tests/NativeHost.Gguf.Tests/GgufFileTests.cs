using Xunit;

namespace NativeHost.Gguf.Tests;

public sealed class GgufFileTests
{
    [Fact]
    public void The_dense_demo_model_is_read()
    {
        var file = GgufFile.Read(SampleFiles.DenseQ8);

        Assert.Equal(3, file.Version);
        Assert.Equal(32, file.Alignment);
        Assert.Equal(30_208, file.DataOffset);
        Assert.Equal(2_195_968, file.FileBytes);
        Assert.Equal(27, file.Metadata.Keys.Count);
        AssertIsDemoModel(file, "llama", "TabAgent Story");
        Assert.Equal(29, file.Tensors.Count);
        Assert.Equal(["F32", "Q8_0"], file.Tensors.Select(tensor => tensor.TypeName).Distinct().Order());
        Assert.Equal(file.FileBytes, EndOfData(file));
    }

    [Fact]
    public void The_half_precision_demo_model_is_read()
    {
        var file = GgufFile.Read(SampleFiles.DenseF16);

        AssertIsDemoModel(file, "llama", "TabAgent Story");
        Assert.Equal(["F16", "F32"], file.Tensors.Select(tensor => tensor.TypeName).Distinct().Order());
        Assert.Equal(file.FileBytes, EndOfData(file));
    }

    [Fact]
    public void The_ternary_demo_model_is_read()
    {
        var file = GgufFile.Read(SampleFiles.Ternary);

        AssertIsDemoModel(file, "bitnet-b1.58", "TabAgent Story BitNet b1.58");
        Assert.Equal(35, file.Tensors.Count);
        Assert.Equal(["F16", "F32", "I2_S"], file.Tensors.Select(tensor => tensor.TypeName).Distinct().Order());

        var down = file.Tensors.Single(tensor => tensor.Name == "blk.2.ffn_down.weight");
        Assert.Equal([512L, 256L], down.Dimensions);
        Assert.Equal((512 * 256 / 4) + 32, down.Bytes);
        Assert.Equal(file.FileBytes, EndOfData(file));
    }

    [Theory]
    [InlineData("bitnet-b1.58", 40, null)]
    [InlineData("llama", 39, null)]
    [InlineData("llama", 38, 17L * 8)]
    [InlineData("gpt-oss", 39, 17L * 8)]
    public void A_tensor_that_may_be_TL2_has_no_known_size(string architecture, uint fileType, long? bytes)
    {
        using var writer = new GgufWriter(architecture);
        writer.Add("general.file_type", fileType);
        writer.AddTensor("blk.0.ffn_up.weight", [256, 1], GgufTensorType.MXFP4, stream => stream.Write(new byte[17 * 8]));

        Assert.Equal(bytes, SampleFiles.Read(SampleFiles.Written(writer)).Tensors.Single().Bytes);
    }

    [Fact]
    public void Per_layer_heads_give_their_largest()
    {
        var file = SampleFiles.Read(SampleFiles.Small());

        Assert.Equal(4, file.HeadCountKv);
        Assert.Equal([2L, 4L], file.Metadata.Integers("llama.attention.head_count_kv"));
    }

    [Fact]
    public void A_header_that_says_little_gives_nulls()
    {
        using var writer = new GgufWriter("clip");
        var file = SampleFiles.Read(SampleFiles.Written(writer));

        Assert.Empty(file.Tensors);
        Assert.Null(file.ContextLength);
        Assert.Null(file.HeadCountKv);
        Assert.Null(file.KeyLength);
        Assert.Null(file.VocabularySize);
        Assert.Null(file.ChatTemplate);
        Assert.Null(file.SplitCount);
    }

    [Fact]
    public void A_value_of_another_kind_is_null()
    {
        var metadata = SampleFiles.Read(SampleFiles.Small()).Metadata;

        Assert.Null(metadata.Integer("general.name"));
        Assert.Null(metadata.Text("llama.block_count"));
        Assert.Null(metadata.Flag("llama.block_count"));
        Assert.Null(metadata.Integer("missing"));
        Assert.Null(metadata.Integers("tokenizer.ggml.tokens"));
        Assert.Equal(4096, metadata.Real("llama.context_length"));
        Assert.Equal(10_000, metadata.Real("llama.rope.freq_base"));
        Assert.True(metadata.Flag("tokenizer.ggml.add_bos_token"));
        Assert.Equal(4, metadata.ArrayLength("tokenizer.ggml.tokens"));
    }

    [Theory]
    [InlineData(0, 200, 200L)]
    [InlineData(1, 200, -56L)]
    [InlineData(4, 200, 200L)]
    [InlineData(5, -56, -56L)]
    [InlineData(10, 200, 200L)]
    [InlineData(10, -1, null)]
    [InlineData(11, -56, -56L)]
    public void An_integer_of_any_width_is_read_with_its_sign(uint type, long written, long? read)
    {
        var bytes = SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("key");
            writer.Write(type);
            writer.Write(written);
        });

        Assert.Equal(read, SampleFiles.Read(bytes).Metadata.Integer("key"));
    }

    [Fact]
    public void A_missing_file_is_not_a_format_error()
    {
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        Assert.Throws<FileNotFoundException>(() => GgufFile.Read(missing));
        Assert.Throws<UnauthorizedAccessException>(() => GgufFile.Read(Path.GetTempPath()));
    }

    private static void AssertIsDemoModel(GgufFile file, string architecture, string name)
    {
        Assert.Equal(architecture, file.Architecture);
        Assert.Equal(name, file.Name);
        Assert.Equal(512, file.ContextLength);
        Assert.Equal(3, file.BlockCount);
        Assert.Equal(256, file.EmbeddingLength);
        Assert.Equal(8, file.HeadCount);
        Assert.Equal(4, file.HeadCountKv);
        Assert.Equal(32, file.KeyLength);
        Assert.Equal(32, file.ValueLength);
        Assert.Equal(1024, file.VocabularySize);
        Assert.Equal(369, file.ChatTemplate?.Length);
    }

    private static long? EndOfData(GgufFile file) =>
        file.Tensors.Max(tensor => file.DataOffset + tensor.Offset + tensor.Bytes);
}
