using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Sampling;

/// <summary>What each step leaves, worked out by hand.</summary>
public sealed class StepTests
{
    // Probabilities 0.5, 0.25, 0.125, 0.0625, 0.0625, of which the entropy is 1.875 bits; not in order.
    private static readonly float[] Halves = [MathF.Log(2), MathF.Log(8), MathF.Log(1), MathF.Log(4), MathF.Log(1)];

    [Theory]
    // Surprises are 1, 2, 3, 4 and 4 bits: by their distance from 1.875 the order is 2, 1, 3, 4, 4.
    [InlineData(0f, new[] { 3 })]
    [InlineData(0.2f, new[] { 3 })]
    [InlineData(0.3f, new[] { 1, 3 })]
    [InlineData(0.76f, new[] { 0, 1, 3 })]
    [InlineData(0.999f, new[] { 0, 1, 2, 3, 4 })]
    public void Typical_tokens_are_those_around_the_expected_surprise(float p, int[] expected) => Assert.Equal(expected, Left(new TypicalP(p), Halves));

    [Fact]
    public void Typical_tokens_are_found_far_down_the_order_too()
    {
        // One token is a fifth, 4,000 share the rest: the expected surprise is near theirs, and what is kept of them takes many places of the order.
        float[] logits = [MathF.Log(1000), .. Enumerable.Repeat(0f, 4000)];

        var left = Left(new TypicalP(0.4f), logits);

        Assert.Equal(2001, left.Length, 2d);
        Assert.DoesNotContain(0, left);
    }

    [Theory]
    // Mean 2, standard deviation the root of 2.
    [InlineData(0.1f, new[] { 4 })]
    [InlineData(1f, new[] { 3, 4 })]
    [InlineData(1.5f, new[] { 2, 3, 4 })]
    [InlineData(3f, new[] { 0, 1, 2, 3, 4 })]
    public void Logits_far_below_the_largest_are_dropped_by_their_deviation(float n, int[] expected)
    {
        Assert.Equal(expected, Left(new TopNSigma(n), [0f, 1f, 2f, 3f, 4f]));
        Assert.Equal(expected, Left(new TopNSigma(n), [0f, 1f, 2f, 3f, 4f, float.NegativeInfinity]));
    }

    [Theory]
    [InlineData(1f, 0.1f, new[] { 0, 2, 4 })]
    [InlineData(1f, 0.2f, new[] { 0, 2, 3, 4 })]
    [InlineData(1f, 0.3f, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(1f, 0.6f, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(0f, 0.1f, new[] { 0, 1, 2, 3, 4 })]
    public void Likely_choices_but_the_least_are_excluded(float probability, float threshold, int[] expected)
        => Assert.Equal(expected, Left(new Xtc(probability, threshold, new Random(1)), Halves));

    [Fact]
    public void Likely_choices_are_excluded_as_often_as_was_asked_for()
    {
        var step = new Xtc(0.25f, 0.1f, new Random(3));

        var times = Enumerable.Range(0, 4000).Count(_ => Left(step, Halves).Length == 3);

        Assert.InRange(times, 860, 1140);
    }

    [Theory]
    [InlineData(1f, 0.5f + (1.875f / 2.3219281f))]
    [InlineData(2f, 0.5f + (1.875f / 2.3219281f * (1.875f / 2.3219281f)))]
    public void The_temperature_follows_the_entropy(float exponent, float temperature)
    {
        var candidates = FilledWith(Halves);

        new DynamicTemperature(0.5f, 1.5f, exponent).Apply(candidates);

        for (var i = 0; i < Halves.Length; i++)
        {
            Assert.Equal(Halves[i] / temperature, candidates.Logits[i], 1e-5);
        }
    }

    [Fact]
    public void A_dynamic_temperature_of_nothing_keeps_the_likeliest()
        => Assert.Equal([1], Left(new DynamicTemperature(0f, 0f, 1f), Halves));

    [Fact]
    public void Mirostat_drops_what_surprises_more_than_its_bound_and_moves_it_with_each_choice()
    {
        // The bound begins at twice the target: 3 bits.
        var step = new Mirostat(1.5f, 0.5f);
        Assert.Equal([0, 1, 3], Left(step, Halves));

        // A surprise of 3.5 bits is 2 above the target: the bound goes down by 1, to 2 bits.
        step.Observe(MathF.Pow(2, -3.5f));
        Assert.Equal([1, 3], Left(step, Halves));

        // The likeliest stays, however low the bound.
        step.Observe(MathF.Pow(2, -20f));
        Assert.Equal([1], Left(step, Halves));

        step.Observe(MathF.Pow(2, 30f));
        Assert.Equal([0, 1, 2, 3, 4], Left(step, Halves));
    }

    [Fact]
    public void A_bias_is_added_and_a_token_that_is_not_there_is_refused()
    {
        float[] logits = [1f, 2f, 3f];

        new LogitBias(new Dictionary<int, float> { [0] = 2.5f, [2] = float.NegativeInfinity }, 3).Apply(logits);

        Assert.Equal([3.5f, 2f, float.NegativeInfinity], logits);
        Assert.All([-1, 3], id => Assert.Contains("no token", Assert.Throws<ArgumentException>(() => new LogitBias(new Dictionary<int, float> { [id] = 1f }, 3)).Message, StringComparison.Ordinal));
    }

    private static int[] Left(ISamplingStep step, float[] logits)
    {
        var candidates = FilledWith(logits);
        step.Apply(candidates);
        return [.. candidates.Ids.ToArray().Order()];
    }

    private static Candidates FilledWith(float[] logits)
    {
        var candidates = new Candidates(logits.Length);
        candidates.Fill(logits);
        return candidates;
    }
}
