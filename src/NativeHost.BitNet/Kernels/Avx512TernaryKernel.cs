using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>A block of a tile is one register, and its 32-bit lane r is row r: no sum ever goes across lanes.</summary>
/// <remarks>
/// A step multiplies the 4 codes of each row in a plane with 4 activations, which every lane gets alike. It adds at most
/// 2 · 2 · 127 = 508 to each 16-bit half of a lane, so <see cref="NarrowSteps"/> steps, 32,512, are the most before widening.
/// </remarks>
internal sealed unsafe class Avx512TernaryKernel : TernaryKernel
{
    private const int NarrowSteps = 64;
    private const int StepColumns = 4;
    private const int SweptTokens = 8;
    private const int SweptTiles = 2;

    /// <summary>What the next two tiles have for each step.</summary>
    private const int AheadBytes = SweptTiles * TernaryMatrix.BlockBytes / 4;

    /// <summary>With fewer, unpacking to memory costs more than it saves (measured on Zen 5).</summary>
    private const int MinTokensToSweep = 16;

    public override KernelLevel Level => KernelLevel.Avx512;

    public override void Multiply(TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y)
    {
        for (var tile = firstTile; tile < endTile; tile++)
        {
            Store(OneToken(TileOf(matrix, tile), x.Values, BlocksOf(matrix)), matrix, tile, x, token: 0, y);
        }
    }

    public override void MultiplyMany(
        TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch)
    {
        var swept = x.Count < MinTokensToSweep ? 0 : x.Count / SweptTokens * SweptTokens;
        var tile = firstTile;
        for (; tile + SweptTiles <= endTile; tile += SweptTiles)
        {
            if (swept > 0)
            {
                SweepPair(matrix, tile, x, swept, y, yStride, scratch);
            }

            OneTile(matrix, tile, x, swept, y, yStride);
            OneTile(matrix, tile + 1, x, swept, y, yStride);
        }

        if (tile < endTile)
        {
            OneTile(matrix, tile, x, firstToken: 0, y, yStride);
        }
    }

    /// <summary>The sums of a sweep, and the codes of two tiles with a byte for each.</summary>
    public override long ScratchBytes(int paddedColumns, int tokens) =>
        (SweptTokens * SweptTiles * sizeof(Vector512<int>)) + ((long)paddedColumns * TernaryMatrix.TileRows * SweptTiles);

    /// <summary>Tokens from the first on, four at a time, which pays for unpacking in registers; the tile stays in the cache.</summary>
    private static void OneTile(TernaryMatrix matrix, int tile, in QuantizedRows x, int firstToken, float* y, int yStride)
    {
        var codes = TileOf(matrix, tile);
        var blocks = BlocksOf(matrix);
        var sums = stackalloc Vector512<int>[4];
        var token = firstToken;
        for (; token + 3 <= x.Count; token += 4)
        {
            // Of three left, the last is computed twice and stored once.
            var fourth = Math.Min(token + 3, x.Count - 1);
            FourTokens(codes, ValuesOf(x, token), ValuesOf(x, token + 1), ValuesOf(x, token + 2), ValuesOf(x, fourth), blocks, sums);
            for (var i = 0; token + i <= fourth; i++)
            {
                Store(sums[i], matrix, tile, x, token + i, y + ((long)(token + i) * yStride));
            }
        }

        for (; token < x.Count; token++)
        {
            Store(OneToken(codes, ValuesOf(x, token), blocks), matrix, tile, x, token, y + ((long)token * yStride));
        }
    }

    private static Vector512<int> OneToken(byte* codes, sbyte* x, int blocks)
    {
        var two = Vector512.Create((byte)3);
        var sum = Vector512<int>.Zero;
        for (var block = 0; block < blocks;)
        {
            var end = Math.Min(blocks, block + NarrowSteps);
            var a = Vector512<short>.Zero;
            var b = Vector512<short>.Zero;
            var c = Vector512<short>.Zero;
            var d = Vector512<short>.Zero;
            for (; block < end; block++)
            {
                Sse.Prefetch0(codes + ((long)block * TernaryMatrix.BlockBytes) + PrefetchBytes);
                var packed = Vector512.Load(codes + ((long)block * TernaryMatrix.BlockBytes));
                var values = x + ((long)block * TernaryMatrix.BlockColumns);

                // Bits that a 16-bit shift drags in from the neighbouring byte are masked off.
                var pa = Product(packed & two, values);
                var pb = Product((packed.AsUInt16() >>> 2).AsByte() & two, values + 4);
                var pc = Product((packed.AsUInt16() >>> 4).AsByte() & two, values + 8);
                var pd = Product((packed.AsUInt16() >>> 6).AsByte() & two, values + 12);
                a += pa;
                b += pb;
                c += pc;
                d += pd;
            }

            sum += Widen(a) + Widen(b) + Widen(c) + Widen(d);
        }

        return sum;
    }

