using System.Buffers.Binary;
using NativeHost.BitNet.Conversion;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Conversion;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void A_header_tells_types_shapes_and_places()
    {
        var file = Read(SafetensorsBytes.Of([StoredTensor.F32("a", [2, 3], new float[6]), StoredTensor.F16("b", [], [1])]));

        var (a, b) = (file.Tensors.Single(tensor => tensor.Name == "a"), file.Tensors.Single(tensor => tensor.Name == "b"));
        Assert.Equal(("F32", 24L), (a.Type, a.Bytes));
        Assert.Equal([2, 3], a.Shape);
        Assert.Equal((a.Offset + 24, 2L), (b.Offset, b.Bytes));
        Assert.Empty(b.Shape);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4]}}""")]
    [InlineData("""{"a": {"dtype": 8, "shape": [4], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 5]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [5], "data_offsets": [0, 5]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4], "data_offsets": [4, 0]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4], "data_offsets": [-4, 0]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [-2, -2], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4.5], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [4611686018427387905], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [4294967296, 4294967296, 4294967296], "data_offsets": [0, 0]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}, "a": {"dtype": "U8", "shape": [0], "data_offsets": [4, 4]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}, "b": {"dtype": "U8", "shape": [2], "data_offsets": [2, 4]}}""")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}, "b": {"dtype": "U8", "shape": [2], "data_offsets": [2, 4]}}""")]
    [InlineData("""{"\ud800": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}""")]
    public void A_header_that_does_not_fit_the_file_is_refused(string header)
    {
        Assert.Throws<ModelFormatException>(() => Read(SafetensorsBytes.WithHeader(header, new byte[4])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_file_without_room_for_a_header_is_refused(int length)
    {
        Assert.Throws<ModelFormatException>(() => Read(new byte[length]));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(99_999_999UL)]
    public void A_header_longer_than_the_file_is_not_waited_for(ulong length)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        Assert.Throws<ModelFormatException>(() => Read(bytes));
    }

    [Fact]
    public void Any_bytes_are_a_file_or_are_refused()
    {
        var random = new Random(5);
        var good = SafetensorsBytes.Of([StoredTensor.F32("a", [2, 3], new float[6]), StoredTensor.F16("b", [2], [1, 2])]);
        for (var round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. good];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.All(Read(bytes).Tensors, tensor => Assert.InRange(tensor.Offset + tensor.Bytes, 0, bytes.Length));
            }
            catch (ModelFormatException)
            {
                // Refused, as it may be.
            }
        }
    }

    private static SafetensorsFile Read(byte[] bytes) => SafetensorsFile.Read("test.safetensors", new MemoryStream(bytes));
}
