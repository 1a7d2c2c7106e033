using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>The inner loop of <see cref="Avx512TernaryKernel"/> for many tokens: two unpacked tiles and eight tokens at once.</summary>
/// <remarks>
/// A step is the 4 codes of each row in a plane and 4 activations, which every lane gets alike. It adds at most 2 · 2 · 127 = 508 to
/// each 16-bit half of a lane, so <see cref="NarrowSteps"/> steps, 32,512, are the most before widening.
/// </remarks>
internal static unsafe class Avx512Sweep
{
    public const int NarrowSteps = 64;
    public const int StepColumns = 4;

    /// <summary>Tokens of a sweep.</summary>
    public const int Tokens = 8;

    /// <summary>Tiles of a sweep.</summary>
    public const int Tiles = 2;

    /// <summary>What the next two tiles have for each step.</summary>
    public const int AheadBytes = Tiles * TernaryMatrix.BlockBytes / 4;

    /// <summary>A step's 64 codes of the first tile, then those of the second, step after step.</summary>
    public static void Unpack(byte* first, byte* second, int blocks, byte* codes)
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
                codes += Tiles * TernaryMatrix.BlockBytes;
            }
        }
    }

    /// <summary>Adds up to <see cref="NarrowSteps"/> steps of eight tokens and two tiles to the sums: [tiles, tokens].</summary>
    /// <param name="codes">As <see cref="Unpack"/> writes them.</param>
    /// <param name="stride">Values from one token to the next.</param>
    /// <param name="ahead">The part of the next tiles to ask for meanwhile.</param>
    public static void Add(byte* codes, sbyte* x, nint stride, int steps, byte* ahead, Vector512<int>* sums)
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
            codes += Tiles * TernaryMatrix.BlockBytes;
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

    /// <summary>Four activations, for every row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<sbyte> Four(sbyte* values) => Vector512.Create(*(int*)values).AsSByte();

    /// <summary>The two 16-bit halves of each lane, added in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen(Vector512<short> pairs) =>
        Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One);
}
