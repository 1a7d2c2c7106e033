using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeHost.Search.Vectors;

/// <summary>A vector in 8 bits a number, with how far it may be from what it stands for.</summary>
/// <remarks>
/// v = scale × codes + e, and the length of e is <see cref="Error"/>. So the product of two vectors differs from that of their codes by no
/// more than <see cref="Slack"/> says (Cauchy and Schwarz): enough to leave out most vectors without having looked at them.
/// </remarks>
/// <param name="Scale">What a code of 1 stands for.</param>
/// <param name="Length">Of the vector itself.</param>
/// <param name="Error">Length of what the codes leave out, rounded up.</param>
internal readonly record struct ByteVector(float Scale, float Length, float Error)
{
    private const int MostCode = 127;

    /// <summary>What sums in double precision may have lost.</summary>
    private const double RoundUp = 1 + 1e-9;

    /// <summary>What products in double precision may be off, for their size.</summary>
    private const double Rounding = 1e-12;

    /// <param name="vector">[dimensions]: finite numbers.</param>
    /// <param name="codes">[dimensions]: gets the codes.</param>
    public static ByteVector Encode(ReadOnlySpan<float> vector, Span<sbyte> codes)
    {
        var most = 0f;
        foreach (var number in vector)
        {
            most = Math.Max(most, Math.Abs(number));
        }

        var scale = most / MostCode;
        var (length, error) = (0.0, 0.0);
        for (var i = 0; i < vector.Length; i++)
        {
            codes[i] = scale > 0 ? (sbyte)Math.Clamp(MathF.Round(vector[i] / scale), -MostCode, MostCode) : (sbyte)0;
            var left = vector[i] - ((double)scale * codes[i]);
            error += left * left;
            length += (double)vector[i] * vector[i];
        }

        return new ByteVector(scale, AtLeast(Math.Sqrt(length)), AtLeast(Math.Sqrt(error)));
    }

    /// <summary>How far the product of two vectors may be from that of their codes: q·v − q̂·v̂ = q·e + f·v̂, where v̂ is no longer than v and e together.</summary>
    public static double Slack(ByteVector query, ByteVector other)
        => ((query.Length * (double)other.Error) + (query.Error * ((double)other.Length + other.Error)) + (query.Length * (double)other.Length * Rounding)) * RoundUp;

    /// <summary>The product of two rows of codes, exactly.</summary>
    /// <param name="left">[dimensions], no more than 100,000: the sum fits 32 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dot(ReadOnlySpan<sbyte> left, ReadOnlySpan<sbyte> right)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var i = 0;
        var sum = 0;
        if (Avx2.IsSupported && left.Length >= Vector256<short>.Count)
        {
            var sums = Vector256<int>.Zero;
            for (; i <= left.Length - Vector256<short>.Count; i += Vector256<short>.Count)
            {
                var x = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref a, (nuint)i));
                var y = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref b, (nuint)i));
                sums += Avx2.MultiplyAddAdjacent(x, y);
            }

            sum = Vector256.Sum(sums);
        }
        else if (Vector128.IsHardwareAccelerated && left.Length >= Vector128<sbyte>.Count)
        {
            var sums = Vector128<int>.Zero;
            for (; i <= left.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
            {
                var (xLow, xHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref a, (nuint)i));
                var (yLow, yHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref b, (nuint)i));
                sums += Sum(xLow * yLow) + Sum(xHigh * yHigh);
            }

            sum = Vector128.Sum(sums);
        }

        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static float AtLeast(double number) => number > 0 ? MathF.BitIncrement((float)(number * RoundUp)) : 0;

    private static Vector128<int> Sum(Vector128<short> products)
    {
        var (low, high) = Vector128.Widen(products);
        return low + high;
    }
}
