using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Heads;

/// <summary>The head with 4-bit rows and 8-bit activations: a quarter of the memory traffic of halves.</summary>
/// <remarks>
/// Only its rescored logits, the largest, are good; the rest carries noise, which choosing among the largest does not see. Where the
/// whole distribution is asked for, take the <see cref="ByteHead"/>.
/// The weight of row r and column k is <c>(code(r, k) - 8) * rowScale[r]</c>, codes 1 to 15. A tile holds one block of 64 bytes for
/// each 8 columns: byte 4r + j of block b holds the code of row r and column 8b + j in its low four bits, and of column 8b + 4 + j in its
/// high ones. So the four bytes of one row meet four neighbouring activations. A logit is
/// <c>(float)(Σ code * q - 8 * Σ q) * (1 / s) * rowScale</c>, in this order, sums in 32-bit integers, at most 65,536 * 15 * 127: the
/// same on every level.
/// </remarks>
internal sealed unsafe class NibbleHead(KernelLevel level, IDenseRows source, byte* tiles, float* rowScales)
    : ScreeningHead(level, source, tiles, rowScales)
{
    public const int BlockColumns = 8;
    public const int BlockBytes = TileRows * BlockColumns / 2;

    /// <summary>The code of the weight 0.</summary>
    public const int ZeroCode = 8;

    /// <summary>Bytes of all tiles.</summary>
    public static long BytesOf(int rows, int columns) => TileCountOf(rows) * TileBytesOf(columns);

    public static long TileBytesOf(int columns) => (long)PaddedColumnsOf(columns) * TileRows / 2;

    public override void Prepare(float* hidden, byte* workspace)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        var (largest, _) = HeadActivations.Copy(hidden, work.Hidden, Columns, PaddedColumns);
        work.InverseScale = HeadActivations.ToBytes(work.Hidden, (sbyte*)work.Activations, PaddedColumns, largest, out work.Sum);
        work.ExactFactor = Exact.Scale(work.Hidden, PaddedColumns, largest);
    }

    public override void Compute(int firstTile, int endTile, byte* workspace, float* logits)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        var tileBytes = TileBytesOf(Columns);
        for (var tile = firstTile; tile < endTile; tile++)
        {
            NibbleTile.Multiply(
                Level,
                Tiles + (tile * tileBytes),
                (sbyte*)work.Activations,
                PaddedColumns,
                ZeroCode * work.Sum,
                work.InverseScale,
                RowScales + (tile * TileRows),
                logits + (tile * TileRows));
        }
    }
}
