using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>A block of a tile is one register, and its 32-bit lane r is row r: no sum ever goes across lanes.</summary>
/// <remarks>
/// A step multiplies the 4 codes of each row in a plane with 4 activations, which every lane gets alike; at most
/// <see cref="Avx512Sweep.NarrowSteps"/> are added up in 16 bits. Many tokens go over unpacked tiles: see <see cref="Avx512Sweep"/>.
/// </remarks>
internal sealed unsafe class Avx512TernaryKernel : TernaryKernel
{
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
        var swept = x.Count < MinTokensToSweep ? 0 : x.Count / Avx512Sweep.Tokens * Avx512Sweep.Tokens;
        var tile = firstTile;
        for (; tile + Avx512Sweep.Tiles <= endTile; tile += Avx512Sweep.Tiles)
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
        (Avx512Sweep.Tokens * Avx512Sweep.Tiles * sizeof(Vector512<int>))
        + ((long)paddedColumns * TernaryMatrix.TileRows * Avx512Sweep.Tiles);

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
            var end = Math.Min(blocks, block + Avx512Sweep.NarrowSteps);
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

            sum += Avx512Sweep.Widen(a) + Avx512Sweep.Widen(b) + Avx512Sweep.Widen(c) + Avx512Sweep.Widen(d);
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
            var end = Math.Min(blocks, block + (Avx512Sweep.NarrowSteps / Planes));
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

            sums[0] += Avx512Sweep.Widen(a);
            sums[1] += Avx512Sweep.Widen(b);
            sums[2] += Avx512Sweep.Widen(c);
            sums[3] += Avx512Sweep.Widen(d);
        }
    }

    /// <summary>Two tiles, for as many tokens as are swept: unpacked once, so that a step is little more than its products.</summary>
    /// <param name="tokens">A multiple of <see cref="Avx512Sweep.Tokens"/>.</param>
    private static void SweepPair(
        TernaryMatrix matrix, int tile, in QuantizedRows x, int tokens, float* y, int yStride, byte* scratch)
    {
        var sums = (Vector512<int>*)scratch;
        var codes = (byte*)(sums + (Avx512Sweep.Tokens * Avx512Sweep.Tiles));
        Avx512Sweep.Unpack(TileOf(matrix, tile), TileOf(matrix, tile + 1), BlocksOf(matrix), codes);
        var steps = matrix.PaddedColumns / Avx512Sweep.StepColumns;
        for (var token = 0; token < tokens; token += Avx512Sweep.Tokens)
        {
            new Span<Vector512<int>>(sums, Avx512Sweep.Tokens * Avx512Sweep.Tiles).Clear();
            var values = ValuesOf(x, token);
            for (var step = 0; step < steps; step += Avx512Sweep.NarrowSteps)
            {
                Avx512Sweep.Add(
                    codes + ((long)step * Avx512Sweep.Tiles * TernaryMatrix.BlockBytes),
                    values + (step * Avx512Sweep.StepColumns),
                    x.Stride,
                    Math.Min(Avx512Sweep.NarrowSteps, steps - step),
                    TileOf(matrix, tile + Avx512Sweep.Tiles) + (step * Avx512Sweep.AheadBytes),
                    sums);
            }

            for (var i = 0; i < Avx512Sweep.Tokens; i++)
            {
                var row = y + ((long)(token + i) * yStride);
                Store(sums[i], matrix, tile, x, token + i, row);
                Store(sums[Avx512Sweep.Tokens + i], matrix, tile + 1, x, token + i, row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Product(Vector512<byte> codes, sbyte* fourValues) =>
        Avx512BW.MultiplyAddAdjacent(codes, Avx512Sweep.Four(fourValues));

    private static void Store(Vector512<int> sums, TernaryMatrix matrix, int tile, in QuantizedRows x, int token, float* y)
    {
        var row = tile * TernaryMatrix.TileRows;
        var real = Vector512.ConvertToSingle(sums - Vector512.Create(x.Sums[token]));
        (real * Vector512.Create(x.InverseScales[token]) * Vector512.Load(matrix.RowScales + row)).Store(y + row);
    }
}
