using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Reading;

/// <summary>Decodes rows of numbers: floats of three widths, and the blocks of integers that embeddings are stored in.</summary>
internal static class DenseBlocks
{
    private const uint Q4 = 2;
    private const uint Q4K = 12;
    private const uint Q6K = 14;
    private const int SmallBlock = 32;
    private const int LargeBlock = 256;

    /// <summary>Decodes a row.</summary>
    /// <param name="stored">Whole blocks, as many as the values need.</param>
    public delegate void Decoder(ReadOnlySpan<byte> stored, Span<float> values);

    /// <summary>The names of the types that are decoded, for messages.</summary>
    public static string Names => "F32, F16, BF16, Q8_0, Q6_K, Q4_K and Q4_0";

    /// <summary>The decoder of a tensor's type, or null where there is none.</summary>
    public static Decoder? Find(uint typeId) => typeId switch
    {
        GgufTensorType.F32 => DecodeF32,
        GgufTensorType.F16 => DecodeF16,
        GgufTensorType.BF16 => DecodeBF16,
        GgufTensorType.Q8 => DecodeQ8,
        Q6K => DecodeQ6K,
        Q4K => DecodeQ4K,
        Q4 => DecodeQ4,
        _ => null,
    };

    public static bool AreFinite(ReadOnlySpan<float> values)
    {
        var exponents = Vector256.Create(0x7F800000);
        var none = Vector256<int>.Zero;
        while (values.Length >= Vector256<float>.Count)
        {
            none |= Vector256.Equals(Vector256.Create(values).AsInt32() & exponents, exponents);
            values = values[Vector256<float>.Count..];
        }

        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return none == Vector256<int>.Zero;
    }

    private static void DecodeF32(ReadOnlySpan<byte> stored, Span<float> values)
        => stored[..(values.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(values));

    private static void DecodeF16(ReadOnlySpan<byte> stored, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, short>(stored);
        var place = 0;
        for (; place <= values.Length - Vector128<short>.Count; place += Vector128<short>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(halves[place..]));
            Widened(low).CopyTo(values[place..]);
            Widened(high).CopyTo(values[(place + 4)..]);
        }

        for (; place < values.Length; place++)
        {
            values[place] = (float)BitConverter.Int16BitsToHalf(halves[place]);
        }
    }

    /// <summary>Makes 32-bit floats of 16-bit ones, exactly; all that is not finite becomes infinite.</summary>
    /// <param name="halves">Their bits, extended by their sign.</param>
    private static Vector128<float> Widened(Vector128<int> halves)
    {
        // Sign, exponent and fraction go to their places; the exponent then lacks the difference of the two biases, 127 - 15.
        const float Biases = 5.192296858534828e33f; // 2^112
        const float FirstNotFinite = 65_536;
        var values = ((halves << 13) & Vector128.Create(unchecked((int)0x8FFFE000))).AsSingle() * Biases;
        return Vector128.ConditionalSelect(
            Vector128.GreaterThanOrEqual(Vector128.Abs(values), Vector128.Create(FirstNotFinite)),
            Vector128.Create(float.PositiveInfinity),
            values);
    }

    /// <summary>The upper half of a 32-bit float.</summary>
    private static void DecodeBF16(ReadOnlySpan<byte> stored, Span<float> values)
    {
        var upper = MemoryMarshal.Cast<byte, ushort>(stored);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.Int32BitsToSingle(upper[i] << 16);
        }
    }

    /// <summary>Q8_0: d:f16, then 32 signed bytes q; the value is d * q.</summary>
    private static void DecodeQ8(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; values = values[SmallBlock..])
        {
            var scale = Half(stored);
            var numbers = MemoryMarshal.Cast<byte, sbyte>(stored[2..]);
            for (var i = 0; i < SmallBlock; i++)
            {
                values[i] = scale * numbers[i];
            }

            stored = stored[34..];
        }
    }

    /// <summary>Q4_0: d:f16, then 16 bytes, whose low halves are the first 16 q and whose high ones the others; the value is d * (q - 8).</summary>
    private static void DecodeQ4(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; values = values[SmallBlock..])
        {
            var scale = Half(stored);
            for (var i = 0; i < SmallBlock / 2; i++)
            {
                values[i] = scale * ((stored[2 + i] & 15) - 8);
                values[i + (SmallBlock / 2)] = scale * ((stored[2 + i] >> 4) - 8);
            }

            stored = stored[18..];
        }
    }

    /// <summary>Q4_K: d:f16, m:f16, 12 bytes of scales s and minima t, then 128 bytes of q; the value is d * s * q - m * t.</summary>
    /// <remarks>
    /// Of 64 values each, 32 bytes hold the first 32 q in their low halves and the others in their high ones. Each 32 values have their
    /// own s and t of six bits. Those of the first four groups j are the low six bits of the bytes j and 4 + j; of the others, the
    /// halves of byte 4 + j with the high two bits of the bytes j - 4 and j above them.
    /// </remarks>
    private static void DecodeQ4K(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; values = values[LargeBlock..])
        {
            var (scale, minimum) = (Half(stored), Half(stored[2..]));
            var packed = stored.Slice(4, 12);
            var numbers = stored[16..];
            for (var group = 0; group < 8; group++)
            {
                var (s, t) = group < 4
                    ? (packed[group] & 63, packed[group + 4] & 63)
                    : ((packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4), (packed[group + 4] >> 4) | (packed[group] >> 6 << 4));
                for (var i = 0; i < SmallBlock; i++)
                {
                    var q = (numbers[(group / 2 * SmallBlock) + i] >> (group % 2 * 4)) & 15;
                    values[(group * SmallBlock) + i] = (scale * s * q) - (minimum * t);
                }
            }

            stored = stored[144..];
        }
    }

    /// <summary>Q6_K: 128 bytes of low halves, 64 of upper pairs of bits, 16 signed scales s, d:f16; the value is d * s * (q - 32).</summary>
    /// <remarks>
    /// Of 128 values each, 64 bytes hold the low four bits: those of the values 0 to 63 in the low halves, 64 to 127 in the high; and 32
    /// bytes the upper two bits: byte i those of i, 32 + i, 64 + i and 96 + i from the low to the high. Each 16 values have their own s.
    /// </remarks>
    private static void DecodeQ6K(ReadOnlySpan<byte> stored, Span<float> values)
    {
        for (; values.Length > 0; values = values[LargeBlock..])
        {
            var scales = MemoryMarshal.Cast<byte, sbyte>(stored.Slice(192, 16));
            var scale = Half(stored[208..]);
            for (var i = 0; i < LargeBlock; i++)
            {
                var (half, inHalf) = (i / 128, i % 128);
                var low = (stored[(half * 64) + (inHalf % 64)] >> (inHalf / 64 * 4)) & 15;
                var upper = (stored[128 + (half * 32) + (inHalf % 32)] >> (inHalf / 32 * 2)) & 3;
                values[i] = scale * scales[i / 16] * ((low | (upper << 4)) - 32);
            }

            stored = stored[210..];
        }
    }

    private static float Half(ReadOnlySpan<byte> stored) => (float)BinaryPrimitives.ReadHalfLittleEndian(stored);
}
