using System.Buffers.Binary;
using System.Text;
using NativeHost.BitNet.Reading;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Reading;

public sealed class TernaryDialectTests
{
    private const uint I8 = 24;
    private const uint TL1 = 38;
    private const uint TL2 = 39;
    private const int BytesOfTL2 = 5664; // of 512 × 48: (256 * 48 / 3 * 5 + 256 * 48 * 2) / 8 + 32
    private const string TakeOther = "; take the file ggml-model-i2_s.gguf of the same model";

    [Theory]
    [InlineData("bitnet", GgufTensorType.F16, true)]
    [InlineData("bitnet-25", GgufTensorType.F16, true)]
    [InlineData("bitnet-b1.58", 12u, true)]
    [InlineData("llama", GgufTensorType.F16, false)]
    [InlineData("llama", 12u, false)]
    [InlineData("llama", GgufTensorType.I2S, true)]
    [InlineData("llama", GgufTensorType.TQ1, true)]
    [InlineData("llama", GgufTensorType.TQ2, true)]
    [InlineData("qwen3", GgufTensorType.I2S, true)]
    [InlineData("gemma3", GgufTensorType.I2S, true)]
    [InlineData("gemma3", TL2, false)]
    [InlineData("gpt2", GgufTensorType.I2S, false)]
    public void A_file_is_the_ternary_engines_by_its_architecture_or_its_matrices(string architecture, uint type, bool isTernary)
    {
        var sample = new SampleModel(architecture);
        foreach (var role in Enum.GetValues<MatrixRole>())
        {
            sample.Add(TensorNames.Of(0, role), type, [256, 1], new byte[GgufTensorType.Find(type)!.Bytes(256)]);
        }

        Assert.Equal(isTernary, TernaryDialect.IsTernary(Header(sample.Written())));
    }

    [Fact]
    public void An_embedding_in_a_ternary_type_makes_no_ternary_model()
    {
        var sample = new SampleModel("llama", GgufTensorType.F16).Add(TensorNames.Embedding, GgufTensorType.TQ2, 256, 8);

        Assert.False(TernaryDialect.IsTernary(Header(sample.Written())));
    }

    [Theory]
    [InlineData(TL1, "TL1, which is cut into tiles for one processor, whose sizes are not in the file" + TakeOther)]
    [InlineData(TL2, "TL2, which is cut into tiles for one processor, whose sizes are not in the file" + TakeOther)]
    [InlineData(134u, "IQ1_BN, which only ik_llama.cpp reads" + TakeOther)]
    [InlineData(135u, "IQ2_BN, which only ik_llama.cpp reads" + TakeOther)]
    [InlineData(40u, "NVFP4, which is not read here as ternary weights; take a file of the model in I2_S or TQ2_0")]
    [InlineData(41u, "Q1_0, which is not read here as ternary weights; take a file of the model in I2_S or TQ2_0")]
    [InlineData(42u, "Q2_0, which is not read here as ternary weights; take a file of the model in I2_S or TQ2_0")]
    [InlineData(12u, "Q4_K, which is no encoding of ternary weights; take a file of the model in I2_S or TQ2_0")]
    [InlineData(37u, "type 37, which is no encoding of ternary weights; take a file of the model in I2_S or TQ2_0")]
    public void A_matrix_in_another_type_is_refused_with_what_to_take_instead(uint type, string reason)
    {
        var bytes = WithType(new SampleModel(matrices: GgufTensorType.F32).Written(), SampleModel.Gate, [256, 256], type);

        Assert.Equal($"holds blk.0.ffn_gate.weight in the type {reason}.", Refusal(bytes));
    }

    [Fact]
    public void A_file_in_TL2_is_read_although_llama_cpp_has_a_larger_type_of_that_number()
    {
        // The last tensor of its file, and smaller than one in MXFP4: 512 × 48 / 32 * 17 = 13,056 bytes.
        var bytes = OfTL2("bitnet", BytesOfTL2, fileType: 39);

        Assert.True(TernaryDialect.IsTernary(Header(bytes)));
        Assert.StartsWith("holds blk.0.ffn_down.weight in the type TL2, ", Refusal(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BytesOfTL2, 39u, true)]
    [InlineData(BytesOfTL2 + 32, 39u, false)]
    [InlineData(BytesOfTL2 - 32, 39u, false)]
    [InlineData(13_056, 38u, false)]
    [InlineData(13_056, 39u, false)]
    public void A_llama_is_in_TL2_only_where_its_file_type_and_all_sizes_say_so(int size, uint fileType, bool isTernary)
    {
        var header = Header(OfTL2("llama", size, fileType));

        Assert.Equal(isTernary, TernaryDialect.IsTernary(header));
    }

    [Fact]
    public void The_size_of_MXFP4_is_checked_where_it_cannot_be_TL2()
        => Assert.Throws<ModelFormatException>(() => Header(OfTL2("llama", BytesOfTL2, fileType: 38)));

    private static byte[] OfTL2(string architecture, int size, uint fileType)
    {
        var name = TensorNames.Of(0, MatrixRole.Down);
        var sample = new SampleModel(architecture, GgufTensorType.F16).With("general.file_type", fileType).Without(name);
        sample.Add(name, I8, [size, 1], new byte[size]);
        return WithType(sample.Written(), name, [512, 48], TL2);
    }

    /// <summary>Changes the type of a tensor, and its dimensions, and not its data.</summary>
    private static byte[] WithType(byte[] file, string tensor, ReadOnlySpan<long> dimensions, uint type)
    {
        byte[] entry = [.. BitConverter.GetBytes((ulong)tensor.Length), .. Encoding.UTF8.GetBytes(tensor), .. BitConverter.GetBytes(dimensions.Length)];
        var place = file.AsSpan().IndexOf(entry);
        Assert.True(place > 0);
        place += entry.Length;
        foreach (var dimension in dimensions)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(place), dimension);
            place += sizeof(long);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(place), type);
        return file;
    }

    private static GgufFile Header(byte[] bytes)
    {
        using var file = new SampleFile(bytes);
        return GgufFile.Read(file.Path);
    }

    /// <summary>Why a file is not supported, without its path.</summary>
    private static string Refusal(byte[] bytes)
    {
        using var file = new SampleFile(bytes);
        return Assert.Throws<UnsupportedModelException>(() => TernaryModelFile.Open(file.Path)).Message[(file.Path.Length + 1)..];
    }
}
