using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>The matrices of a layer as they are computed: those with the same input as one.</summary>
internal enum FusedMatrix
{
    /// <summary>Queries, keys, values; each of the three begins with a new tile.</summary>
    Attention,

    Output,

    /// <summary>A tile of gate rows, then the tile of the same up rows, and so on; all gate rows first where the two are computed apart.</summary>
    GateUp,

    Down,
}

internal static class FusedMatrices
{
    public const int Count = 4;

    public static IReadOnlyList<FusedMatrix> All { get; } = [FusedMatrix.Attention, FusedMatrix.Output, FusedMatrix.GateUp, FusedMatrix.Down];

    /// <summary>Rows, those between the parts included, and columns.</summary>
    public static (int Rows, int Columns) Size(FusedMatrix matrix, TernaryShape shape)
    {
        var heads = shape.HeadCount * shape.HeadLength;
        var kvHeads = shape.KvHeadCount * shape.HeadLength;
        return matrix switch
        {
            FusedMatrix.Attention => (TernaryMatrix.PaddedRowsOf(heads) + (2 * TernaryMatrix.PaddedRowsOf(kvHeads)), shape.Width),
            FusedMatrix.Output => (shape.Width, heads),
            FusedMatrix.GateUp => (2 * TernaryMatrix.PaddedRowsOf(shape.FeedForwardWidth), shape.Width),
            FusedMatrix.Down => (shape.Width, shape.FeedForwardWidth),
            _ => throw new ArgumentOutOfRangeException(nameof(matrix), matrix, "Not a matrix."),
        };
    }

    /// <summary>Whether the tiles of the parts take turns. Models that pool have a norm before each matrix, so that none share an input.</summary>
    public static bool IsInterleaved(FusedMatrix matrix, TernaryShape shape) => matrix == FusedMatrix.GateUp && shape.Pooling is null;

    /// <summary>What a fused matrix is made of, in order.</summary>
    public static IReadOnlyList<MatrixRole> Parts(FusedMatrix matrix) => matrix switch
    {
        FusedMatrix.Attention => [MatrixRole.Query, MatrixRole.Key, MatrixRole.Value],
        FusedMatrix.Output => [MatrixRole.Output],
        FusedMatrix.GateUp => [MatrixRole.Gate, MatrixRole.Up],
        FusedMatrix.Down => [MatrixRole.Down],
        _ => throw new ArgumentOutOfRangeException(nameof(matrix), matrix, "Not a matrix."),
    };
}
