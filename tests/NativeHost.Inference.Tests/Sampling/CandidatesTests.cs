using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Sampling;

public sealed class CandidatesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void The_top_is_what_a_full_sort_puts_first(int k)
    {
        var random = new Random(k);

        // Few values, so that many are equal and the order of ids decides.
        float[] logits = [.. Enumerable.Range(0, 1000).Select(_ => (float)random.Next(-50, 50))];
        var candidates = new Candidates(logits.Length);

        candidates.Fill(logits);
        candidates.SortTop(k);
        candidates.KeepFirst(k);

        var expected = Enumerable.Range(0, 1000).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(k).ToArray();
        Assert.Equal(expected, candidates.Ids);
        Assert.Equal(expected.Select(id => logits[id]), candidates.Logits.ToArray());
    }

    [Fact]
    public void A_larger_top_may_follow_a_smaller_one()
    {
        float[] logits = [.. Enumerable.Range(0, 300).Select(id => (float)(id * 7 % 300))];
        var candidates = new Candidates(logits.Length);

        candidates.Fill(logits);
        candidates.SortTop(3);
        candidates.SortTop(250);

        var expected = Enumerable.Range(0, 300).OrderByDescending(id => logits[id]).Take(250).ToArray();
        Assert.Equal(expected, candidates.Ids[..250]);
        Assert.Equal(300, candidates.Ids.ToArray().Distinct().Count());
    }

    [Fact]
    public void Dropping_by_logit_keeps_the_order_and_at_least_one()
    {
        var candidates = new Candidates(4);

        candidates.Fill([1f, 4f, 2f, 3f]);
        candidates.KeepFrom(2f);
        Assert.Equal([1, 2, 3], candidates.Ids);

        candidates.KeepFrom(float.PositiveInfinity);
        Assert.Equal(1, candidates.Count);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.3f)]
    [InlineData(0.9f)]
    [InlineData(0.999f)]
    [InlineData(1f)]
    public void A_part_of_the_weight_is_what_a_full_sort_puts_first(float part)
    {
        var random = new Random(4);
        foreach (var scale in new[] { 0f, 0.01f, 1f, 5f, 100f })
        {
            // Steps of a quarter, so that many are equal.
            float[] logits = [.. Enumerable.Range(0, 3000).Select(id => id == 7 ? float.NegativeInfinity : scale * MathF.Round(8 * random.NextSingle()) / 4)];
            var candidates = new Candidates(logits.Length);

            candidates.Fill(logits);
            candidates.KeepWeight(part);

            var sorted = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id).ToList();
            var weights = sorted.ConvertAll(id => Math.Exp((double)logits[id] - logits.Max()));
            var (count, sum) = (0, 0d);
            while (sum < part * weights.Sum() * (1 - 1e-7))
            {
                sum += weights[count++];
            }

            Assert.InRange(candidates.Count, Math.Max(1, count - 1), count + 1 + weights.Count(weight => weight < 1e-7));
            Assert.Equal(sorted.Take(candidates.Count).Order(), candidates.Ids.ToArray().Order());
        }
    }
}
