using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Heads;

public sealed class HeadLevelTests
{
    public static TheoryData<int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int>();
            foreach (var rows in (int[])[1, 15, 17, 1000])
            {
                foreach (var columns in (int[])[1, 63, 256, 2560])
                {
                    shapes.Add(rows, columns);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_level_screens_with_the_same_bits(int rows, int columns)
    {
        using var source = HeadNumbers.Random(rows, columns, seed: rows + columns);
        var hidden = HeadNumbers.Hidden(columns, seed: 1);

        AssertLevelsAgree(HeadKind.Byte, source, hidden);
        AssertLevelsAgree(HeadKind.Nibble, source, hidden);
    }

    [Theory]
    [InlineData((int)HeadKind.Byte, 127, 32_000, 500)]
    [InlineData((int)HeadKind.Nibble, 7, 127, 127)]
    public void Numbers_that_need_no_rounding_give_the_very_sums(int kind, int largestWeight, int largestHidden, int spread)
    {
        var random = new Random(9);
        float[] hidden = [largestHidden, .. Enumerable.Range(1, 199).Select(_ => (float)random.Next(-spread, spread + 1))];
        using var source = new MemoryRows(
            20, 200, (_, column) => column == 0 ? largestWeight : random.Next(-largestWeight, largestWeight + 1));
        using var head = new HeadFixture((HeadKind)kind, KernelLevel.Scalar, source);

        head.Prepare(hidden);
        head.Compute(0, head.Head.TileCount);

        Assert.Equal(Enumerable.Range(0, 20).Select(row => (float)source.Logit(row, hidden)), head.Logits[..20]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(2560)]
    [InlineData(16384)]
    public void The_largest_numbers_overflow_nothing(int columns)
    {
        float[] ones = [.. Enumerable.Repeat(1f, columns)];
        float[] alternating = [.. Enumerable.Range(0, columns).Select(k => k % 2 == 0 ? 1f : -1f)];
        using var source = new MemoryRows(32, columns, (row, k) => (row % 3) switch { 0 => 1, 1 => -1, _ => alternating[k] });

        foreach (var hidden in (float[][])[ones, alternating])
        {
            foreach (var kind in (HeadKind[])[HeadKind.Byte, HeadKind.Nibble])
            {
                foreach (var level in HeadNumbers.Levels)
                {
                    using var head = new HeadFixture(kind, level, source);
                    head.Prepare(hidden);
                    head.Compute(0, head.Head.TileCount);

                    for (var row = 0; row < source.Rows; row++)
                    {
                        Assert.Equal(source.Logit(row, hidden), head.Logits[row], 1e-3 * columns);
                    }
                }
            }
        }
    }

    [Fact]
    public void Activations_with_one_peak_and_rows_of_zeros_agree_on_every_level()
    {
        var hidden = new float[2560];
        hidden[1234] = -700;
        hidden[7] = 1e-3f;
        using var source = new MemoryRows(48, 2560, (row, k) => row == 5 ? 0 : (float)Math.Sin((row * 31) + k));

        AssertLevelsAgree(HeadKind.Byte, source, hidden);
        AssertLevelsAgree(HeadKind.Nibble, source, hidden);
        AssertLevelsAgree(HeadKind.Byte, source, new float[2560]);
        AssertLevelsAgree(HeadKind.Nibble, source, new float[2560]);
    }

    [Theory]
    [InlineData(1000, 2560, 0.01, 0.17)]
    [InlineData(17, 63, 0.01, 0.17)]
    public void Screened_logits_are_near_the_real_ones(int rows, int columns, double byteError, double nibbleError)
    {
        using var source = HeadNumbers.Random(rows, columns, seed: 2);
        var hidden = HeadNumbers.Hidden(columns, seed: 3);
        foreach (var (kind, error) in ((HeadKind, double)[])[(HeadKind.Byte, byteError), (HeadKind.Nibble, nibbleError)])
        {
            using var head = new HeadFixture(kind, KernelLevels.Best, source);
            head.Prepare(hidden);
            head.Compute(0, head.Head.TileCount);

            // Root of the mean square, against a logit's own deviation: 0.05 * sqrt(columns).
            var squares = Enumerable.Range(0, rows).Select(row => Math.Pow(head.Logits[row] - source.Logit(row, hidden), 2));
            Assert.InRange(Math.Sqrt(squares.Average()) / (0.05 * Math.Sqrt(columns)), 0, error);
        }
    }

    private static void AssertLevelsAgree(HeadKind kind, MemoryRows source, float[] hidden)
    {
        using var scalar = new HeadFixture(kind, KernelLevel.Scalar, source);
        scalar.Prepare(hidden);
        scalar.Compute(0, scalar.Head.TileCount);
        foreach (var level in HeadNumbers.Levels)
        {
            using var head = new HeadFixture(kind, level, source);
            head.Prepare(hidden);
            head.Compute(0, head.Head.TileCount);

            Assert.Equal(scalar.Logits, head.Logits);
        }
    }
}
