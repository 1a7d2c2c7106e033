using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Heads;

public sealed class HalfHeadTests
{
    public static TheoryData<int> Levels => [.. HeadNumbers.Levels.Select(level => (int)level)];

    [Fact]
    public unsafe void Every_finite_half_is_decoded_exactly()
    {
        Half[] halves = [.. Enumerable.Range(0, 65_536).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(Half.IsFinite)];
        var decoded = new float[halves.Length];

        fixed (Half* source = halves)
        fixed (float* values = decoded)
        {
            HalfBits.Decode(source, values, halves.Length - 3);
            HalfBits.Decode(source + halves.Length - 3, values + halves.Length - 3, 3);
        }

        Assert.Equal(halves.Select(half => (float)half), decoded);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Logits_are_those_of_double_precision_but_for_the_float_sum(int level)
    {
        foreach (var columns in (int[])[1, 63, 256, 2560])
        {
            using var source = HeadNumbers.Random(17, columns, seed: 3);
            using var head = new HeadFixture(HeadKind.Half, (KernelLevel)level, source);
            var hidden = HeadNumbers.Hidden(columns, seed: 4);

            head.Run(hidden);

            for (var row = 0; row < source.Rows; row++)
            {
                Assert.Equal(source.Logit(row, hidden), head.Logits[row], 1e-6 * columns);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Subnormal_halves_and_tiny_or_huge_hidden_states_lose_no_bits(int level)
    {
        // One product in each row, so that there is nothing to round.
        using var source = new MemoryRows(64, 64, (row, column) => row == column ? (row + 1) * 5.9604645e-8f : 0);
        using var head = new HeadFixture(HeadKind.Half, (KernelLevel)level, source);
        foreach (var size in (float[])[1, 1e-20f, 3e4f, 1e38f])
        {
            float[] hidden = [.. Enumerable.Repeat(size, 64)];

            head.Run(hidden);

            Assert.Equal(Enumerable.Range(0, 64).Select(row => (row + 1) * 5.9604645e-8f * size), head.Logits);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void The_largest_halves_do_not_overflow(int level)
    {
        using var source = new MemoryRows(16, 2560, (row, _) => row % 2 == 0 ? 65504 : -65504);
        using var head = new HeadFixture(HeadKind.Half, (KernelLevel)level, source);

        head.Run([.. Enumerable.Repeat(100f, 2560)]);

        Assert.Equal(65504f * 256000, head.Logits[0], 1e7f);
        Assert.Equal(-65504f * 256000, head.Logits[1], 1e7f);
    }
}
