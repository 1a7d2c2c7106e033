using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>Several matrices with the same input as one: each begins with a new tile, after or between the tiles of the others.</summary>
/// <param name="parts">Of the same columns; where they are interleaved, of the same rows.</param>
/// <param name="isInterleaved">Whether a tile of each follows a tile of the one before, rather than all of its tiles.</param>
internal sealed unsafe class StackedWeights(IReadOnlyList<TernaryWeights> parts, bool isInterleaved)
    : TernaryWeights(parts.Sum(part => part.TileCount) * TernaryMatrix.TileRows, parts[0].Columns)
{
    public override void Multiply(int firstTile, int endTile, in QuantizedRows x, float* y)
    {
        for (var tile = firstTile; tile < endTile;)
        {
            var (part, first, count) = PieceAt(tile, endTile);
            part.Multiply(first, first + count, x, y + ShiftOf(tile, first));
            tile += count;
        }
    }

    public override void MultiplyMany(int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        for (var tile = firstTile; tile < endTile;)
        {
            var (part, first, count) = PieceAt(tile, endTile);
            part.MultiplyMany(first, first + count, x, y + ShiftOf(tile, first), yStride, scratch);
            tile += count;
        }
    }

    public override long ScratchBytes(int tokens) => parts.Max(part => part.ScratchBytes(tokens));

    /// <summary>A part counts its outputs from its own first tile: so far ahead lie those of the whole.</summary>
    private static long ShiftOf(int tile, int tileOfPart) => (long)(tile - tileOfPart) * TernaryMatrix.TileRows;

    /// <summary>The part that a tile belongs to, which of its tiles it is, and how many follow it there.</summary>
    private (TernaryWeights Part, int First, int Count) PieceAt(int tile, int endTile)
    {
        if (isInterleaved)
        {
            return (parts[tile % parts.Count], tile / parts.Count, 1);
        }

        var start = 0;
        foreach (var part in parts)
        {
            if (tile < start + part.TileCount)
            {
                return (part, tile - start, Math.Min(endTile, start + part.TileCount) - tile);
            }

            start += part.TileCount;
        }

        throw new ArgumentOutOfRangeException(nameof(tile), tile, "There are fewer tiles.");
    }
}
