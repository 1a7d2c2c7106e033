using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Tests.Kernels;

public sealed unsafe class TernaryPackerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 63)]
    [InlineData(16, 64)]
    [InlineData(17, 65)]
    [InlineData(40, 2560)]
    public void Every_code_comes_back_and_what_fills_up_is_the_weight_0(int rows, int columns)
    {
        using var given = new TernaryCase(rows, columns, tokens: 1, TernaryFill.Random);
        var matrix = given.Matrix;

        for (var row = 0; row < given.OutputRows; row++)
        {
            for (var column = 0; column < matrix.PaddedColumns; column++)
            {
                var expected = row < rows && column < columns ? given.CodesOf(row)[column] : 1;
                Assert.Equal(expected, TernaryPacker.CodeAt(matrix, row, column));
            }

            Assert.Equal(row < rows ? given.ScaleOf(row) : 1, matrix.RowScales[row]);
        }
    }

    [Fact]
    public void A_packed_row_equals_its_definition()
    {
        var random = new Random(1);
        const int Columns = 6912;
        using var fast = new NativeBuffer<byte>(Columns * TernaryMatrix.TileRows / 4);
        using var plain = new NativeBuffer<byte>(Columns * TernaryMatrix.TileRows / 4);
        var codes = new byte[Columns];
        for (var row = 0; row < TernaryMatrix.TileRows; row += 3)
        {
            foreach (ref var code in codes.AsSpan())
            {
                code = (byte)random.Next(3);
            }

            TernaryPacker.PackRow(codes, row, fast.Pointer);
            TernaryPacker.PackRowScalar(codes, row, plain.Pointer);
        }

        Assert.Equal(plain.Span, fast.Span);
    }

    [Fact]
    public void Only_the_tiles_asked_for_are_written()
    {
        using var given = new TernaryCase(rows: 64, columns: 64, tokens: 1, TernaryFill.Random);
        using var tiles = new NativeBuffer<byte>(TernaryMatrix.BytesOf(64, 64));
        using var scales = new NativeBuffer<float>(64);

        TernaryPacker.Pack(given, 1, 3, tiles.Pointer, scales.Pointer, new byte[64]);

        var bytes = given.Matrix.TileBytes;
        Assert.Equal(new ReadOnlySpan<byte>(given.Matrix.Tiles + bytes, 2 * bytes), tiles.Span.Slice(bytes, 2 * bytes));
        Assert.False(tiles.Span[..bytes].ContainsAnyExcept(NativeBuffer<byte>.Untouched));
        Assert.False(tiles.Span[(3 * bytes)..].ContainsAnyExcept(NativeBuffer<byte>.Untouched));
        Assert.Equal(given.ScaleOf(16), scales.Span[16]);
        Assert.Equal(0xA5A5A5A5, BitConverter.SingleToUInt32Bits(scales.Span[15]));
        Assert.Equal(0xA5A5A5A5, BitConverter.SingleToUInt32Bits(scales.Span[48]));
    }
}
