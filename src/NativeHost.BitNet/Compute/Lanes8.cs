using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NativeHost.BitNet.Compute;

/// <summary>8 lanes.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> values) : IFloatLanes<Lanes8>
{
    /// <summary>1.5 × 2^23: a number that is added to it is rounded to a whole one, whose bits are then the sum's lowest.</summary>
    private const float Rounder = 12582912f;

    private const int HalfMask = unchecked((int)0x8FFFE000);

    private readonly Vector256<float> _values = values;

    public static int Width => 8;

    public static Lanes8 All(float value) => new(Vector256.Create(value));

    public static Lanes8 Load(float* source) => new(Vector256.Load(source));

    public static Lanes8 LoadShrunkHalves(short* source)
        => new(((Widen(Vector128.Load(source)) << 13) & Vector256.Create(HalfMask)).AsSingle());

    public static Lanes8 LoadBytes(sbyte* source) => new(Vector256.ConvertToSingle(Widen(Vector128.WidenLower(Vector128.CreateScalar(*(long*)source).AsSByte()))));

    public static void Store(Lanes8 values, float* target) => values._values.Store(target);

    public static int StoreRounded(Lanes8 values, sbyte* target)
    {
        var rounder = Vector256.Create(Rounder);
        var whole = (values._values + rounder).AsInt32() - rounder.AsInt32();
        var shorts = Vector256.Narrow(whole, whole).GetLower();
        *(long*)target = Vector128.Narrow(shorts, shorts).AsInt64().ToScalar();
        return Vector256.Sum(whole);
    }

    public static Lanes8 Add(Lanes8 left, Lanes8 right) => new(left._values + right._values);

    public static Lanes8 Subtract(Lanes8 left, Lanes8 right) => new(left._values - right._values);

    public static Lanes8 Multiply(Lanes8 left, Lanes8 right) => new(left._values * right._values);

    public static Lanes8 Divide(Lanes8 left, Lanes8 right) => new(left._values / right._values);

    public static Lanes8 MultiplyAdd(Lanes8 left, Lanes8 right, Lanes8 addend)
        => new(Vector256.FusedMultiplyAdd(left._values, right._values, addend._values));

    public static Lanes8 Max(Lanes8 left, Lanes8 right) => new(Vector256.Max(left._values, right._values));

    public static Lanes8 Abs(Lanes8 values) => new(Vector256.Abs(values._values));

    public static Lanes8 Exp(Lanes8 values) => new(Vector256.Exp(values._values));

    public static float Sum(Lanes8 values) => Vector256.Sum(values._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SumFour(Lanes8 first, Lanes8 second, Lanes8 third, Lanes8 fourth)
    {
        if (!Avx.IsSupported)
        {
            return Vector128.Create(Sum(first), Sum(second), Sum(third), Sum(fourth));
        }

        var sums = Avx.HorizontalAdd(
            Avx.HorizontalAdd(first._values, second._values), Avx.HorizontalAdd(third._values, fourth._values));
        return sums.GetLower() + sums.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes8 values)
    {
        var half = Vector128.Max(values._values.GetLower(), values._values.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(half[0], half[1]);
    }

    private static Vector256<int> Widen(Vector128<short> shorts)
        => Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts));
}
