using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>Brings ternary rows into the layout of <see cref="TernaryMatrix"/>.</summary>
internal static unsafe class TernaryPacker
{
    public const byte CodeOfZero = 1;
    private const int PlaneColumns = 4;

    /// <summary>Packs the rows of some tiles and their scales. Threads may pack different tiles of a matrix at a time.</summary>
    /// <param name="source">As many rows and columns as the matrix has.</param>
    /// <param name="tiles">Tiles of the whole matrix, as <see cref="TernaryMatrix.Tiles"/>; only those asked for are written.</param>
    /// <param name="rowScales">Scales of the whole matrix; only those of the tiles asked for are written, 1 for rows that fill up.</param>
    /// <param name="codes">A row's working memory: at least the padded columns.</param>
    public static void Pack(ITernaryRows source, int firstTile, int endTile, byte* tiles, float* rowScales, Span<byte> codes)
    {
        codes = codes[..TernaryMatrix.PaddedColumnsOf(source.Columns)];
        codes[source.Columns..].Fill(CodeOfZero);
        var tileBytes = (long)codes.Length * TernaryMatrix.TileRows / 4;
        for (var row = firstTile * TernaryMatrix.TileRows; row < endTile * TernaryMatrix.TileRows; row++)
        {
            if (row < source.Rows)
            {
                rowScales[row] = source.Read(row, codes[..source.Columns]);
            }
            else
            {
                codes.Fill(CodeOfZero);
                rowScales[row] = 1;
            }

            PackRow(codes, row % TernaryMatrix.TileRows, tiles + (row / TernaryMatrix.TileRows * tileBytes));
        }
    }

    /// <summary>Packs one row of a tile.</summary>
    /// <param name="codes">0, 1 or 2 for each of the padded columns.</param>
    /// <param name="row">0 to 15.</param>
    /// <param name="tile">The tile, of which the other rows are left as they are.</param>
    public static void PackRow(ReadOnlySpan<byte> codes, int row, byte* tile)
    {
        if (Avx2.IsSupported)
        {
            PackRowAvx2(codes, row, tile);
        }
        else
        {
            PackRowScalar(codes, row, tile);
        }
    }

    /// <summary>The definition of <see cref="PackRow"/>.</summary>
    public static void PackRowScalar(ReadOnlySpan<byte> codes, int row, byte* tile)
    {
        for (var column = 0; column < codes.Length; column += TernaryMatrix.BlockColumns)
        {
            var bytes = tile + (column / TernaryMatrix.BlockColumns * TernaryMatrix.BlockBytes) + (PlaneColumns * row);
            for (var j = 0; j < PlaneColumns; j++)
            {
                bytes[j] = (byte)(codes[column + j]
                    | (codes[column + PlaneColumns + j] << 2)
                    | (codes[column + (2 * PlaneColumns) + j] << 4)
                    | (codes[column + (3 * PlaneColumns) + j] << 6));
            }
        }
    }

    /// <summary>The code of a weight: 0, 1 or 2.</summary>
    public static int CodeAt(TernaryMatrix matrix, int row, int column)
    {
        var tile = matrix.Tiles + (row / TernaryMatrix.TileRows * (long)matrix.TileBytes);
        var block = tile + (column / TernaryMatrix.BlockColumns * TernaryMatrix.BlockBytes);
        var plane = column % TernaryMatrix.BlockColumns / PlaneColumns;
        var packed = block[(PlaneColumns * (row % TernaryMatrix.TileRows)) + (column % PlaneColumns)];
        return (packed >> (2 * plane)) & 3;
    }

    private static void PackRowAvx2(ReadOnlySpan<byte> codes, int row, byte* tile)
    {
        // Brings the four codes of a byte together, so that two multiplications shift and add them: 1, 4, then 1, 16.
        var together = Vector256.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        var pairWeights = Vector256.Create((short)0x0401).AsSByte();
        var fourWeights = Vector256.Create(0x00100001).AsInt16();
        ref var from = ref MemoryMarshal.GetReference(codes);
        var to = (uint*)(tile + (PlaneColumns * row));
        for (var column = 0; column < codes.Length; column += TernaryMatrix.ColumnGranularity)
        {
            var first = Vector256.LoadUnsafe(ref from, (nuint)column);
            var second = Vector256.LoadUnsafe(ref from, (nuint)column + 32);
            var a = Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Shuffle(first, together), pairWeights), fourWeights);
            var b = Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Shuffle(second, together), pairWeights), fourWeights);

            // Each is a byte in 32 bits, below 171; the packs work in 128-bit halves: blocks 0, 2 in the low half, 1, 3 in the high one.
            var bytes = Avx2.PackUnsignedSaturate(Avx2.PackSignedSaturate(a, b), Vector256<short>.Zero).AsUInt32();
            to[0] = bytes[0];
            to[16] = bytes[4];
            to[32] = bytes[1];
            to[48] = bytes[5];
            to += 4 * TernaryMatrix.BlockBytes / sizeof(uint);
        }
    }
}
