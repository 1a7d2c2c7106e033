using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Reading;

/// <summary>Decodes blocks of ternary weights to codes: weight + 1.</summary>
/// <remarks>
/// I2_S and TQ2_0 keep a code in two bits. 128 codes lie in 32 bytes, of which byte m holds the codes m, 32 + m, 64 + m and 96 + m: I2_S
/// from the high bits to the low ones, TQ2_0 from the low to the high. TQ1_0 keeps five codes in a byte: see <see cref="DecodeTq1"/>.
/// </remarks>
internal static class TernaryCodes
{
    public const int GroupCodes = 128;
    public const int GroupBytes = GroupCodes / 4;
    public const int BlockCodes = 256;
    public const int Tq1Bytes = 52;

    private const int Tq1WideBytes = 32;
    private const int Tq1NarrowBytes = 16;
    private const int Tq1WideCodes = 5 * Tq1WideBytes;
    private const int Tq1NarrowCodes = 5 * Tq1NarrowBytes;

    /// <summary>Decodes a group of I2_S.</summary>
    /// <param name="stored">32 bytes.</param>
    /// <param name="codes">Gets 128 codes, of 3 too.</param>
    public static void DecodeI2S(ReadOnlySpan<byte> stored, Span<byte> codes)
    {
        var bytes = Vector256.Create(stored).AsUInt16();
        var mask = Vector256.Create((byte)3);

        // A shift of 16 bits drags in bits of the neighbouring byte, which the mask takes away.
        ((bytes >>> 6).AsByte() & mask).CopyTo(codes);
        ((bytes >>> 4).AsByte() & mask).CopyTo(codes[32..]);
        ((bytes >>> 2).AsByte() & mask).CopyTo(codes[64..]);
        (bytes.AsByte() & mask).CopyTo(codes[96..]);
    }

    /// <summary>Decodes a group of TQ2_0.</summary>
    /// <param name="stored">32 bytes.</param>
    /// <param name="codes">Gets 128 codes, of 3 too.</param>
    public static void DecodeTq2(ReadOnlySpan<byte> stored, Span<byte> codes)
    {
        var bytes = Vector256.Create(stored).AsUInt16();
        var mask = Vector256.Create((byte)3);
        (bytes.AsByte() & mask).CopyTo(codes);
        ((bytes >>> 2).AsByte() & mask).CopyTo(codes[32..]);
        ((bytes >>> 4).AsByte() & mask).CopyTo(codes[64..]);
        ((bytes >>> 6).AsByte() & mask).CopyTo(codes[96..]);
    }

    /// <summary>Decodes a block of TQ1_0. Any bytes give codes of 0 to 2.</summary>
    /// <remarks>
    /// A byte is a fraction of 256, whose first five digits in base 3 are codes: times 3, the whole part is the next one. The digits n of
    /// 32 bytes are the codes 32n to 32n + 31; those of the next 16 bytes follow as 16 each, and of the last four, which have four
    /// digits, as four each.
    /// </remarks>
    /// <param name="stored">52 bytes.</param>
    /// <param name="codes">Gets 256 codes.</param>
    public static void DecodeTq1(ReadOnlySpan<byte> stored, Span<byte> codes)
    {
        DecodeDigits(stored[..Tq1WideBytes], codes[..Tq1WideCodes]);
        DecodeDigits(stored.Slice(Tq1WideBytes, Tq1NarrowBytes), codes.Slice(Tq1WideCodes, Tq1NarrowCodes));
        DecodeDigits(stored[(Tq1WideBytes + Tq1NarrowBytes)..Tq1Bytes], codes[(Tq1WideCodes + Tq1NarrowCodes)..BlockCodes]);
    }

    /// <summary>Whether some bytes of two-bit codes have a code of 3, in whichever order they are.</summary>
    public static bool HasInvalid(ReadOnlySpan<byte> stored)
    {
        const byte LowBits = 0b01010101;
        var both = Vector256<byte>.Zero;
        while (stored.Length >= Vector256<byte>.Count)
        {
            // What the shift of 16 bits brings from the neighbouring byte is in the highest bit, no low one.
            var bytes = Vector256.Create(stored);
            both |= bytes & (bytes.AsUInt16() >>> 1).AsByte();
            stored = stored[Vector256<byte>.Count..];
        }

        var rest = 0;
        foreach (var value in stored)
        {
            rest |= value & (value >> 1);
        }

        return (rest & LowBits) != 0 || (both & Vector256.Create(LowBits)) != Vector256<byte>.Zero;
    }

    private static void DecodeDigits(ReadOnlySpan<byte> stored, Span<byte> codes)
    {
        var m = 0;
        for (; m <= stored.Length - Vector128<byte>.Count; m += Vector128<byte>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(stored[m..]));
            for (var place = m; place < codes.Length; place += stored.Length)
            {
                (low, high) = (low * 3, high * 3);
                Vector128.Narrow(low >>> 8, high >>> 8).CopyTo(codes[place..]);
                (low, high) = (low & Vector128.Create((ushort)0xFF), high & Vector128.Create((ushort)0xFF));
            }
        }

        for (; m < stored.Length; m++)
        {
            var fraction = (int)stored[m];
            for (var place = m; place < codes.Length; place += stored.Length)
            {
                fraction *= 3;
                codes[place] = (byte)(fraction >> 8);
                fraction &= 0xFF;
            }
        }
    }
}
