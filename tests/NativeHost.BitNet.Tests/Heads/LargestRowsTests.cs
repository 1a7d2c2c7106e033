using NativeHost.BitNet.Heads;

namespace NativeHost.BitNet.Tests.Heads;

public sealed class LargestRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1003)]
    public void The_largest_are_found_in_any_order(int count)
    {
        var random = new Random(count);
        float[] shuffled = [.. Enumerable.Range(0, count).Select(_ => HeadNumbers.Normal(random))];
        float[] rising = [.. shuffled.Order()];
        float[] falling = [.. shuffled.OrderDescending()];

        foreach (var logits in (float[][])[shuffled, rising, falling])
        {
            Assert.Equal(logits.OrderDescending().Take(64), Find(logits, 0, count).Select(row => logits[row]).OrderDescending());
        }
    }

    [Fact]
    public void Only_rows_of_the_range_are_found()
    {
        float[] logits = [.. Enumerable.Range(0, 400).Select(row => row is >= 101 and < 300 ? row % 50 : 1000f)];

        var found = Find(logits, 101, 300);

        Assert.Equal(64, found.Distinct().Count());
        Assert.All(found, row => Assert.InRange(row, 101, 299));
        Assert.Equal(logits[101..300].OrderDescending().Take(64), found.Select(row => logits[row]).OrderDescending());
    }

    [Fact]
    public void What_is_no_number_is_passed_over()
    {
        float[] logits = [.. Enumerable.Range(0, 100).Select(row => row % 4 == 0 ? row : row % 4 == 1 ? float.NaN : float.NegativeInfinity)];

        Assert.Equal(Enumerable.Range(0, 25).Select(k => 4 * k), Find(logits, 0, 100).Order());
    }

    private static unsafe int[] Find(float[] logits, int first, int end)
    {
        var rows = new int[64];
        fixed (float* values = logits)
        fixed (int* found = rows)
        {
            return rows[..LargestRows.Find(values, first, end, found, 64)];
        }
    }
}
