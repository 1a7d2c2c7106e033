using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Heads;

/// <summary>16-bit floats to 32-bit ones with three integer instructions, as .NET has no access to the processor's own.</summary>
/// <remarks>
/// The bits of a half, sign extended and shifted left by 13, are those of a float 2^112 times smaller, once the copies of the sign in the
/// bits 28 to 30 are cleared: the exponents' biases differ by 112. This holds for subnormal halves too, and is exact. It does not hold
/// for infinities and NaN, which come out as numbers from 65,536 up: a reader refuses files that have them.
/// </remarks>
internal static unsafe class HalfBits
{
    /// <summary>2^112: what the small floats are to be multiplied with.</summary>
    public const float Unit = 5.192296858534828e33f;

    public const int UnitExponent = 112;

    private const int Shift = 13;
    private const int Mask = unchecked((int)0x8FFFE000);

    /// <summary>The half's value / 2^112.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Small(short half) => BitConverter.Int32BitsToSingle((half << Shift) & Mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Small(Vector128<int> extended) =>
        (Vector128.ShiftLeft(extended, Shift) & Vector128.Create(Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Small(Vector256<int> extended) =>
        (Vector256.ShiftLeft(extended, Shift) & Vector256.Create(Mask)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Small(Vector512<int> extended) =>
        (Vector512.ShiftLeft(extended, Shift) & Vector512.Create(Mask)).AsSingle();

    /// <summary>Decodes a row.</summary>
    /// <param name="halves">[count]</param>
    /// <param name="values">[count]</param>
    public static void Decode(Half* halves, float* values, int count)
    {
        var source = (short*)halves;
        var unit = Vector256.Create(Unit);
        var k = 0;
        for (; k <= count - 8; k += 8)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(source + k));
            (Small(Vector256.Create(low, high)) * unit).Store(values + k);
        }

        for (; k < count; k++)
        {
            values[k] = Small(source[k]) * Unit;
        }
    }
}
