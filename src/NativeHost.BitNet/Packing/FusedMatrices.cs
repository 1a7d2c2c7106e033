using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>The matrices of a layer as they are computed: those with the same input as one.</summary>
internal enum FusedMatrix
{
    /// <summary>Queries, keys, values; each of the three begins with a new tile.</summary>
    Attention,

    Output,

    /// <summary>A tile of gate rows, then the tile of the same up rows, and so on.</summary>
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
            FusedMatrix.Attention => (WholeTiles(heads) + (2 * WholeTiles(kvHeads)), shape.Width),
            FusedMatrix.Output => (shape.Width, heads),
            FusedMatrix.GateUp => (2 * WholeTiles(shape.FeedForwardWidth), shape.Width),
            FusedMatrix.Down => (shape.Width, shape.FeedForwardWidth),
            _ => throw new ArgumentOutOfRangeException(nameof(matrix), matrix, "Not a matrix."),
        };
    }

    /// <summary>What a fused matrix is made of, in order.</summary>
    public static IReadOnlyList<MatrixRole> Parts(FusedMatrix matrix) => matrix switch
    {
        FusedMatrix.Attention => [MatrixRole.Query, MatrixRole.Key, MatrixRole.Value],
        FusedMatrix.Output => [MatrixRole.Output],
        FusedMatrix.GateUp => [MatrixRole.Gate, MatrixRole.Up],
        FusedMatrix.Down => [MatrixRole.Down],
        _ => throw new ArgumentOutOfRangeException(nameof(matrix), matrix, "Not a matrix."),
    };

    private static int WholeTiles(int rows) => TernaryMatrix.TileCountOf(rows) * TernaryMatrix.TileRows;
}
