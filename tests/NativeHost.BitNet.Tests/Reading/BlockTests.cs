using NativeHost.BitNet.Reading;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Reading;

/// <summary>Blocks written down by hand from the definitions of their formats.</summary>
public sealed class BlockTests
{
    private const byte FourZeroWeights = 0x55;

    [Fact]
    public void I2_S_has_its_first_code_in_the_high_bits()
    {
        var stored = Filled(32, FourZeroWeights);
        stored[0] = 0b00_01_10_00;
        stored[31] = 0b10_00_01_10;

        var codes = new byte[128];
        TernaryCodes.DecodeI2S(stored, codes);

        AssertCodes(codes, (0, 0), (32, 1), (64, 2), (96, 0), (31, 2), (63, 0), (95, 1), (127, 2));
    }

    [Fact]
    public void TQ2_0_has_its_first_code_in_the_low_bits()
    {
        var stored = Filled(32, FourZeroWeights);
        stored[0] = 0b00_01_10_00;
        stored[31] = 0b10_00_01_10;

        var codes = new byte[128];
        TernaryCodes.DecodeTq2(stored, codes);

        AssertCodes(codes, (0, 0), (32, 2), (64, 1), (96, 0), (31, 2), (63, 1), (95, 0), (127, 2));
    }

    [Fact]
    public void TQ1_0_has_its_codes_as_digits_of_a_fraction()
    {
        // Of all codes 1 the number is 121, and 121 * 256 / 243 rounds up to 128; of four digits and a 0 it is 120, and 127.
        var stored = Filled(52, 128);
        stored.AsSpan(48).Fill(127);
        stored[5] = 186; // 20112 in base 3 is 176, and 176 * 256 / 243 = 185.4
        stored[19] = 186;
        stored[32 + 3] = 186;
        stored[48 + 2] = 149; // 12020 is 141, and 141 * 256 / 243 = 148.5

        var codes = new byte[256];
        TernaryCodes.DecodeTq1(stored, codes);

        AssertCodes(
            codes,
            (5, 2), (37, 0), (69, 1), (101, 1), (133, 2),
            (19, 2), (51, 0), (83, 1), (115, 1), (147, 2),
            (163, 2), (179, 0), (195, 1), (211, 1), (227, 2),
            (242, 1), (246, 2), (250, 0), (254, 2));
    }

    [Fact]
    public void Any_byte_of_TQ1_0_gives_codes()
    {
        var codes = new byte[256];
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            TernaryCodes.DecodeTq1(Filled(52, (byte)value), codes);

            Assert.False(codes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)2));
        }
    }

    [Fact]
    public void A_code_of_3_is_found_wherever_it_is()
    {
        for (var length = 1; length <= 100; length++)
        {
            var stored = Filled(length, 0b10_10_10_10);
            Assert.False(TernaryCodes.HasInvalid(stored));
            stored = Filled(length, FourZeroWeights);
            Assert.False(TernaryCodes.HasInvalid(stored));
            for (var code = 0; code < 4 * length; code++)
            {
                var changed = (byte[])stored.Clone();
                changed[code / 4] |= (byte)(3 << (code % 4 * 2));
                Assert.True(TernaryCodes.HasInvalid(changed), $"{length} bytes, code {code}");
            }
        }
    }

    [Fact]
    public void Q8_0_is_scaled_bytes()
    {
        byte[] stored = [.. HalfBytes(0.5f), .. new byte[32]];
        (stored[2], stored[3], stored[33]) = (0x80, 0x7F, 0xFF);

        AssertValues(8, stored, 32, (0, -64f), (1, 63.5f), (31, -0.5f));
    }

    [Fact]
    public void Q4_0_has_16_values_in_low_halves_and_16_in_high_ones()
    {
        byte[] stored = [.. HalfBytes(0.25f), .. Filled(16, 0x88)];
        (stored[2], stored[17]) = (0xF1, 0x0A);

        AssertValues(2, stored, 32, (0, -1.75f), (16, 1.75f), (15, 0.5f), (31, -2f));
    }

    [Fact]
    public void Q6_K_has_its_upper_bits_and_its_scales_apart()
    {
        byte[] stored = [.. new byte[128], .. Filled(64, 0b10_10_10_10), .. Filled(16, 1), .. HalfBytes(0.5f)];
        stored[36] = 0xD0; // value 100: 13 with the upper bits 2 is 45
        stored[192 + 6] = unchecked((byte)-3);
        stored[64 + 8] = 0x70; // value 200: 7 with the upper bits 1 is 23
        stored[128 + 40] = 0b10_01_10_10;
        stored[192 + 12] = 4;

        AssertValues(14, stored, 256, (100, 0.5f * -3 * 13), (200, 0.5f * 4 * -9));
    }

    [Fact]
    public void Q4_K_has_scales_and_minima_of_six_bits()
    {
        byte[] stored = [.. HalfBytes(0.5f), .. HalfBytes(0.25f), .. new byte[12], .. new byte[128]];
        (stored[4 + 1], stored[4 + 5]) = (0xC0 | 33, 0x40 | 21); // group 1: s 33, t 21; group 5: upper bits 3 and 1
        stored[4 + 9] = 0x9A; // group 5: lower bits 10 and 9
        stored[16 + 2] = 0xB0; // value 34: 11
        stored[16 + 64 + 7] = 0x50; // value 167: 5

        AssertValues(
            12, stored, 256, (34, (0.5f * 33 * 11) - (0.25f * 21)), (167, (0.5f * 58 * 5) - (0.25f * 25)), (32, -0.25f * 21), (0, 0f));
    }

    [Fact]
    public void BF16_is_half_of_a_float() => AssertValues(GgufTensorType.BF16, [0xC0, 0x3F, 0x20, 0xC1], 2, (0, 1.5f), (1, -10f));

    [Fact]
    public void Every_16_bit_float_is_read_exactly()
    {
        var halves = Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).ToArray();
        var stored = halves.SelectMany(BitConverter.GetBytes).ToArray();

        var values = new float[halves.Length];
        DenseBlocks.Find(GgufTensorType.F16)!(stored, values);

        for (var i = 0; i < halves.Length; i++)
        {
            Assert.True(Half.IsFinite(halves[i]) ? (float)halves[i] == values[i] : !float.IsFinite(values[i]), $"{i:x}");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_found_wherever_they_are(float number)
    {
        for (var length = 1; length < 30; length++)
        {
            var values = Enumerable.Repeat(float.MaxValue, length).ToArray();
            Assert.True(DenseBlocks.AreFinite(values));
            for (var place = 0; place < length; place++)
            {
                (values[place], var kept) = (number, values[place]);
                Assert.False(DenseBlocks.AreFinite(values));
                values[place] = kept;
            }
        }
    }

    private static void AssertCodes(byte[] codes, params ReadOnlySpan<(int Place, int Code)> expected)
    {
        var all = Filled(codes.Length, 1);
        foreach (var (place, code) in expected)
        {
            all[place] = (byte)code;
        }

        Assert.Equal(all, codes);
    }

    private static void AssertValues(uint type, byte[] stored, int count, params ReadOnlySpan<(int Place, float Value)> expected)
    {
        var values = new float[count];
        DenseBlocks.Find(type)!(stored, values);
        foreach (var (place, value) in expected)
        {
            Assert.Equal(value, values[place]);
        }
    }

    private static byte[] Filled(int count, byte value)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static byte[] HalfBytes(float value) => BitConverter.GetBytes((Half)value);
}