    private static void FourTokens(byte* codes, sbyte* x0, sbyte* x1, sbyte* x2, sbyte* x3, int blocks, Vector512<int>* sums)
    {
        const int Planes = 4;
        var two = Vector512.Create((byte)3);
        sums[0] = sums[1] = sums[2] = sums[3] = Vector512<int>.Zero;
        for (var block = 0; block < blocks;)
        {
            var end = Math.Min(blocks, block + (NarrowSteps / Planes));
            var a = Vector512<short>.Zero;
            var b = Vector512<short>.Zero;
            var c = Vector512<short>.Zero;
            var d = Vector512<short>.Zero;
            for (; block < end; block++)
            {
                Sse.Prefetch0(codes + ((long)block * TernaryMatrix.BlockBytes) + PrefetchBytes);
                var packed = Vector512.Load(codes + ((long)block * TernaryMatrix.BlockBytes));
                var at = (long)block * TernaryMatrix.BlockColumns;
                var p0 = packed & two;
                var p1 = (packed.AsUInt16() >>> 2).AsByte() & two;
                var p2 = (packed.AsUInt16() >>> 4).AsByte() & two;
                var p3 = (packed.AsUInt16() >>> 6).AsByte() & two;
                a += Product(p0, x0 + at) + Product(p1, x0 + at + 4) + (Product(p2, x0 + at + 8) + Product(p3, x0 + at + 12));
                b += Product(p0, x1 + at) + Product(p1, x1 + at + 4) + (Product(p2, x1 + at + 8) + Product(p3, x1 + at + 12));
                c += Product(p0, x2 + at) + Product(p1, x2 + at + 4) + (Product(p2, x2 + at + 8) + Product(p3, x2 + at + 12));
                d += Product(p0, x3 + at) + Product(p1, x3 + at + 4) + (Product(p2, x3 + at + 8) + Product(p3, x3 + at + 12));
            }

            sums[0] += Widen(a);
            sums[1] += Widen(b);
            sums[2] += Widen(c);
            sums[3] += Widen(d);
        }
    }

    /// <summary>Two tiles for tokens in groups of <see cref="SweptTokens"/>: unpacked once, so that a step is little more than its products.</summary>
    private static void SweepPair(
        TernaryMatrix matrix, int tile, in QuantizedRows x, int tokens, float* y, int yStride, byte* scratch)
    {
        var sums = (Vector512<int>*)scratch;
        var codes = (byte*)(sums + (SweptTokens * SweptTiles));
        Unpack(TileOf(matrix, tile), TileOf(matrix, tile + 1), BlocksOf(matrix), codes);
        var steps = matrix.PaddedColumns / StepColumns;
        for (var token = 0; token < tokens; token += SweptTokens)
        {
            new Span<Vector512<int>>(sums, SweptTokens * SweptTiles).Clear();
            var values = ValuesOf(x, token);
            for (var step = 0; step < steps; step += NarrowSteps)
            {
                Sweep(
                    codes + ((long)step * SweptTiles * TernaryMatrix.BlockBytes),
                    values + (step * StepColumns),
                    x.Stride,
                    Math.Min(NarrowSteps, steps - step),
                    TileOf(matrix, tile + SweptTiles) + (step * AheadBytes),
                    sums);
            }

            for (var i = 0; i < SweptTokens; i++)
            {
                var row = y + ((long)(token + i) * yStride);
                Store(sums[i], matrix, tile, x, token + i, row);
                Store(sums[SweptTokens + i], matrix, tile + 1, x, token + i, row);
            }
        }
    }

    /// <summary>A step's 64 codes of the first tile, then those of the second, step after step.</summary>
    private static void Unpack(byte* first, byte* second, int blocks, byte* codes)
    {
        var two = Vector512.Create((byte)3);
        for (var block = 0; block < blocks; block++)
        {
            var a = Vector512.Load(first + ((long)block * TernaryMatrix.BlockBytes));
            var b = Vector512.Load(second + ((long)block * TernaryMatrix.BlockBytes));
            for (var plane = 0; plane < 4; plane++)
            {
                (a & two).Store(codes);
                (b & two).Store(codes + TernaryMatrix.BlockBytes);
                a = (a.AsUInt16() >>> 2).AsByte();
                b = (b.AsUInt16() >>> 2).AsByte();
                codes += SweptTiles * TernaryMatrix.BlockBytes;
            }
        }
    }

