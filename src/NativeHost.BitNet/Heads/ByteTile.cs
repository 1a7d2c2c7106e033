using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Heads;

/// <summary>The logits of one tile of a <see cref="ByteHead"/>, at each level.</summary>
internal static unsafe class ByteTile
{
    /// <param name="tile">[columns / 2, 16 rows, 2 columns]</param>
    /// <param name="x">[columns]: with Σ |x| * 127 below 2^31, so that no sum overflows, in whatever order.</param>
    /// <param name="columns">Padded.</param>
    /// <param name="rowScales">[16]</param>
    /// <param name="logits">[16]</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        KernelLevel level, sbyte* tile, short* x, int columns, float inverseScale, float* rowScales, float* logits)
    {
        switch (level)
        {
            case KernelLevel.Avx512:
                MultiplyAvx512(tile, x, columns, inverseScale, rowScales, logits);
                break;
            // The dot product of 16-bit numbers would save an addition, of which there is time enough: memory is slower.
            case KernelLevel.AvxVnni:
            case KernelLevel.Avx2:
                MultiplyAvx2(tile, x, columns, inverseScale, rowScales, logits);
                break;
            case KernelLevel.ArmDot:
                MultiplyArm(tile, x, columns, inverseScale, rowScales, logits);
                break;
            default:
                MultiplyScalar(tile, x, columns, inverseScale, rowScales, logits);
                break;
        }
    }

    private static void MultiplyScalar(sbyte* tile, short* x, int columns, float inverseScale, float* rowScales, float* logits)
    {
        for (var row = 0; row < OutputHead.TileRows; row++)
        {
            var sum = 0;
            for (var k = 0; k < columns; k++)
            {
                sum += tile[(k / 2 * ByteHead.BlockBytes) + (2 * row) + (k % 2)] * x[k];
            }

            logits[row] = sum * inverseScale * rowScales[row];
        }
    }

    // 32 bytes, a block, become 16 rows × 2 columns of 16 bits; each pair's products are added to a lane of 32 bits, a row's.
    private static void MultiplyAvx512(sbyte* tile, short* x, int columns, float inverseScale, float* rowScales, float* logits)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (var end = x + columns; x < end; x += 8, tile += 4 * ByteHead.BlockBytes)
        {
            a += Avx512BW.MultiplyAddAdjacent(Load512(tile), Pair512(x));
            b += Avx512BW.MultiplyAddAdjacent(Load512(tile + 32), Pair512(x + 2));
            c += Avx512BW.MultiplyAddAdjacent(Load512(tile + 64), Pair512(x + 4));
            d += Avx512BW.MultiplyAddAdjacent(Load512(tile + 96), Pair512(x + 6));
        }

        var sums = Vector512.ConvertToSingle(a + b + (c + d));
        (sums * Vector512.Create(inverseScale) * Vector512.Load(rowScales)).Store(logits);
    }

    // The same in two halves of a block: rows 0 to 7 and 8 to 15.
    private static void MultiplyAvx2(sbyte* tile, short* x, int columns, float inverseScale, float* rowScales, float* logits)
    {
        Vector256<int> low = default, high = default, nextLow = default, nextHigh = default;
        for (var end = x + columns; x < end; x += 4, tile += 2 * ByteHead.BlockBytes)
        {
            var pair = Pair256(x);
            var next = Pair256(x + 2);
            low += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(tile), pair);
            high += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(tile + 16), pair);
            nextLow += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(tile + 32), next);
            nextHigh += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(tile + 48), next);
        }

        var inverse = Vector256.Create(inverseScale);
        (Vector256.ConvertToSingle(low + nextLow) * inverse * Vector256.Load(rowScales)).Store(logits);
        (Vector256.ConvertToSingle(high + nextHigh) * inverse * Vector256.Load(rowScales + 8)).Store(logits + 8);
    }

    // The two columns of a block are parted, and each is widened and multiplied with its activation, four rows to a sum.
    private static void MultiplyArm(sbyte* tile, short* x, int columns, float inverseScale, float* rowScales, float* logits)
    {
        Vector128<int> a = default, b = default, c = default, d = default;
        for (var end = x + columns; x < end; x += 2, tile += ByteHead.BlockBytes)
        {
            var low = Vector128.Load(tile);
            var high = Vector128.Load(tile + 16);
            AddArm(AdvSimd.Arm64.UnzipEven(low, high), x[0], ref a, ref b, ref c, ref d);
            AddArm(AdvSimd.Arm64.UnzipOdd(low, high), x[1], ref a, ref b, ref c, ref d);
        }

        var inverse = Vector128.Create(inverseScale);
        (Vector128.ConvertToSingle(a) * inverse * Vector128.Load(rowScales)).Store(logits);
        (Vector128.ConvertToSingle(b) * inverse * Vector128.Load(rowScales + 4)).Store(logits + 4);
        (Vector128.ConvertToSingle(c) * inverse * Vector128.Load(rowScales + 8)).Store(logits + 8);
        (Vector128.ConvertToSingle(d) * inverse * Vector128.Load(rowScales + 12)).Store(logits + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddArm(
        Vector128<sbyte> column, short x, ref Vector128<int> a, ref Vector128<int> b, ref Vector128<int> c, ref Vector128<int> d)
    {
        var low = AdvSimd.SignExtendWideningLower(column.GetLower());
        var high = AdvSimd.SignExtendWideningUpper(column);
        var factor = Vector128.Create(x);
        a = AdvSimd.MultiplyWideningLowerAndAdd(a, low.GetLower(), factor.GetLower());
        b = AdvSimd.MultiplyWideningUpperAndAdd(b, low, factor);
        c = AdvSimd.MultiplyWideningLowerAndAdd(c, high.GetLower(), factor.GetLower());
        d = AdvSimd.MultiplyWideningUpperAndAdd(d, high, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Load512(sbyte* block) => Avx512BW.ConvertToVector512Int16(Vector256.Load(block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair512(short* x) => Vector512.Create(*(int*)x).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair256(short* x) => Vector256.Create(*(int*)x).AsInt16();
}
