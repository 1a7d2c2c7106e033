using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeHost.BitNet.Compute;

/// <summary>16 lanes.</summary>
internal readonly unsafe struct Lanes16(Vector512<float> values) : IFloatLanes<Lanes16>
{
    /// <summary>1.5 × 2^23: a number that is added to it is rounded to a whole one, whose bits are then the sum's lowest.</summary>
    private const float Rounder = 12582912f;

    private const int HalfMask = unchecked((int)0x8FFFE000);

    private readonly Vector512<float> _values = values;

    public static int Width => 16;

    public static Lanes16 All(float value) => new(Vector512.Create(value));

    public static Lanes16 Load(float* source) => new(Vector512.Load(source));

    public static Lanes16 LoadShrunkHalves(short* source)
        => new(((Avx512F.ConvertToVector512Int32(Vector256.Load(source)) << 13) & Vector512.Create(HalfMask)).AsSingle());

    public static Lanes16 LoadBytes(sbyte* source) => new(Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source))));

    public static void Store(Lanes16 values, float* target) => values._values.Store(target);

    public static int StoreRounded(Lanes16 values, sbyte* target)
    {
        var rounder = Vector512.Create(Rounder);
        var whole = (values._values + rounder).AsInt32() - rounder.AsInt32();
        Avx512F.ConvertToVector128SByte(whole).Store(target);
        return Vector512.Sum(whole);
    }

    public static Lanes16 Add(Lanes16 left, Lanes16 right) => new(left._values + right._values);

    public static Lanes16 Subtract(Lanes16 left, Lanes16 right) => new(left._values - right._values);

    public static Lanes16 Multiply(Lanes16 left, Lanes16 right) => new(left._values * right._values);

    public static Lanes16 Divide(Lanes16 left, Lanes16 right) => new(left._values / right._values);

    public static Lanes16 MultiplyAdd(Lanes16 left, Lanes16 right, Lanes16 addend)
        => new(Vector512.FusedMultiplyAdd(left._values, right._values, addend._values));

    public static Lanes16 Max(Lanes16 left, Lanes16 right) => new(Vector512.Max(left._values, right._values));

    public static Lanes16 Abs(Lanes16 values) => new(Vector512.Abs(values._values));

    public static Lanes16 Exp(Lanes16 values) => new(Vector512.Exp(values._values));

    public static float Sum(Lanes16 values) => Vector512.Sum(values._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumFour(Lanes16 first, Lanes16 second, Lanes16 third, Lanes16 fourth)
    {
        // Quarters are added until each quarter of one register holds what is left of one sum, then the numbers within the quarters.
        var halves01 = Avx512F.Shuffle4x128(first._values, second._values, 0x44) + Avx512F.Shuffle4x128(first._values, second._values, 0xEE);
        var halves23 = Avx512F.Shuffle4x128(third._values, fourth._values, 0x44) + Avx512F.Shuffle4x128(third._values, fourth._values, 0xEE);
        var quarters = Avx512F.Shuffle4x128(halves01, halves23, 0x88) + Avx512F.Shuffle4x128(halves01, halves23, 0xDD);
        quarters += Avx512F.Permute4x32(quarters, 0b01_00_11_10);
        quarters += Avx512F.Permute4x32(quarters, 0b10_11_00_01);
        return Avx512F.PermuteVar16x32(quarters, Vector512.Create(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).GetLower().GetLower();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes16 values)
    {
        var half = Vector256.Max(values._values.GetLower(), values._values.GetUpper());
        return Lanes8.Largest(new Lanes8(half));
    }
}