    /// <summary>Adds up to <see cref="NarrowSteps"/> steps of eight tokens and two tiles to the sums: [tiles, tokens].</summary>
    /// <param name="ahead">The part of the next tiles to ask for meanwhile.</param>
    private static void Sweep(byte* codes, sbyte* x, nint stride, int steps, byte* ahead, Vector512<int>* sums)
    {
        var a0 = Vector512<short>.Zero;
        var a1 = Vector512<short>.Zero;
        var a2 = Vector512<short>.Zero;
        var a3 = Vector512<short>.Zero;
        var a4 = Vector512<short>.Zero;
        var a5 = Vector512<short>.Zero;
        var a6 = Vector512<short>.Zero;
        var a7 = Vector512<short>.Zero;
        var b0 = Vector512<short>.Zero;
        var b1 = Vector512<short>.Zero;
        var b2 = Vector512<short>.Zero;
        var b3 = Vector512<short>.Zero;
        var b4 = Vector512<short>.Zero;
        var b5 = Vector512<short>.Zero;
        var b6 = Vector512<short>.Zero;
        var b7 = Vector512<short>.Zero;
        var stride3 = stride * 3;
        for (var step = 0; step < steps; step++)
        {
            Sse.Prefetch1(ahead + (step * AheadBytes));

            // Products before sums, in fours: the JIT keeps this order, and the processor schedules it best.
            var a = Vector512.Load(codes);
            var b = Vector512.Load(codes + TernaryMatrix.BlockBytes);
            var x0 = Four(x);
            var x1 = Four(x + stride);
            var x2 = Four(x + (2 * stride));
            var x3 = Four(x + stride3);
            var ax0 = Avx512BW.MultiplyAddAdjacent(a, x0);
            var ax1 = Avx512BW.MultiplyAddAdjacent(a, x1);
            var ax2 = Avx512BW.MultiplyAddAdjacent(a, x2);
            var ax3 = Avx512BW.MultiplyAddAdjacent(a, x3);
            var bx0 = Avx512BW.MultiplyAddAdjacent(b, x0);
            var bx1 = Avx512BW.MultiplyAddAdjacent(b, x1);
            var bx2 = Avx512BW.MultiplyAddAdjacent(b, x2);
            var bx3 = Avx512BW.MultiplyAddAdjacent(b, x3);
            a0 += ax0;
            a1 += ax1;
            a2 += ax2;
            a3 += ax3;
            b0 += bx0;
            b1 += bx1;
            b2 += bx2;
            b3 += bx3;
            var far = x + (4 * stride);
            var x4 = Four(far);
            var x5 = Four(far + stride);
            var x6 = Four(far + (2 * stride));
            var x7 = Four(far + stride3);
            var ax4 = Avx512BW.MultiplyAddAdjacent(a, x4);
            var ax5 = Avx512BW.MultiplyAddAdjacent(a, x5);
            var ax6 = Avx512BW.MultiplyAddAdjacent(a, x6);
            var ax7 = Avx512BW.MultiplyAddAdjacent(a, x7);
            var bx4 = Avx512BW.MultiplyAddAdjacent(b, x4);
            var bx5 = Avx512BW.MultiplyAddAdjacent(b, x5);
            var bx6 = Avx512BW.MultiplyAddAdjacent(b, x6);
            var bx7 = Avx512BW.MultiplyAddAdjacent(b, x7);
            a4 += ax4;
            a5 += ax5;
            a6 += ax6;
            a7 += ax7;
            b4 += bx4;
            b5 += bx5;
            b6 += bx6;
            b7 += bx7;
            codes += SweptTiles * TernaryMatrix.BlockBytes;
            x += StepColumns;
        }

        sums[0] += Widen(a0);
        sums[1] += Widen(a1);
        sums[2] += Widen(a2);
        sums[3] += Widen(a3);
        sums[4] += Widen(a4);
        sums[5] += Widen(a5);
        sums[6] += Widen(a6);
        sums[7] += Widen(a7);
        sums[8] += Widen(b0);
        sums[9] += Widen(b1);
        sums[10] += Widen(b2);
        sums[11] += Widen(b3);
        sums[12] += Widen(b4);
        sums[13] += Widen(b5);
        sums[14] += Widen(b6);
        sums[15] += Widen(b7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Product(Vector512<byte> codes, sbyte* fourValues) =>
        Avx512BW.MultiplyAddAdjacent(codes, Four(fourValues));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<sbyte> Four(sbyte* values) => Vector512.Create(*(int*)values).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(Vector512<short> pairs) =>
        Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One);

    private static void Store(Vector512<int> sums, TernaryMatrix matrix, int tile, in QuantizedRows x, int token, float* y)
    {
        var row = tile * TernaryMatrix.TileRows;
        var real = Vector512.ConvertToSingle(sums - Vector512.Create(x.Sums[token]));
        (real * Vector512.Create(x.InverseScales[token]) * Vector512.Load(matrix.RowScales + row)).Store(y + row);
    }
}
