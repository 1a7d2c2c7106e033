using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>A block of a tile is four registers of 4 rows, with a 32-bit lane for each; 16 activations are one, and plane p meets its lane p.</summary>
internal sealed unsafe class ArmDotTernaryKernel : TernaryKernel
{
    private const int QuarterRows = TernaryMatrix.TileRows / 4;
    private const int QuarterBytes = TernaryMatrix.BlockBytes / 4;

    public override KernelLevel Level => KernelLevel.ArmDot;

    public override void Multiply(TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y)
    {
        for (var tile = firstTile; tile < endTile; tile++)
        {
            OneToken(matrix, tile, x, token: 0, y);
        }
    }

    public override void MultiplyMany(
        TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        for (var tile = firstTile; tile < endTile; tile++)
        {
            var token = 0;
            for (; token + 4 <= x.Count; token += 4)
            {
                FourTokens(matrix, tile, x, token, y + ((long)token * yStride), yStride);
            }

            for (; token < x.Count; token++)
            {
                OneToken(matrix, tile, x, token, y + ((long)token * yStride));
            }
        }
    }

    public override long ScratchBytes(int paddedColumns, int tokens) => 0;

    private static void OneToken(TernaryMatrix matrix, int tile, in QuantizedRows x, int token, float* y)
    {
        var codes = TileOf(matrix, tile);
        var values = ValuesOf(x, token);
        var blocks = BlocksOf(matrix);
        var a = Vector128<int>.Zero;
        var b = Vector128<int>.Zero;
        var c = Vector128<int>.Zero;
        var d = Vector128<int>.Zero;
        for (var block = 0; block < blocks; block++)
        {
            var sixteen = Vector128.Load(values + ((long)block * TernaryMatrix.BlockColumns));
            a = Add(a, Vector128.Load(codes), sixteen);
            b = Add(b, Vector128.Load(codes + QuarterBytes), sixteen);
            c = Add(c, Vector128.Load(codes + (2 * QuarterBytes)), sixteen);
            d = Add(d, Vector128.Load(codes + (3 * QuarterBytes)), sixteen);
            codes += TernaryMatrix.BlockBytes;
        }

        Store(a, matrix, tile, quarter: 0, x, token, y);
        Store(b, matrix, tile, quarter: 1, x, token, y);
        Store(c, matrix, tile, quarter: 2, x, token, y);
        Store(d, matrix, tile, quarter: 3, x, token, y);
    }

    /// <summary>Four tokens, a quarter of the tile after the other: codes are unpacked once for the four.</summary>
    /// <param name="y">Outputs of the first of the four.</param>
    private static void FourTokens(TernaryMatrix matrix, int tile, in QuantizedRows x, int token, float* y, int yStride)
    {
        var blocks = BlocksOf(matrix);
        var two = Vector128.Create((byte)3);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var codes = TileOf(matrix, tile) + (quarter * QuarterBytes);
            var values = ValuesOf(x, token);
            var a = Vector128<int>.Zero;
            var b = Vector128<int>.Zero;
            var c = Vector128<int>.Zero;
            var d = Vector128<int>.Zero;
            for (var block = 0; block < blocks; block++)
            {
                var packed = Vector128.Load(codes);
                var p0 = (packed & two).AsSByte();
                var p1 = ((packed >>> 2) & two).AsSByte();
                var p2 = ((packed >>> 4) & two).AsSByte();
                var p3 = (packed >>> 6).AsSByte();
                a = Add(a, p0, p1, p2, p3, Vector128.Load(values));
                b = Add(b, p0, p1, p2, p3, Vector128.Load(values + x.Stride));
                c = Add(c, p0, p1, p2, p3, Vector128.Load(values + (2L * x.Stride)));
                d = Add(d, p0, p1, p2, p3, Vector128.Load(values + (3L * x.Stride)));
                codes += TernaryMatrix.BlockBytes;
                values += TernaryMatrix.BlockColumns;
            }

            Store(a, matrix, tile, quarter, x, token, y);
            Store(b, matrix, tile, quarter, x, token + 1, y + yStride);
            Store(c, matrix, tile, quarter, x, token + 2, y + (2L * yStride));
            Store(d, matrix, tile, quarter, x, token + 3, y + (3L * yStride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Add(Vector128<int> sum, Vector128<byte> packed, Vector128<sbyte> x)
    {
        var two = Vector128.Create((byte)3);
        return Add(
            sum, (packed & two).AsSByte(), ((packed >>> 2) & two).AsSByte(), ((packed >>> 4) & two).AsSByte(), (packed >>> 6).AsSByte(), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Add(
        Vector128<int> sum, Vector128<sbyte> p0, Vector128<sbyte> p1, Vector128<sbyte> p2, Vector128<sbyte> p3, Vector128<sbyte> x)
    {
        sum = Dp.DotProductBySelectedQuadruplet(sum, p0, x, 0);
        sum = Dp.DotProductBySelectedQuadruplet(sum, p1, x, 1);
        sum = Dp.DotProductBySelectedQuadruplet(sum, p2, x, 2);
        return Dp.DotProductBySelectedQuadruplet(sum, p3, x, 3);
    }

    private static void Store(
        Vector128<int> sums, TernaryMatrix matrix, int tile, int quarter, in QuantizedRows x, int token, float* y)
    {
        var row = (tile * TernaryMatrix.TileRows) + (quarter * QuarterRows);
        var real = Vector128.ConvertToSingle(sums - Vector128.Create(x.Sums[token]));
        (real * Vector128.Create(x.InverseScales[token]) * Vector128.Load(matrix.RowScales + row)).Store(y + row);
    }
}
