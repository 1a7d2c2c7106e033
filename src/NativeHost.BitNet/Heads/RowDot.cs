using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Heads;

/// <summary>The dot product of one row of an embedding and a hidden state, summed in 32-bit floats.</summary>
/// <remarks>
/// The order of the sum belongs to a level. Within a level the same row and the same hidden state always give the same bits, whether the
/// row comes as halves or as floats: the halves' power of two moves no rounding as long as nothing over- or underflows, which
/// <see cref="ExactRows"/> sees to.
/// </remarks>
internal static unsafe class RowDot
{
    /// <summary>Σ (half / 2^112) * x: see <see cref="HalfBits"/>.</summary>
    /// <param name="row">[count]</param>
    /// <param name="x">[count]</param>
    public static float Halves(KernelLevel level, Half* row, float* x, int count) => level switch
    {
        KernelLevel.Avx512 => HalvesAvx512((short*)row, x, count),
        KernelLevel.Avx2 or KernelLevel.AvxVnni => HalvesAvx2((short*)row, x, count),
        KernelLevel.ArmDot => Halves128((short*)row, x, count),
        _ => HalvesScalar((short*)row, x, count),
    };

    /// <summary>Σ row * x.</summary>
    /// <param name="row">[count]</param>
    /// <param name="x">[count]</param>
    public static float Floats(KernelLevel level, float* row, float* x, int count) => level switch
    {
        KernelLevel.Avx512 => FloatsAvx512(row, x, count),
        KernelLevel.Avx2 or KernelLevel.AvxVnni => FloatsAvx2(row, x, count),
        KernelLevel.ArmDot => Floats128(row, x, count),
        _ => FloatsScalar(row, x, count),
    };

    private static float HalvesScalar(short* row, float* x, int count)
    {
        var sum = 0f;
        for (var k = 0; k < count; k++)
        {
            sum = MathF.FusedMultiplyAdd(HalfBits.Small(row[k]), x[k], sum);
        }

        return sum;
    }

    private static float FloatsScalar(float* row, float* x, int count)
    {
        var sum = 0f;
        for (var k = 0; k < count; k++)
        {
            sum = MathF.FusedMultiplyAdd(row[k], x[k], sum);
        }

        return sum;
    }

    // Four sums hide the latency of the addition; what is left over of 64 columns is added one by one at the end.
    private static float HalvesAvx512(short* row, float* x, int count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k <= count - 64; k += 64)
        {
            a = Vector512.MultiplyAddEstimate(Load512(row + k), Vector512.Load(x + k), a);
            b = Vector512.MultiplyAddEstimate(Load512(row + k + 16), Vector512.Load(x + k + 16), b);
            c = Vector512.MultiplyAddEstimate(Load512(row + k + 32), Vector512.Load(x + k + 32), c);
            d = Vector512.MultiplyAddEstimate(Load512(row + k + 48), Vector512.Load(x + k + 48), d);
        }

        return Vector512.Sum(a + b + (c + d)) + HalvesScalar(row + k, x + k, count - k);
    }

    private static float FloatsAvx512(float* row, float* x, int count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k <= count - 64; k += 64)
        {
            a = Vector512.MultiplyAddEstimate(Vector512.Load(row + k), Vector512.Load(x + k), a);
            b = Vector512.MultiplyAddEstimate(Vector512.Load(row + k + 16), Vector512.Load(x + k + 16), b);
            c = Vector512.MultiplyAddEstimate(Vector512.Load(row + k + 32), Vector512.Load(x + k + 32), c);
            d = Vector512.MultiplyAddEstimate(Vector512.Load(row + k + 48), Vector512.Load(x + k + 48), d);
        }

        return Vector512.Sum(a + b + (c + d)) + FloatsScalar(row + k, x + k, count - k);
    }

    private static float HalvesAvx2(short* row, float* x, int count)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k <= count - 32; k += 32)
        {
            a = Vector256.MultiplyAddEstimate(Load256(row + k), Vector256.Load(x + k), a);
            b = Vector256.MultiplyAddEstimate(Load256(row + k + 8), Vector256.Load(x + k + 8), b);
            c = Vector256.MultiplyAddEstimate(Load256(row + k + 16), Vector256.Load(x + k + 16), c);
            d = Vector256.MultiplyAddEstimate(Load256(row + k + 24), Vector256.Load(x + k + 24), d);
        }

        return Vector256.Sum(a + b + (c + d)) + HalvesScalar(row + k, x + k, count - k);
    }

    private static float FloatsAvx2(float* row, float* x, int count)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k <= count - 32; k += 32)
        {
            a = Vector256.MultiplyAddEstimate(Vector256.Load(row + k), Vector256.Load(x + k), a);
            b = Vector256.MultiplyAddEstimate(Vector256.Load(row + k + 8), Vector256.Load(x + k + 8), b);
            c = Vector256.MultiplyAddEstimate(Vector256.Load(row + k + 16), Vector256.Load(x + k + 16), c);
            d = Vector256.MultiplyAddEstimate(Vector256.Load(row + k + 24), Vector256.Load(x + k + 24), d);
        }

        return Vector256.Sum(a + b + (c + d)) + FloatsScalar(row + k, x + k, count - k);
    }

    private static float Halves128(short* row, float* x, int count)
    {
        Vector128<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k <= count - 16; k += 16)
        {
            var (first, second) = Vector128.Widen(Vector128.Load(row + k));
            var (third, fourth) = Vector128.Widen(Vector128.Load(row + k + 8));
            a = Vector128.MultiplyAddEstimate(HalfBits.Small(first), Vector128.Load(x + k), a);
            b = Vector128.MultiplyAddEstimate(HalfBits.Small(second), Vector128.Load(x + k + 4), b);
            c = Vector128.MultiplyAddEstimate(HalfBits.Small(third), Vector128.Load(x + k + 8), c);
            d = Vector128.MultiplyAddEstimate(HalfBits.Small(fourth), Vector128.Load(x + k + 12), d);
        }

        return Vector128.Sum(a + b + (c + d)) + HalvesScalar(row + k, x + k, count - k);
    }

    private static float Floats128(float* row, float* x, int count)
    {
        Vector128<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k <= count - 16; k += 16)
        {
            a = Vector128.MultiplyAddEstimate(Vector128.Load(row + k), Vector128.Load(x + k), a);
            b = Vector128.MultiplyAddEstimate(Vector128.Load(row + k + 4), Vector128.Load(x + k + 4), b);
            c = Vector128.MultiplyAddEstimate(Vector128.Load(row + k + 8), Vector128.Load(x + k + 8), c);
            d = Vector128.MultiplyAddEstimate(Vector128.Load(row + k + 12), Vector128.Load(x + k + 12), d);
        }

        return Vector128.Sum(a + b + (c + d)) + FloatsScalar(row + k, x + k, count - k);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load512(short* row) => HalfBits.Small(Avx512F.ConvertToVector512Int32(Vector256.Load(row)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load256(short* row) => HalfBits.Small(Avx2.ConvertToVector256Int32(row));
}
