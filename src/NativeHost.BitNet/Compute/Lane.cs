using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Compute;

/// <summary>One lane: the plain form.</summary>
internal readonly unsafe struct Lane(float value) : IFloatLanes<Lane>
{
    private readonly float _value = value;

    public static int Width => 1;

    public static Lane All(float value) => new(value);

    public static Lane Load(float* source) => new(*source);

    public static Lane LoadShrunkHalves(short* source) => new((float)BitConverter.Int16BitsToHalf(*source) * float.ScaleB(1, -112));

    public static Lane LoadBytes(sbyte* source) => new(*source);

    public static void Store(Lane values, float* target) => *target = values._value;

    public static int StoreRounded(Lane values, sbyte* target)
    {
        var whole = (int)MathF.Round(values._value, MidpointRounding.ToEven);
        *target = unchecked((sbyte)whole);
        return whole;
    }

    public static Lane Add(Lane left, Lane right) => new(left._value + right._value);

    public static Lane Subtract(Lane left, Lane right) => new(left._value - right._value);

    public static Lane Multiply(Lane left, Lane right) => new(left._value * right._value);

    public static Lane Divide(Lane left, Lane right) => new(left._value / right._value);

    public static Lane MultiplyAdd(Lane left, Lane right, Lane addend) => new(MathF.FusedMultiplyAdd(left._value, right._value, addend._value));

    public static Lane Max(Lane left, Lane right) => new(MathF.Max(left._value, right._value));

    public static Lane Abs(Lane values) => new(MathF.Abs(values._value));

    public static Lane Exp(Lane values) => new(MathF.Exp(values._value));

    public static float Sum(Lane values) => values._value;

    public static Vector128<float> SumFour(Lane first, Lane second, Lane third, Lane fourth)
        => Vector128.Create(first._value, second._value, third._value, fourth._value);

    public static float Largest(Lane values) => values._value;
}
