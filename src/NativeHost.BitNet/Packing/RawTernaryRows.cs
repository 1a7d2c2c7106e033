using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeHost.BitNet.Packing;

/// <summary>Rows of ternary codes as a file has them: of type I2_S or TQ2_0. Codes are not checked here; a 3 gives some number.</summary>
/// <remarks>
/// Both put 128 codes in a block of 32 bytes, of which byte m has the codes m, 32 + m, 64 + m and 96 + m: I2_S from its high bits to
/// its low ones, TQ2_0 from low to high. TQ2_0 adds a 16-bit scale behind each two blocks, which is the same throughout a row of a
/// ternary matrix; I2_S has one scale for the matrix, elsewhere. The memory belongs to someone else, who outlives this.
/// </remarks>
internal readonly unsafe struct RawTernaryRows
{
    public const int BlockColumns = 128;
    public const int BlockBytes = 32;

    private const int PlaneColumns = 32;

    /// <summary>How far ahead to ask for memory: see <see cref="Kernels.TernaryKernel"/>.</summary>
    private const int PrefetchBytes = 8192;

    /// <summary>A block adds at most 4 · 2 · 2 · 127 = 2,032 to a lane of 16 bits: 16 blocks, 32,512, before widening.</summary>
    private const int NarrowBlocks = 16;

    private readonly byte* _data;
    private readonly float[] _rowScales;
    private readonly int _twoBlockBytes;
    private readonly int _lowPlane;
    private readonly int _planeStep;

    private RawTernaryRows(int columns, byte* data, float[] rowScales, int twoBlockBytes, bool lowBitsFirst)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % (lowBitsFirst ? 2 * BlockColumns : BlockColumns), 0, nameof(columns));
        Rows = rowScales.Length;
        Columns = columns;
        _data = data;
        _rowScales = rowScales;
        _twoBlockBytes = twoBlockBytes;
        _lowPlane = lowBitsFirst ? 0 : BlockColumns - PlaneColumns;
        _planeStep = lowBitsFirst ? PlaneColumns : -PlaneColumns;
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <param name="columns">A multiple of 128.</param>
    /// <param name="data">Rows × columns / 4 bytes.</param>
    /// <param name="rowScales">One a row.</param>
    public static RawTernaryRows I2S(int columns, byte* data, float[] rowScales) =>
        new(columns, data, rowScales, 2 * BlockBytes, lowBitsFirst: false);

    /// <param name="columns">A multiple of 256.</param>
    /// <param name="data">Rows × columns / 256 × 66 bytes.</param>
    /// <param name="rowScales">One a row: those in the blocks may lack a factor, or be none where all weights of a block are 0.</param>
    public static RawTernaryRows Tq20(int columns, byte* data, float[] rowScales) =>
        new(columns, data, rowScales, (2 * BlockBytes) + sizeof(Half), lowBitsFirst: true);

    /// <summary>Whether <see cref="Dot"/> has a form that is fast enough to answer with; without it, packing a model first is much faster.</summary>
    public static bool HasKernel => Avx2.IsSupported;

    public float ScaleOf(int row) => _rowScales[row];

    /// <summary>Writes a byte for each code of a row.</summary>
    /// <param name="codes">Gets <see cref="Columns"/> codes.</param>
    public void Decode(int row, byte* codes)
    {
        var two = Vector256.Create((byte)3);
        for (var column = 0; column < Columns; column += BlockColumns)
        {
            var packed = Vector256.Load(BlockAt(row, column));
            for (var plane = 0; plane < 4; plane++)
            {
                (packed & two).Store(codes + column + _lowPlane + (plane * _planeStep));
                packed >>>= 2;
            }
        }
    }

    /// <summary>Σ code * x over a row.</summary>
    /// <param name="x">A value from -127 to 127 for each column.</param>
    public int Dot(int row, sbyte* x) => HasKernel ? DotAvx2(row, x) : DotScalar(row, x);

    /// <summary>The definition of <see cref="Dot"/>.</summary>
    public int DotScalar(int row, sbyte* x)
    {
        var sum = 0;
        for (var column = 0; column < Columns; column++)
        {
            sum += CodeAt(row, column) * x[column];
        }

        return sum;
    }

    /// <summary>The code of a weight.</summary>
    public int CodeAt(int row, int column)
    {
        var inBlock = column % BlockColumns;
        var plane = ((inBlock / PlaneColumns * PlaneColumns) - _lowPlane) / _planeStep;
        return (BlockAt(row, column)[inBlock % PlaneColumns] >> (2 * plane)) & 3;
    }

    private byte* RowAt(int row) => _data + ((long)row * Columns / BlockColumns * _twoBlockBytes / 2);

    /// <summary>The block that a column is in.</summary>
    private byte* BlockAt(int row, int column)
    {
        var block = column / BlockColumns;
        return RowAt(row) + (block / 2 * _twoBlockBytes) + (block % 2 * BlockBytes);
    }

    private int DotAvx2(int row, sbyte* x)
    {
        var two = Vector256.Create((byte)3);
        var sum = Vector256<int>.Zero;
        var codes = RowAt(row);
        var toSecond = _twoBlockBytes - BlockBytes;
        nint step = _planeStep;
        x += _lowPlane;
        for (var column = 0; column < Columns;)
        {
            var end = Math.Min(Columns, column + (NarrowBlocks * BlockColumns));
            var pairs = Vector256<short>.Zero;
            for (; column < end; column += BlockColumns)
            {
                Sse.Prefetch0(codes + PrefetchBytes);
                var packed = Vector256.Load(codes);
                var a = Avx2.MultiplyAddAdjacent(packed & two, Vector256.Load(x));
                var b = Avx2.MultiplyAddAdjacent((packed.AsUInt16() >>> 2).AsByte() & two, Vector256.Load(x + step));
                var c = Avx2.MultiplyAddAdjacent((packed.AsUInt16() >>> 4).AsByte() & two, Vector256.Load(x + (2 * step)));
                var d = Avx2.MultiplyAddAdjacent((packed.AsUInt16() >>> 6).AsByte() & two, Vector256.Load(x + (3 * step)));
                pairs += a + b + (c + d);
                codes += (column & BlockColumns) == 0 ? BlockBytes : toSecond;
                x += BlockColumns;
            }

            sum += Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
        }

        return Vector256.Sum(sum);
    }
}
