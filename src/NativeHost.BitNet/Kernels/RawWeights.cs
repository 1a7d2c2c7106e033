using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>Weights as the file has them: ready at once, before anything is packed.</summary>
/// <remarks>
/// Some tokens are multiplied row by row. More pay for packing two tiles at a time into scratch memory, for the kernel's sweep.
/// </remarks>
internal sealed unsafe class RawWeights(RawTernaryRows raw, TernaryKernel kernel) : TernaryWeights(raw.Rows, raw.Columns)
{
    private const int PackedTiles = 2;

    /// <summary>With fewer, packing costs more than it saves (measured).</summary>
    private const int MinTokensToPack = 12;

    public override void Multiply(int firstTile, int endTile, in QuantizedRows x, float* y)
    {
        for (var row = firstTile * TernaryMatrix.TileRows; row < endTile * TernaryMatrix.TileRows; row++)
        {
            MultiplyRow(row, x, tokens: 1, y, yStride: 0);
        }
    }

    public override void MultiplyMany(int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        if (x.Count >= MinTokensToPack)
        {
            PackAndMultiply(firstTile, endTile, x, y, yStride, scratch);
            return;
        }

        for (var row = firstTile * TernaryMatrix.TileRows; row < endTile * TernaryMatrix.TileRows; row++)
        {
            MultiplyRow(row, x, x.Count, y, yStride);
        }
    }

    /// <summary>Two packed tiles, their scales, a row's codes, and what the kernel needs.</summary>
    public override long ScratchBytes(int tokens) =>
        TernaryMatrix.BytesOf(PackedTiles * TernaryMatrix.TileRows, Columns)
        + (PackedTiles * TernaryMatrix.TileRows * sizeof(float))
        + PaddedColumns
        + kernel.ScratchBytes(PaddedColumns, tokens);

    /// <summary>One row for some tokens; rows that fill up give 0, as packed ones do.</summary>
    private void MultiplyRow(int row, in QuantizedRows x, int tokens, float* y, int yStride)
    {
        var scale = row < Rows ? raw.ScaleOf(row) : 1;
        for (var token = 0; token < tokens; token++)
        {
            var sum = row < Rows ? raw.Dot(row, x.Values + ((long)token * x.Stride)) - x.Sums[token] : 0;
            y[((long)token * yStride) + row] = (float)sum * x.InverseScales[token] * scale;
        }
    }

    private void PackAndMultiply(int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        const int Rows = PackedTiles * TernaryMatrix.TileRows;
        var tiles = scratch;
        var scales = (float*)(tiles + TernaryMatrix.BytesOf(Rows, Columns));
        var codes = (byte*)(scales + Rows);
        var kernelScratch = codes + PaddedColumns;
        var matrix = new TernaryMatrix(Rows, Columns, tiles, scales);
        for (var tile = firstTile; tile < endTile; tile += PackedTiles)
        {
            var count = Math.Min(PackedTiles, endTile - tile);
            for (var i = 0; i < count * TernaryMatrix.TileRows; i++)
            {
                PackRow((tile * TernaryMatrix.TileRows) + i, matrix, i, codes);
            }

            kernel.MultiplyMany(matrix, 0, count, x, y + (tile * TernaryMatrix.TileRows), yStride, kernelScratch);
        }
    }

    private void PackRow(int row, TernaryMatrix matrix, int target, byte* codes)
    {
        var padded = new Span<byte>(codes, PaddedColumns);
        if (row < Rows)
        {
            raw.Decode(row, codes);
            matrix.RowScales[target] = raw.ScaleOf(row);
        }
        else
        {
            padded.Fill(TernaryPacker.CodeOfZero);
            matrix.RowScales[target] = 1;
        }

        var tile = matrix.Tiles + (target / TernaryMatrix.TileRows * matrix.TileBytes);
        TernaryPacker.PackRow(padded, target % TernaryMatrix.TileRows, tile);
    }
}
