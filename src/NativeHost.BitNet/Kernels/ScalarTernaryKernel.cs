using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>The definition: one weight at a time, straight from the layout of <see cref="TernaryMatrix"/>.</summary>
internal sealed unsafe class ScalarTernaryKernel : TernaryKernel
{
    public override KernelLevel Level => KernelLevel.Scalar;

    public override void Multiply(TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y) =>
        Multiply(matrix, firstTile, endTile, x, token: 0, y);

    public override void MultiplyMany(
        TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        for (var token = 0; token < x.Count; token++)
        {
            Multiply(matrix, firstTile, endTile, x, token, y + ((long)token * yStride));
        }
    }

    public override long ScratchBytes(int paddedColumns, int tokens) => 0;

    private static void Multiply(TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, int token, float* y)
    {
        var values = x.Values + ((long)token * x.Stride);
        for (var row = firstTile * TernaryMatrix.TileRows; row < endTile * TernaryMatrix.TileRows; row++)
        {
            var sum = 0;
            for (var column = 0; column < matrix.PaddedColumns; column++)
            {
                sum += TernaryPacker.CodeAt(matrix, row, column) * values[column];
            }

            y[row] = (float)(sum - x.Sums[token]) * x.InverseScales[token] * matrix.RowScales[row];
        }
    }
}
