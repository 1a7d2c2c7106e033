using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>A ternary matrix that can be multiplied, in the form it has at the moment. Any thread may use it.</summary>
/// <remarks>
/// Every form gives exactly the same outputs, so a model may answer from <see cref="RawWeights"/> until its <see cref="PackedWeights"/>
/// are there, and change in the middle of an answer. Work is shared out in tiles of <see cref="TernaryMatrix.TileRows"/> rows.
/// </remarks>
internal abstract unsafe class TernaryWeights(int rows, int columns)
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Values of one token.</summary>
    public int PaddedColumns { get; } = TernaryMatrix.PaddedColumnsOf(columns);

    public int TileCount { get; } = TernaryMatrix.TileCountOf(rows);

    /// <inheritdoc cref="TernaryKernel.Multiply"/>
    public abstract void Multiply(int firstTile, int endTile, in QuantizedRows x, float* y);

    /// <inheritdoc cref="TernaryKernel.MultiplyMany"/>
    public abstract void MultiplyMany(int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch);

    /// <inheritdoc cref="TernaryKernel.ScratchBytes"/>
    public abstract long ScratchBytes(int tokens);
}
