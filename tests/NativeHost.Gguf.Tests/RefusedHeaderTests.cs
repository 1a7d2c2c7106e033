using System.Text;
using Xunit;

namespace NativeHost.Gguf.Tests;

public sealed class RefusedHeaderTests
{
    private const uint UInt32 = 4;
    private const uint Text = 8;
    private const uint Array = 9;

    [Fact]
    public void A_header_cut_anywhere_is_refused()
    {
        const int Seed = 20_251;
        var random = new Random(Seed);
        foreach (var path in new[] { SampleFiles.DenseQ8, SampleFiles.Ternary })
        {
            var whole = File.ReadAllBytes(path);
            var header = (int)GgufFile.Read(path).DataOffset;
            for (var i = 0; i < 100; i++)
            {
                // Half of the cuts in the header, half in the data.
                var length = i % 2 == 0 ? random.Next(header) : random.Next(header, whole.Length);
                Refused(whole[..length]);
            }
        }
    }

    [Fact]
    public void A_text_longer_than_the_file_is_refused_where_it_stands()
    {
        var failure = Refused(SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("key");
            writer.Write(Text);
            writer.Write(ulong.MaxValue);
        }));

        Assert.Equal(24 + 8 + 3 + 4, failure.Offset);
        Assert.Contains("sample.gguf", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_pairs_or_tensors_than_the_file_can_hold_are_refused()
    {
        Assert.Contains("metadata", Refused(SampleFiles.Raw(0, 8, _ => { }, zeros: 100)).Message, StringComparison.Ordinal);
        Assert.Contains("tensors", Refused(SampleFiles.Raw(4, 0, _ => { }, zeros: 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_or_byte_order_is_refused_in_words()
    {
        Assert.Contains("version is 1", Refused(SampleFiles.Raw(0, 0, _ => { }, version: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("version is 4", Refused(SampleFiles.Raw(0, 0, _ => { }, version: 4)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "big endian",
            Refused(SampleFiles.Raw(0, 0, _ => { }, version: 0x03000000)).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, SampleFiles.Read(SampleFiles.Raw(0, 0, _ => { }, version: 2)).Version);
    }

    [Fact]
    public void Something_else_is_refused_at_its_first_byte()
    {
        Assert.Equal(0, Refused(Encoding.ASCII.GetBytes("<!DOCTYPE html>")).Offset);
        Assert.Equal(0, Refused([]).Offset);
    }

    [Fact]
    public void A_key_or_tensor_that_stands_twice_is_refused()
    {
        Assert.Contains("key twin", Refused(SampleFiles.Raw(0, 2, writer => WritePairs(writer, "twin", "twin"))).Message, StringComparison.Ordinal);
        var tensors = SampleFiles.Raw(
            2,
            0,
            writer =>
            {
                writer.WriteTensor("twin", [1], GgufTensorType.F32, 0);
                writer.WriteTensor("twin", [1], GgufTensorType.F32, 0);
            },
            zeros: 64);
        Assert.Contains("tensor twin", Refused(tensors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Arrays_may_be_nested_four_deep(int depth, bool accepted)
    {
        var bytes = SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("key");
            for (var i = 0; i < depth; i++)
            {
                writer.Write(Array);
                if (i > 0)
                {
                    writer.Write(1UL);
                }
            }

            writer.Write(UInt32);
            writer.Write(1UL);
            writer.Write(7u);
        });

        if (accepted)
        {
            Assert.Equal(1, SampleFiles.Read(bytes).Metadata.ArrayLength("key"));
        }
        else
        {
            Assert.Contains("nested", Refused(bytes).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(48)]
    [InlineData(2 * 1024 * 1024)]
    public void An_alignment_that_is_no_small_power_of_two_is_refused(uint alignment) =>
        Refused(SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("general.alignment");
            writer.Write(UInt32);
            writer.Write(alignment);
        }));

    [Theory]
    [InlineData(0, 0UL, 8UL)] // unaligned
    [InlineData(0, 0UL, 1UL << 40)] // begins behind the file
    [InlineData(0, 0UL, ulong.MaxValue - 31)]
    [InlineData(0, 0UL, 128UL)] // begins in the file, ends behind it
    [InlineData(8, 0UL, 0UL)] // a row of 16 is no whole block of Q8_0
    [InlineData(0, 1UL << 62, 0UL)] // the bytes overflow
    [InlineData(0, ulong.MaxValue, 0UL)]
    [InlineData(99, 0UL, 1UL << 40)] // an unknown type's offset is still checked
    public void A_tensor_that_does_not_lie_in_the_file_is_refused(uint type, ulong rows, ulong offset) =>
        Refused(SampleFiles.Raw(1, 0, writer => writer.WriteTensor("t", [16, rows == 0 ? 1 : rows], type, offset), zeros: 128));

    [Theory]
    [InlineData(new ulong[] { })]
    [InlineData(new ulong[] { 1, 1, 1, 1, 1 })]
    [InlineData(new ulong[] { 4, 0 })]
    public void A_tensor_has_one_to_four_dimensions_that_are_not_zero(ulong[] dimensions) =>
        Refused(SampleFiles.Raw(1, 0, writer => writer.WriteTensor("t", dimensions, GgufTensorType.F32, 0), zeros: 128));

    [Fact]
    public void A_tensor_of_an_unknown_type_has_no_length()
    {
        var file = SampleFiles.Read(SampleFiles.Raw(1, 0, writer => writer.WriteTensor("t", [16], 99, 0), zeros: 64));

        Assert.Null(file.Tensors[0].Bytes);
        Assert.Equal("type 99", file.Tensors[0].TypeName);
    }

    private static void WritePairs(BinaryWriter writer, params string[] keys)
    {
        foreach (var key in keys)
        {
            writer.WriteText(key);
            writer.Write(UInt32);
            writer.Write(1u);
        }
    }

    private static ModelFormatException Refused(byte[] bytes) =>
        Assert.Throws<ModelFormatException>(() => SampleFiles.Read(bytes));
}
