using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Heads;

public sealed class HeadPackingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_lie_in_pairs_of_columns_with_the_rows_between(bool asHalves)
    {
        using var source = new MemoryRows(17, 66, (row, column) => (((row * 7) + (column * 3)) % 255) - 127, asHalves);
        using var head = new HeadFixture(HeadKind.Byte, KernelLevel.Scalar, source);
        var tiles = head.Tiles(ByteHead.BytesOf(17, 66));

        Assert.Equal(2 * 16 * 128, tiles.Length);
        for (var row = 0; row < 32; row++)
        {
            for (var column = 0; column < 128; column++)
            {
                var found = (sbyte)tiles[(row / 16 * 2048) + (column / 2 * 32) + (row % 16 * 2) + (column % 2)];
                Assert.Equal(Number(source, row, column, 127), found);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nibbles_lie_in_eights_of_columns_with_the_rows_between(bool asHalves)
    {
        using var source = new MemoryRows(17, 66, (row, column) => (((row * 7) + (column * 3)) % 255) - 127, asHalves);
        using var head = new HeadFixture(HeadKind.Nibble, KernelLevel.Scalar, source);
        var tiles = head.Tiles(NibbleHead.BytesOf(17, 66));

        Assert.Equal(2 * 16 * 64, tiles.Length);
        for (var row = 0; row < 32; row++)
        {
            for (var column = 0; column < 128; column++)
            {
                var both = tiles[(row / 16 * 1024) + (column / 8 * 64) + (row % 16 * 4) + (column % 4)];
                Assert.Equal(Number(source, row, column, 7) + 8, column % 8 < 4 ? both & 15 : both >> 4);
            }
        }
    }

    [Fact]
    public void A_row_scale_is_the_largest_value_in_steps()
    {
        using var source = new MemoryRows(3, 40, (row, column) => row == 1 ? 0 : column == 39 ? -2 : 1);
        using var bytes = new HeadFixture(HeadKind.Byte, KernelLevel.Scalar, source);
        using var nibbles = new HeadFixture(HeadKind.Nibble, KernelLevel.Scalar, source);

        Assert.Equal([2f / 127, 0, 2f / 127, .. new float[13]], bytes.RowScales);
        Assert.Equal([2f / 7, 0, 2f / 7, .. new float[13]], nibbles.RowScales);
    }

    [Fact]
    public void Values_that_are_not_finite_do_not_stop_the_packing()
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f];
        using var source = new MemoryRows(16, 64, (row, column) => column == 0 ? odd[row % 4] : 1, asHalves: false);
        using var bytes = new HeadFixture(HeadKind.Byte, KernelLevel.Scalar, source);
        using var nibbles = new HeadFixture(HeadKind.Nibble, KernelLevel.Scalar, source);

        Assert.Equal(1f / 127, bytes.RowScales[3]);
        Assert.Equal(1f / 7, nibbles.RowScales[3]);
    }

    // In the order of the definition: value * (largest number / largest value).
    private static int Number(MemoryRows source, int row, int column, float largestNumber)
    {
        if (row >= source.Rows || column >= source.Columns)
        {
            return 0;
        }

        var values = new float[source.Columns];
        source.Read(row, values);
        return (int)MathF.Round(values[column] * (largestNumber / values.Max(MathF.Abs)));
    }
}
