using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Heads;

/// <summary>Single logits, computed in floats from the rows as the file has them.</summary>
/// <remarks>
/// From halves (<see cref="HalfBits"/>) a sum comes out 2^112 times too small. To keep its terms away from the subnormal floats, where
/// they would lose bits, the hidden state is first multiplied with a power of two, 2^112 at most: exact, and undone in the logit.
/// </remarks>
/// <param name="streams">Whether all rows are wanted of every token; else single ones, which are copied before they are used.</param>
internal sealed unsafe class ExactRows(KernelLevel level, IDenseRows source, bool streams)
{
    // The largest number of the hidden state lands below 2^113, the largest term below 2^(113 - 112 + 16): no sum of terms overflows.
    private const int LargestExponent = 112;

    private readonly Half* _halves = source.Halves;
    private readonly int _columns = source.Columns;

    /// <summary>Floats that <see cref="Logit"/> needs to decode or copy a row; 0 where it does neither.</summary>
    public int RowLength => _halves != null && streams ? 0 : _columns;

    /// <summary>Scales the hidden state in place.</summary>
    /// <param name="hidden">[length]</param>
    /// <param name="length">A multiple of 8.</param>
    /// <param name="largest">max |hidden|.</param>
    /// <returns>What a sum has to be multiplied with.</returns>
    public float Scale(float* hidden, int length, float largest)
    {
        if (_halves == null)
        {
            return 1;
        }

        var exponent = HalfBits.UnitExponent;
        if (float.IsNormal(largest))
        {
            exponent = Math.Min(exponent, LargestExponent - Math.ILogB(largest));
        }

        var factor = Vector256.Create(PowerOfTwo(exponent));
        for (var k = 0; k < length; k += Vector256<float>.Count)
        {
            (Vector256.Load(hidden + k) * factor).Store(hidden + k);
        }

        return PowerOfTwo(HalfBits.UnitExponent - exponent);
    }

    /// <param name="hidden">[Columns], scaled.</param>
    /// <param name="factor">What <see cref="Scale"/> returned.</param>
    /// <param name="decoded">[RowLength]: the calling thread's.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Logit(int row, float* hidden, float factor, float* decoded)
    {
        if (_halves != null)
        {
            var halves = _halves + ((long)row * _columns);
            if (!streams)
            {
                halves = (Half*)decoded;
                source.CopyHalves(row, halves);
            }

            return RowDot.Halves(level, halves, hidden, _columns) * factor;
        }

        source.Read(row, new Span<float>(decoded, _columns));
        return RowDot.Floats(level, decoded, hidden, _columns) * factor;
    }

    // For the exponents of normal floats, -126 to 127; here they are -15 to 127.
    private static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);
}
