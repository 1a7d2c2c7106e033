using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>What the kernels with 256-bit registers have in common: a block of a tile is two of them, with a 32-bit lane for each row.</summary>
internal abstract unsafe class HalfTileTernaryKernel : TernaryKernel
{
    protected const int HalfRows = TernaryMatrix.TileRows / 2;
    protected const int HalfBytes = TernaryMatrix.BlockBytes / 2;
    protected const int StepColumns = 4;
    protected const int SweptTokens = 4;

    /// <summary>With fewer, unpacking to memory costs more than it saves.</summary>
    protected abstract int MinTokensToSweep { get; }

    public sealed override void Multiply(TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y)
    {
        var sums = stackalloc Vector256<int>[2];
        for (var tile = firstTile; tile < endTile; tile++)
        {
            OneToken(TileOf(matrix, tile), x.Values, BlocksOf(matrix), sums);
            Store(sums[0], sums[1], matrix, tile, x, token: 0, y);
        }
    }

    public sealed override void MultiplyMany(
        TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        var sums = (Vector256<int>*)scratch;
        var codes = (byte*)(sums + (2 * SweptTokens));
        var swept = x.Count < MinTokensToSweep ? 0 : x.Count / SweptTokens * SweptTokens;
        for (var tile = firstTile; tile < endTile; tile++)
        {
            if (swept > 0)
            {
                Unpack(TileOf(matrix, tile), BlocksOf(matrix), codes);
            }

            for (var token = 0; token < swept; token += SweptTokens)
            {
                Sweep(codes, ValuesOf(x, token), x.Stride, matrix.PaddedColumns / StepColumns, sums);
                for (var i = 0; i < SweptTokens; i++)
                {
                    Store(sums[2 * i], sums[(2 * i) + 1], matrix, tile, x, token + i, y + ((long)(token + i) * yStride));
                }
            }

            // The tile is in the cache by now, where unpacking it again costs less than waiting for memory did.
            for (var token = swept; token < x.Count; token++)
            {
                OneToken(TileOf(matrix, tile), ValuesOf(x, token), BlocksOf(matrix), sums);
                Store(sums[0], sums[1], matrix, tile, x, token, y + ((long)token * yStride));
            }
        }
    }

    /// <summary>The sums of a sweep, and the codes of a tile with a byte for each.</summary>
    public sealed override long ScratchBytes(int paddedColumns, int tokens) =>
        (2 * SweptTokens * sizeof(Vector256<int>)) + ((long)paddedColumns * TernaryMatrix.TileRows);

    /// <summary>One token and one tile.</summary>
    /// <param name="sums">Gets Σ code * q: [halves].</param>
    protected abstract void OneToken(byte* tile, sbyte* x, int blocks, Vector256<int>* sums);

    /// <summary>Four tokens and one tile.</summary>
    /// <param name="codes">A byte for each, 64 a step: [steps, rows, 4 columns].</param>
    /// <param name="sums">Gets Σ code * q: [tokens, halves].</param>
    protected abstract void Sweep(byte* codes, sbyte* x, nint stride, int steps, Vector256<int>* sums);

    /// <summary>Four activations, for every row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector256<sbyte> Four(sbyte* values) => Vector256.Create(*(int*)values).AsSByte();

    private static void Unpack(byte* tile, int blocks, byte* codes)
    {
        var two = Vector256.Create((byte)3);
        for (var block = 0; block < blocks; block++)
        {
            var low = Vector256.Load(tile + ((long)block * TernaryMatrix.BlockBytes));
            var high = Vector256.Load(tile + ((long)block * TernaryMatrix.BlockBytes) + HalfBytes);
            for (var plane = 0; plane < 4; plane++)
            {
                // Bits that a 16-bit shift drags in from the neighbouring byte are masked off.
                (low & two).Store(codes);
                (high & two).Store(codes + HalfBytes);
                low = (low.AsUInt16() >>> 2).AsByte();
                high = (high.AsUInt16() >>> 2).AsByte();
                codes += TernaryMatrix.BlockBytes;
            }
        }
    }

    private static void Store(
        Vector256<int> low, Vector256<int> high, TernaryMatrix matrix, int tile, in QuantizedRows x, int token, float* y)
    {
        var row = tile * TernaryMatrix.TileRows;
        var codeOne = Vector256.Create(x.Sums[token]);
        var inverseScale = Vector256.Create(x.InverseScales[token]);
        (Avx.ConvertToVector256Single(low - codeOne) * inverseScale * Vector256.Load(matrix.RowScales + row)).Store(y + row);
        row += HalfRows;
        (Avx.ConvertToVector256Single(high - codeOne) * inverseScale * Vector256.Load(matrix.RowScales + row)).Store(y + row);
    }
}
