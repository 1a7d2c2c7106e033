using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Heads;

/// <summary>The head with 8-bit rows and 16-bit activations: half the memory traffic of halves, at hardly a loss even unrescored.</summary>
/// <remarks>
/// The weight of row r and column k is <c>byte(r, k) * rowScale[r]</c>. A tile holds one block of 32 bytes for each 2 columns: byte
/// 2r + j of block b is row r, column 2b + j. So a block's 16 rows, widened to 16 bits, fill a 512-bit register, and each pair of columns
/// meets the same pair of activations. A logit is <c>(float)(Σ byte * q) * (1 / s) * rowScale</c>, in this order, the sum exact in 32
/// bits (<see cref="HeadActivations"/>): the same on every level.
/// </remarks>
internal sealed unsafe class ByteHead(KernelLevel level, IDenseRows source, byte* tiles, float* rowScales)
    : ScreeningHead(level, source, tiles, rowScales)
{
    public const int BlockColumns = 2;
    public const int BlockBytes = TileRows * BlockColumns;

    /// <summary>Bytes of all tiles.</summary>
    public static long BytesOf(int rows, int columns) => TileCountOf(rows) * TileBytesOf(columns);

    public static long TileBytesOf(int columns) => (long)PaddedColumnsOf(columns) * TileRows;

    public override void Prepare(float* hidden, byte* workspace)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        var (largest, sum) = HeadActivations.Copy(hidden, work.Hidden, Columns, PaddedColumns);
        work.InverseScale = HeadActivations.ToShorts(work.Hidden, work.Activations, PaddedColumns, largest, sum);
        work.ExactFactor = Exact.Scale(work.Hidden, PaddedColumns, largest);
    }

    public override void Compute(int firstTile, int endTile, byte* workspace, float* logits)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        var tileBytes = TileBytesOf(Columns);
        for (var tile = firstTile; tile < endTile; tile++)
        {
            ByteTile.Multiply(
                Level,
                (sbyte*)Tiles + (tile * tileBytes),
                work.Activations,
                PaddedColumns,
                work.InverseScale,
                RowScales + (tile * TileRows),
                logits + (tile * TileRows));
        }
    }
}
