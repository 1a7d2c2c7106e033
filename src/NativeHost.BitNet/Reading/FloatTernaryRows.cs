using System.Buffers;
using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Reading;

/// <summary>A ternary matrix stored as numbers: in a row there is one size of number, with either sign, and 0.</summary>
/// <param name="factor">Multiplies the scale; above 0.</param>
internal sealed class FloatTernaryRows(DenseRows numbers, float factor) : ITernaryRows
{
    public int Rows => numbers.Rows;

    public int Columns => numbers.Columns;

    public float Read(int row, Span<byte> codes)
    {
        var rented = ArrayPool<float>.Shared.Rent(Columns);
        try
        {
            var values = rented.AsSpan(0, Columns);
            numbers.Read(row, values);
            var scale = ScaleOf(values);
            if (Encode(values, scale, codes[..Columns]) is >= 0 and var other)
            {
                throw numbers.Wrong(row, $"is not ternary: it has the weights {scale} and {Math.Abs(values[other])}");
            }

            return float.IsFinite(scale * factor) ? scale * factor : throw numbers.Wrong(row, $"has the scale {scale * factor}");
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The size of the first number that is not 0; 0 where all are.</summary>
    private static float ScaleOf(ReadOnlySpan<float> values)
    {
        var first = values.IndexOfAnyExcept(0f);
        return first < 0 ? 0 : Math.Abs(values[first]);
    }

    /// <summary>Writes the codes of numbers, and answers where the first one is that has none, or -1.</summary>
    private static int Encode(ReadOnlySpan<float> values, float scale, Span<byte> codes)
    {
        var place = 0;
        for (; place <= values.Length - 32; place += 32)
        {
            if (!TryEncode(values.Slice(place, 32), scale, codes[place..]))
            {
                break;
            }
        }

        for (; place < values.Length; place++)
        {
            var value = values[place];
            if (value != 0 && Math.Abs(value) != scale)
            {
                return place;
            }

            codes[place] = value == 0 ? (byte)1 : value > 0 ? (byte)2 : (byte)0;
        }

        return -1;
    }

    /// <summary>Writes the codes of 32 numbers; false where one has none.</summary>
    private static bool TryEncode(ReadOnlySpan<float> values, float scale, Span<byte> codes)
    {
        var known = Vector256<int>.AllBitsSet;
        var low = Vector256.Narrow(Codes(values, scale, ref known), Codes(values[8..], scale, ref known));
        var high = Vector256.Narrow(Codes(values[16..], scale, ref known), Codes(values[24..], scale, ref known));
        Vector256.Narrow(low, high).AsByte().CopyTo(codes);
        return known == Vector256<int>.AllBitsSet;
    }

    private static Vector256<int> Codes(ReadOnlySpan<float> values, float scale, ref Vector256<int> known)
    {
        var value = Vector256.Create(values);
        var positive = Vector256.Equals(value, Vector256.Create(scale)).AsInt32();
        var negative = Vector256.Equals(value, Vector256.Create(-scale)).AsInt32();
        var zero = Vector256.Equals(value, Vector256<float>.Zero).AsInt32();
        known &= positive | negative | zero;

        // A lane that is equal holds -1. With a scale of 0 all are, and the code is 1.
        return Vector256<int>.One - positive + negative;
    }
}
