using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Heads;

public sealed class RescoreTests
{
    private const int Rows = 4096;
    private const int Columns = 256;

    public static TheoryData<int, int, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, bool, bool>();
            foreach (var kind in (int[])[(int)HeadKind.Byte, (int)HeadKind.Nibble])
            {
                foreach (var level in HeadNumbers.Levels)
                {
                    cases.Add(kind, (int)level, false, true);
                    cases.Add(kind, (int)level, true, true);
                    cases.Add(kind, (int)level, false, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_ten_largest_logits_are_the_exact_ones_in_their_order(int kind, int level, bool peaked, bool asHalves)
    {
        var hidden = HeadNumbers.Hidden(Columns, seed: 5);
        var random = new Random(6);
        float Value(int row, int column) =>
            (0.05f * HeadNumbers.Normal(random)) + (peaked && row % 500 == 77 ? 0.02f * hidden[column] : 0);
        using var halves = new MemoryRows(Rows, Columns, Value);
        using var source = new MemoryRows(Rows, Columns, Copy(halves), asHalves);
        using var exact = new HeadFixture(HeadKind.Half, (KernelLevel)level, halves);
        int[] expected = [.. Enumerable.Range(0, Rows).OrderByDescending(row => halves.Logit(row, hidden)).Take(10)];
        exact.Run(hidden);

        foreach (var ranges in (int[])[1, 2, 3])
        {
            using var head = new HeadFixture((HeadKind)kind, (KernelLevel)level, source);
            var logits = head.Run(hidden, ranges);

            Assert.Equal(expected, Enumerable.Range(0, Rows).OrderByDescending(row => logits[row]).Take(10));
            Assert.Equal(expected.Select(row => exact.Logits[row]), expected.Select(row => logits[row]));
        }
    }

    [Theory]
    [InlineData((int)HeadKind.Byte)]
    [InlineData((int)HeadKind.Nibble)]
    public void Exactly_the_64_largest_are_exact_however_they_were_gathered(int kind)
    {
        using var source = HeadNumbers.Random(Rows, Columns, seed: 7);
        using var exact = new HeadFixture(HeadKind.Half, KernelLevels.Best, source);
        using var head = new HeadFixture((HeadKind)kind, KernelLevels.Best, source);
        var hidden = HeadNumbers.Hidden(Columns, seed: 8);
        exact.Run(hidden);
        head.Prepare(hidden);
        head.Compute(0, head.Head.TileCount);
        float[] screened = [.. head.Logits];

        int[] largest = [.. Enumerable.Range(0, Rows).OrderByDescending(row => screened[row]).Take(64)];
        foreach (var ranges in (int[])[1, 3, 8, HeadFixture.MostRanges])
        {
            Assert.Equal(largest.Order(), head.Shortlisted(ranges).ToArray().Order());
        }

        head.Rescore(largest);

        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(largest.Contains(row) ? exact.Logits[row] : screened[row], head.Logits[row]);
        }
    }

    private static Func<int, int, float> Copy(MemoryRows rows)
    {
        var values = new float[rows.Columns];
        var read = -1;
        return (row, column) =>
        {
            if (row != read)
            {
                rows.Read(row, values);
                read = row;
            }

            return values[column];
        };
    }
}
