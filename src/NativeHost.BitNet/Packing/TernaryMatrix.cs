namespace NativeHost.BitNet.Packing;

/// <summary>A matrix of weights -1, 0 and 1, packed for the kernels in tiles of 16 rows, with one scale for each row.</summary>
/// <remarks>
/// The weight of row r and column k is <c>(code(r, k) - 1) * RowScales[r]</c>. A tile is 16 rows, and holds one block of 64 bytes for
/// each 16 columns: byte 4r + j of block b holds the codes of row r and the columns 16b + 4p + j in its bits 2p and 2p + 1, for p and
/// j of 0 to 3. So the four bytes of one row meet four neighbouring activations in every plane p, and 16 rows fill a 512-bit register.
/// Tiles follow each other without a gap. Rows and columns are filled up with code 1, the weight 0: rows to whole tiles, columns to
/// a multiple of <see cref="ColumnGranularity"/>.
/// The memory belongs to someone else, who outlives this.
/// </remarks>
/// <param name="rows">Outputs, at least 1.</param>
/// <param name="columns">Inputs, at least 1.</param>
/// <param name="tiles">The packed codes, <see cref="TileCount"/> × <see cref="TileBytes"/> bytes, 64-byte aligned.</param>
/// <param name="rowScales">A scale for each row, those that fill up the last tile included.</param>
internal readonly unsafe struct TernaryMatrix(int rows, int columns, byte* tiles, float* rowScales)
{
    public const int TileRows = 16;
    public const int ColumnGranularity = 64;
    public const int BlockColumns = 16;
    public const int BlockBytes = 64;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Columns with those that fill up; activations are as long, with zeros there.</summary>
    public int PaddedColumns { get; } = PaddedColumnsOf(columns);

    public int TileCount { get; } = TileCountOf(rows);

    /// <summary>Bytes of one tile.</summary>
    public int TileBytes => PaddedColumns * (TileRows / 4);

    public byte* Tiles { get; } = tiles;

    public float* RowScales { get; } = rowScales;

    public static int TileCountOf(int rows) => (rows + TileRows - 1) / TileRows;

    /// <summary>Rows with those that fill up the last tile.</summary>
    public static int PaddedRowsOf(int rows) => TileCountOf(rows) * TileRows;

    public static int PaddedColumnsOf(int columns) => (columns + ColumnGranularity - 1) / ColumnGranularity * ColumnGranularity;

    /// <summary>Bytes of all tiles of a matrix.</summary>
    public static long BytesOf(int rows, int columns) => (long)TileCountOf(rows) * PaddedColumnsOf(columns) * (TileRows / 4);
}
