using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class QuantLabelTests
{
    [Fact]
    public void Real_names_have_the_label_that_their_publisher_meant()
    {
        var wrong = QuantNames.All
            .Select(name => (name.Path, Expected: name.Label, Read: QuantLabel.OfPath(name.Path)?.Text))
            .Where(name => name.Expected != name.Read);

        Assert.Empty(wrong);
        Assert.True(QuantNames.All.Count > 120);
    }

    [Theory]
    [InlineData("F32", 32)]
    [InlineData("BF16_R16", 16)]
    [InlineData("Q8_0", 8.5)]
    [InlineData("Q4_K_M", 4.9)]
    [InlineData("UD-Q4_K_XL", 5.1)]
    [InlineData("Q4_0_R8", 4.7)]
    [InlineData("MXFP4_MOE", 4.3)]
    [InlineData("IQ2_XXS_R4", 2.4)]
    [InlineData("Q1_0_G128", 1.2)]
    [InlineData("I2_S", 2)]
    [InlineData("Q4", 4.5)]
    [InlineData("Q7_K", 7.5)]
    public void A_label_tells_its_bits(string label, double bits) => Assert.Equal(bits, QuantLabel.Parse(label)!.BitsPerWeight);

    [Theory]
    [InlineData("F32", "Q8_0")]
    [InlineData("F16", "Q8_0")]
    [InlineData("Q8_0", "Q6_K")]
    [InlineData("Q6_K_L", "Q6_K")]
    [InlineData("Q6_K", "Q5_K_M")]
    [InlineData("Q5_K_M", "UD-Q4_K_XL")]
    [InlineData("UD-Q4_K_XL", "Q4_K_XL")]
    [InlineData("UD-Q4_K_XL", "Q4_K_M")]
    [InlineData("Q4_K_M", "Q4_K_S")]
    [InlineData("Q4_K_S", "Q4_0")]
    [InlineData("Q4_K_S", "IQ4_XS")]
    [InlineData("IQ4_XS", "Q3_K_M")]
    [InlineData("Q3_K_M", "IQ3_XXS")]
    [InlineData("IQ3_XXS", "Q2_K")]
    [InlineData("Q2_K", "IQ2_XXS")]
    [InlineData("IQ2_XXS", "I2_S")]
    [InlineData("I2_S", "IQ1_S")]
    [InlineData("Q5_K_XXL", "Q4_K_XXL")]
    [InlineData("Q5_1", "Q5_K_XXL")]
    public void Better_quality_ranks_first(string better, string worse)
        => Assert.True(QuantLabel.Parse(better)!.Rank < QuantLabel.Parse(worse)!.Rank);

    [Theory]
    [InlineData("q4_k_m", "Q4_K_M")]
    [InlineData("ud-q4_k_xl", "UD-Q4_K_XL")]
    [InlineData("fp16", "F16")]
    [InlineData("Q4", "Q4")]
    [InlineData("Q4_K_M.gguf", null)]
    [InlineData("x-Q4_K_M", null)]
    [InlineData("Q4_K_M\n", null)]
    [InlineData("latest", null)]
    [InlineData("", null)]
    public void A_typed_label_is_one_in_any_case_and_nothing_else(string text, string? label)
        => Assert.Equal(label, QuantLabel.Parse(text)?.Text);

    [Theory]
    [InlineData("Q4_K_M", true)]
    [InlineData("UD-IQ2_XXS", true)]
    [InlineData("I2_S", true)]
    [InlineData("TQ1_0", true)]
    [InlineData("MXFP4_MOE", true)]
    [InlineData("Q4_0_4_8", false)]
    [InlineData("Q4_0_R8", false)]
    [InlineData("IQ4_KS", false)]
    [InlineData("IQ2_BN", false)]
    [InlineData("TL2", false)]
    [InlineData("IQ3_KL", false)]
    public void Formats_of_forks_are_told_apart(string text, bool isCommon) => Assert.Equal(isCommon, QuantLabel.Parse(text)!.IsCommon);

    [Theory]
    [InlineData(15, "llama", "Q4_K_M")]
    [InlineData(15 + 1024, "llama", "Q4_K_M")]
    [InlineData(0, "llama", "F32")]
    [InlineData(32, "qwen3", "BF16")]
    [InlineData(38, "gpt-oss", "MXFP4_MOE")]
    [InlineData(39, "llama", "NVFP4")]
    [InlineData(40, "llama", "Q1_0")]
    [InlineData(40, "bitnet-b1.58", "I2_S")]
    [InlineData(40, "bitnet-25", "I2_S")]
    [InlineData(39, "bitnet", "TL2")]
    [InlineData(38, "bitnet-b1.58", "TL1")]
    [InlineData(1, "bitnet-b1.58", "F16")]
    [InlineData(40, null, "Q1_0")]
    [InlineData(41, "qwen3", "Q2_0")]
    [InlineData(42, "llama", null)]
    [InlineData(4, "llama", null)]
    [InlineData(-1, "llama", null)]
    [InlineData(long.MaxValue, "llama", null)]
    public void A_file_type_is_read_in_the_dialect_of_its_architecture(long fileType, string? architecture, string? label)
        => Assert.Equal(label, QuantLabel.OfFileType(fileType, architecture)?.Text);

    [Theory]
    [InlineData("Qwen3-8B-UD-Q4_K_XL.gguf", "Qwen3-8B")]
    [InlineData("UD-Q3_K_XL/Qwen3-235B-A22B-UD-Q3_K_XL-00001-of-00003.gguf", "Qwen3-235B-A22B")]
    [InlineData("Meta-Llama-3.1-70B-Instruct-Q8_0/Meta-Llama-3.1-70B-Instruct-Q8_0-00001-of-00002.gguf", "Meta-Llama-3.1-70B-Instruct")]
    [InlineData("Q4_K_M/model-00001-of-00003.gguf", "model")]
    [InlineData("7B/ggml-model-q4_0.gguf", "7B/ggml-model")]
    [InlineData("L3-8B-Stheno-v3.2-Q4_K_M-imat.gguf", "L3-8B-Stheno-v3.2-imat")]
    [InlineData("Model-55IQ2_XXS-34Q2_K-07Q8_0-03F16.gguf", "Model")]
    [InlineData("Llama3-TQ1_0-F16.gguf", "Llama3")]
    [InlineData("Q4_K_M.gguf", "")]
    [InlineData("model.gguf", "model")]
    public void The_rest_of_the_name_is_the_model(string path, string model) => Assert.Equal(model, GgufName.Of(path).Model);

    [Fact]
    public void A_name_as_long_as_it_can_be_is_read_in_no_time()
    {
        var name = string.Concat(Enumerable.Repeat("UDXIQ2_XXS_R4", 80));
        var mixture = string.Concat(Enumerable.Repeat("-12IQ2_XXS", 100));

        Assert.Null(QuantLabel.OfPath(name));
        Assert.Equal("IQ2_XXS", QuantLabel.OfPath(mixture)!.Text);
    }
}
