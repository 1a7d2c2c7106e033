using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Compute;

/// <summary>
/// Some 32-bit floats that are computed side by side. Numeric code is written once, over these, and its definition is the same code
/// with one lane.
/// </summary>
internal unsafe interface IFloatLanes<TSelf>
    where TSelf : struct, IFloatLanes<TSelf>
{
    /// <summary>Number of lanes: 1, 8 or 16.</summary>
    static abstract int Width { get; }

    static abstract TSelf All(float value);

    static abstract TSelf Load(float* source);

    /// <summary>16-bit floats times 2^-112. Numbers that are subnormal as 16-bit floats must not occur.</summary>
    /// <remarks>
    /// The bits of sign, exponent and fraction only move; what the two exponents' biases differ by is left to the reader to multiply
    /// with, once for a whole sum.
    /// </remarks>
    static abstract TSelf LoadShrunkHalves(short* source);

    static abstract TSelf LoadBytes(sbyte* source);

    static abstract void Store(TSelf values, float* target);

    /// <summary>Rounds to whole numbers, half to even, and stores their low 8 bits.</summary>
    /// <param name="values">Within ±2^22.</param>
    /// <returns>Sum of the stored numbers.</returns>
    static abstract int StoreRounded(TSelf values, sbyte* target);

    static abstract TSelf Add(TSelf left, TSelf right);

    static abstract TSelf Subtract(TSelf left, TSelf right);

    static abstract TSelf Multiply(TSelf left, TSelf right);

    static abstract TSelf Divide(TSelf left, TSelf right);

    /// <summary>left × right + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Abs(TSelf values);

    static abstract TSelf Exp(TSelf values);

    static abstract float Sum(TSelf values);

    /// <summary>The four sums, side by side: cheaper than one after the other.</summary>
    static abstract Vector128<float> SumFour(TSelf first, TSelf second, TSelf third, TSelf fourth);

    static abstract float Largest(TSelf values);
}
