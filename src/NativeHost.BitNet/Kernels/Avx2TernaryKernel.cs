using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>Products of 8 bits in pairs, added up in 16 bits and widened now and then.</summary>
/// <remarks>
/// A step multiplies the 4 codes of each row in a plane with 4 activations, which every lane gets alike. It adds at most
/// 2 · 2 · 127 = 508 to each 16-bit half of a lane, so <see cref="NarrowSteps"/> steps, 32,512, are the most before widening.
/// </remarks>
internal sealed unsafe class Avx2TernaryKernel : HalfTileTernaryKernel
{
    private const int NarrowSteps = 64;

    public override KernelLevel Level => KernelLevel.Avx2;

    protected override int MinTokensToSweep => 4;

    protected override void OneToken(byte* tile, sbyte* x, int blocks, Vector256<int>* sums)
    {
        const int StepsOfSum = 2;
        var two = Vector256.Create((byte)3);
        sums[0] = sums[1] = Vector256<int>.Zero;
        for (var block = 0; block < blocks;)
        {
            var end = Math.Min(blocks, block + (NarrowSteps / StepsOfSum));
            var lowA = Vector256<short>.Zero;
            var lowB = Vector256<short>.Zero;
            var highA = Vector256<short>.Zero;
            var highB = Vector256<short>.Zero;
            for (; block < end; block++)
            {
                Sse.Prefetch0(tile + ((long)block * TernaryMatrix.BlockBytes) + PrefetchBytes);
                var low = Vector256.Load(tile + ((long)block * TernaryMatrix.BlockBytes));
                var high = Vector256.Load(tile + ((long)block * TernaryMatrix.BlockBytes) + HalfBytes);
                var values = x + ((long)block * TernaryMatrix.BlockColumns);
                var x0 = Four(values);
                var x1 = Four(values + 4);
                var x2 = Four(values + 8);
                var x3 = Four(values + 12);

                // Bits that a 16-bit shift drags in from the neighbouring byte are masked off.
                lowA += Product(low & two, x0) + Product((low.AsUInt16() >>> 2).AsByte() & two, x1);
                highA += Product(high & two, x0) + Product((high.AsUInt16() >>> 2).AsByte() & two, x1);
                lowB += Product((low.AsUInt16() >>> 4).AsByte() & two, x2) + Product((low.AsUInt16() >>> 6).AsByte() & two, x3);
                highB += Product((high.AsUInt16() >>> 4).AsByte() & two, x2) + Product((high.AsUInt16() >>> 6).AsByte() & two, x3);
            }

            sums[0] += Widen(lowA) + Widen(lowB);
            sums[1] += Widen(highA) + Widen(highB);
        }
    }

    protected override void Sweep(byte* codes, sbyte* x, nint stride, int steps, Vector256<int>* sums)
    {
        new Span<Vector256<int>>(sums, 2 * SweptTokens).Clear();
        for (var step = 0; step < steps; step += NarrowSteps)
        {
            SweepNarrow(
                codes + ((long)step * TernaryMatrix.BlockBytes), x + (step * StepColumns), stride, Math.Min(NarrowSteps, steps - step), sums);
        }
    }

    private static void SweepNarrow(byte* codes, sbyte* x, nint stride, int steps, Vector256<int>* sums)
    {
        var low0 = Vector256<short>.Zero;
        var high0 = Vector256<short>.Zero;
        var low1 = Vector256<short>.Zero;
        var high1 = Vector256<short>.Zero;
        var low2 = Vector256<short>.Zero;
        var high2 = Vector256<short>.Zero;
        var low3 = Vector256<short>.Zero;
        var high3 = Vector256<short>.Zero;
        var stride3 = stride * 3;
        for (var step = 0; step < steps; step++)
        {
            // Products before sums: the JIT keeps this order, and processors schedule it best.
            var low = Vector256.Load(codes);
            var high = Vector256.Load(codes + HalfBytes);
            var x0 = Four(x);
            var x1 = Four(x + stride);
            var lowX0 = Product(low, x0);
            var highX0 = Product(high, x0);
            var lowX1 = Product(low, x1);
            var highX1 = Product(high, x1);
            low0 += lowX0;
            high0 += highX0;
            low1 += lowX1;
            high1 += highX1;
            var x2 = Four(x + (2 * stride));
            var x3 = Four(x + stride3);
            var lowX2 = Product(low, x2);
            var highX2 = Product(high, x2);
            var lowX3 = Product(low, x3);
            var highX3 = Product(high, x3);
            low2 += lowX2;
            high2 += highX2;
            low3 += lowX3;
            high3 += highX3;
            codes += TernaryMatrix.BlockBytes;
            x += StepColumns;
        }

        sums[0] += Widen(low0);
        sums[1] += Widen(high0);
        sums[2] += Widen(low1);
        sums[3] += Widen(high1);
        sums[4] += Widen(low2);
        sums[5] += Widen(high2);
        sums[6] += Widen(low3);
        sums[7] += Widen(high3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Product(Vector256<byte> codes, Vector256<sbyte> x) => Avx2.MultiplyAddAdjacent(codes, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(Vector256<short> pairs) => Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
}
