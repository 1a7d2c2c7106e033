using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>Weights in the layout that the kernels are made for.</summary>
internal sealed unsafe class PackedWeights(TernaryMatrix matrix, TernaryKernel kernel) : TernaryWeights(matrix.Rows, matrix.Columns)
{
    public override void Multiply(int firstTile, int endTile, in QuantizedRows x, float* y) =>
        kernel.Multiply(matrix, firstTile, endTile, x, y);

    public override void MultiplyMany(int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch) =>
        kernel.MultiplyMany(matrix, firstTile, endTile, x, y, yStride, scratch);

    public override long ScratchBytes(int tokens) => kernel.ScratchBytes(PaddedColumns, tokens);
}
