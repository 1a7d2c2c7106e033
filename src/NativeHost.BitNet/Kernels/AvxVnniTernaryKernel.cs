using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>Sums of four 8-bit products at once, in 32 bits: no bound to watch, and nothing to widen.</summary>
internal sealed unsafe class AvxVnniTernaryKernel : HalfTileTernaryKernel
{
    public override KernelLevel Level => KernelLevel.AvxVnni;

    protected override int MinTokensToSweep => 8;

    protected override void OneToken(byte* tile, sbyte* x, int blocks, Vector256<int>* sums)
    {
        var two = Vector256.Create((byte)3);
        var lowA = Vector256<int>.Zero;
        var lowB = Vector256<int>.Zero;
        var lowC = Vector256<int>.Zero;
        var lowD = Vector256<int>.Zero;
        var highA = Vector256<int>.Zero;
        var highB = Vector256<int>.Zero;
        var highC = Vector256<int>.Zero;
        var highD = Vector256<int>.Zero;
        for (var block = 0; block < blocks; block++)
        {
            Sse.Prefetch0(tile + ((long)block * TernaryMatrix.BlockBytes) + PrefetchBytes);
            var low = Vector256.Load(tile + ((long)block * TernaryMatrix.BlockBytes));
            var high = Vector256.Load(tile + ((long)block * TernaryMatrix.BlockBytes) + HalfBytes);
            var values = x + ((long)block * TernaryMatrix.BlockColumns);

            // Bits that a 16-bit shift drags in from the neighbouring byte are masked off.
            var x0 = Four(values);
            lowA = AvxVnni.MultiplyWideningAndAdd(lowA, low & two, x0);
            highA = AvxVnni.MultiplyWideningAndAdd(highA, high & two, x0);
            var x1 = Four(values + 4);
            lowB = AvxVnni.MultiplyWideningAndAdd(lowB, (low.AsUInt16() >>> 2).AsByte() & two, x1);
            highB = AvxVnni.MultiplyWideningAndAdd(highB, (high.AsUInt16() >>> 2).AsByte() & two, x1);
            var x2 = Four(values + 8);
            lowC = AvxVnni.MultiplyWideningAndAdd(lowC, (low.AsUInt16() >>> 4).AsByte() & two, x2);
            highC = AvxVnni.MultiplyWideningAndAdd(highC, (high.AsUInt16() >>> 4).AsByte() & two, x2);
            var x3 = Four(values + 12);
            lowD = AvxVnni.MultiplyWideningAndAdd(lowD, (low.AsUInt16() >>> 6).AsByte() & two, x3);
            highD = AvxVnni.MultiplyWideningAndAdd(highD, (high.AsUInt16() >>> 6).AsByte() & two, x3);
        }

        sums[0] = lowA + lowB + (lowC + lowD);
        sums[1] = highA + highB + (highC + highD);
    }

    protected override void Sweep(byte* codes, sbyte* x, nint stride, int steps, Vector256<int>* sums)
    {
        var low0 = Vector256<int>.Zero;
        var high0 = Vector256<int>.Zero;
        var low1 = Vector256<int>.Zero;
        var high1 = Vector256<int>.Zero;
        var low2 = Vector256<int>.Zero;
        var high2 = Vector256<int>.Zero;
        var low3 = Vector256<int>.Zero;
        var high3 = Vector256<int>.Zero;
        var stride3 = stride * 3;
        for (var step = 0; step < steps; step++)
        {
            var low = Vector256.Load(codes);
            var high = Vector256.Load(codes + HalfBytes);
            var x0 = Four(x);
            low0 = AvxVnni.MultiplyWideningAndAdd(low0, low, x0);
            high0 = AvxVnni.MultiplyWideningAndAdd(high0, high, x0);
            var x1 = Four(x + stride);
            low1 = AvxVnni.MultiplyWideningAndAdd(low1, low, x1);
            high1 = AvxVnni.MultiplyWideningAndAdd(high1, high, x1);
            var x2 = Four(x + (2 * stride));
            low2 = AvxVnni.MultiplyWideningAndAdd(low2, low, x2);
            high2 = AvxVnni.MultiplyWideningAndAdd(high2, high, x2);
            var x3 = Four(x + stride3);
            low3 = AvxVnni.MultiplyWideningAndAdd(low3, low, x3);
            high3 = AvxVnni.MultiplyWideningAndAdd(high3, high, x3);
            codes += TernaryMatrix.BlockBytes;
            x += StepColumns;
        }

        sums[0] = low0;
        sums[1] = high0;
        sums[2] = low1;
        sums[3] = high1;
        sums[4] = low2;
        sums[5] = high2;
        sums[6] = low3;
        sums[7] = high3;
    }
}
