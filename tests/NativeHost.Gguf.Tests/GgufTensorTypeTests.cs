using Xunit;

namespace NativeHost.Gguf.Tests;

public sealed class GgufTensorTypeTests
{
    [Theory]
    [InlineData(0, "F32", 4096)]
    [InlineData(1, "F16", 2048)]
    [InlineData(2, "Q4_0", 576)]
    [InlineData(3, "Q4_1", 640)]
    [InlineData(6, "Q5_0", 704)]
    [InlineData(7, "Q5_1", 768)]
    [InlineData(8, "Q8_0", 1088)]
    [InlineData(9, "Q8_1", 1152)]
    [InlineData(10, "Q2_K", 336)]
    [InlineData(11, "Q3_K", 440)]
    [InlineData(12, "Q4_K", 576)]
    [InlineData(13, "Q5_K", 704)]
    [InlineData(14, "Q6_K", 840)]
    [InlineData(15, "Q8_K", 1168)]
    [InlineData(16, "IQ2_XXS", 264)]
    [InlineData(17, "IQ2_XS", 296)]
    [InlineData(18, "IQ3_XXS", 392)]
    [InlineData(19, "IQ1_S", 200)]
    [InlineData(20, "IQ4_NL", 576)]
    [InlineData(21, "IQ3_S", 440)]
    [InlineData(22, "IQ2_S", 328)]
    [InlineData(23, "IQ4_XS", 544)]
    [InlineData(24, "I8", 1024)]
    [InlineData(25, "I16", 2048)]
    [InlineData(26, "I32", 4096)]
    [InlineData(27, "I64", 8192)]
    [InlineData(28, "F64", 8192)]
    [InlineData(29, "IQ1_M", 224)]
    [InlineData(30, "BF16", 2048)]
    [InlineData(34, "TQ1_0", 216)]
    [InlineData(35, "TQ2_0", 264)]
    [InlineData(36, "I2_S", 288)]
    [InlineData(39, "MXFP4", 544)]
    [InlineData(40, "NVFP4", 576)]
    [InlineData(41, "Q1_0", 144)]
    [InlineData(42, "Q2_0", 288)]
    public void A_thousand_and_twenty_four_elements_take_so_many_bytes(uint id, string name, long bytes)
    {
        var type = GgufTensorType.Find(id);

        Assert.Equal(name, type?.Name);
        Assert.Equal(bytes, type?.Bytes(1024));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(31)]
    [InlineData(38)]
    [InlineData(43)]
    public void Numbers_without_a_format_are_unknown(uint id) => Assert.Null(GgufTensorType.Find(id));

    [Fact]
    public void Half_a_block_has_no_size() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GgufTensorType.Find(GgufTensorType.Q8)!.Bytes(16));
}
