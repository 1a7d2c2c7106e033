using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Sampling;

public sealed class SamplerTests
{
    private const int ContextTokens = 512;

    private static readonly SamplingOptions Bare = new() { Temperature = 1f, TopK = 0, TopP = 1f };

    // Probabilities 0.1, 0.2, 0.3, 0.4 as logits.
    private static float[] Tenths => [MathF.Log(1), MathF.Log(2), MathF.Log(3), MathF.Log(4)];

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-39f)]
    public void Greedy_takes_the_largest_logit_and_the_lowest_id_among_equals(float temperature) =>
        Assert.Equal(1, Draw(Bare with { Temperature = temperature }, [-1f, 5f, 5f, 4f]));

    [Fact]
    public void Steps_that_are_switched_off_are_not_there()
    {
        Assert.Empty(StepsOf(Bare));
        Assert.Empty(StepsOf(Bare with { Temperature = 0f, TopK = 3, TopP = 0.5f }));
        Assert.Equal(
            [typeof(TopK), typeof(TopP), typeof(MinP), typeof(Temperature)],
            StepsOf(new SamplingOptions { MinP = 0.1f }).Select(step => step.GetType()));
        Assert.Equal(
            [typeof(TopNSigma), typeof(TopK), typeof(TypicalP), typeof(TopP), typeof(MinP), typeof(Xtc), typeof(DynamicTemperature)],
            StepsOf(new SamplingOptions { TopNSigma = 1f, TypicalP = 0.9f, MinP = 0.1f, XtcProbability = 0.5f, DynamicTemperatureRange = 0.5f }).Select(step => step.GetType()));
        Assert.Equal(
            [typeof(Temperature), typeof(Mirostat)],
            StepsOf(new SamplingOptions { UsesMirostat = true, MinP = 0.1f, XtcProbability = 0.5f }).Select(step => step.GetType()));
    }

    [Fact]
    public void Penalties_are_there_only_where_they_change_something()
    {
        Assert.Empty(Make(Bare).Rules);
        Assert.Empty(Make(Bare with { FrequencyPenalty = 1f, PenaltyWindow = 0 }).Rules);
        Assert.IsType<Penalties>(Assert.Single(Make(Bare with { FrequencyPenalty = 1f }).Rules));
    }

    [Theory]
    [InlineData(0, 1f, 0f, 1f, new[] { 0.1, 0.2, 0.3, 0.4 })]
    [InlineData(2, 1f, 0f, 1f, new[] { 0, 0, 3 / 7.0, 4 / 7.0 })]
    [InlineData(0, 0.65f, 0f, 1f, new[] { 0, 0, 3 / 7.0, 4 / 7.0 })]
    [InlineData(0, 0.75f, 0f, 1f, new[] { 0, 2 / 9.0, 3 / 9.0, 4 / 9.0 })]
    [InlineData(0, 0f, 0f, 1f, new[] { 0, 0, 0, 1.0 })]
    [InlineData(0, 1f, 0.6f, 1f, new[] { 0, 0, 3 / 7.0, 4 / 7.0 })]
    [InlineData(0, 1f, 0.4f, 1f, new[] { 0, 2 / 9.0, 3 / 9.0, 4 / 9.0 })]
    [InlineData(0, 1f, 0f, 0.5f, new[] { 1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0 })]
    [InlineData(2, 1f, 0f, 0.5f, new[] { 0, 0, 9 / 25.0, 16 / 25.0 })]
    // top-p works on what top-k left: 4/9 + 3/9 reach 0.75 only with the third.
    [InlineData(3, 0.8f, 0f, 1f, new[] { 0, 2 / 9.0, 3 / 9.0, 4 / 9.0 })]
    public void Draws_follow_the_distribution_worked_out_by_hand(
        int topK, float topP, float minP, float temperature, double[] expected)
    {
        const int Draws = 20_000;
        var options = Bare with { TopK = topK, TopP = topP, MinP = minP, Temperature = temperature, Seed = 7 };
        var sampler = Make(options);
        var counts = new int[4];

        for (var i = 0; i < Draws; i++)
        {
            counts[sampler.Next(Tenths).Id]++;
        }

        for (var id = 0; id < 4; id++)
        {
            // Five standard deviations of a count; exactly none where the probability is 0.
            var tolerance = 5 * Math.Sqrt(expected[id] * (1 - expected[id]) / Draws);
            Assert.InRange(counts[id] / (double)Draws, expected[id] - tolerance, expected[id] + tolerance);
        }
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.9, 1)]
    [InlineData(1.0, 3)]
    [InlineData(2.9, 3)]
    [InlineData(3.0, 3)]
    [InlineData(3.1, 3)]
    public void A_token_without_a_chance_is_never_drawn_not_even_where_rounding_leaves_something_over(double point, int index) =>
        Assert.Equal(index, Sampler.IndexAt(point, [0f, 1f, 0f, 2f, 0f]));

    [Fact]
    public void The_same_seed_draws_the_same_tokens_and_another_seed_others()
    {
        int[] Draws(int? seed)
        {
            var sampler = Make(Bare with { Seed = seed });
            return [.. Enumerable.Range(0, 200).Select(_ => sampler.Next(Tenths).Id)];
        }

        Assert.Equal(Draws(1), Draws(1));
        Assert.NotEqual(Draws(1), Draws(2));
        Assert.NotEqual(Draws(null), Draws(null));
    }

    [Fact]
    public void Seen_tokens_lose_by_repetition_frequency_and_presence()
    {
        var options = Bare with { RepetitionPenalty = 2f, FrequencyPenalty = 0.5f, PresencePenalty = 0.25f };
        var sampler = Make(options with { Temperature = 0f });
        float[] logits = [4f, -1f, 3f, 0f];

        sampler.Remember([new Token(0), new Token(0), new Token(1), new Token(3)]);
        sampler.Next(logits);

        // 4/2 − 2·0.5 − 0.25; −1·2 − 0.5 − 0.25; unseen; 0·2 − 0.5 − 0.25.
        Assert.Equal([0.75f, -2.75f, 3f, -0.75f], logits);
    }

    [Fact]
    public void Tokens_that_left_the_window_are_forgotten()
    {
        var sampler = Make(Bare with { Temperature = 0f, PresencePenalty = 1f, PenaltyWindow = 2 });

        sampler.Remember([new Token(0), new Token(1), new Token(1), new Token(2)]);
        float[] logits = [0f, 0f, 0f, 5f];
        sampler.Next(logits);
        Assert.Equal([0f, -1f, -1f, 5f], logits);

        // The chosen token 3 pushed out the first of the two.
        logits = [0f, 0f, 0f, 5f];
        sampler.Next(logits);
        Assert.Equal([0f, 0f, -1f, 4f], logits);
    }

    [Fact]
    public void A_window_of_the_whole_context_remembers_everything()
    {
        var sampler = Make(Bare with { Temperature = 0f, PresencePenalty = 1f, PenaltyWindow = -1 });
        var prompt = new Token[ContextTokens];
        prompt[0] = new Token(1);
        float[] logits = [0f, 0f, 0f, 5f];

        sampler.Remember(prompt);
        sampler.Next(logits);

        Assert.Equal([-1f, -1f, 0f, 5f], logits);
    }

    [Fact]
    public void A_token_of_a_whole_vocabulary_allocates_nothing()
    {
        var random = new Random(3);
        var logits = new float[150_000];
        var step = new float[logits.Length];
        var options = new SamplingOptions { MinP = 0.01f, RepetitionPenalty = 1.1f, Seed = 1 };
        Sampler[] samplers =
        [
            new(options, new Candidates(logits.Length), ContextTokens, new ByteTokenizer([])),
            new(options with { TopK = 0 }, new Candidates(logits.Length), ContextTokens, new ByteTokenizer([])),
            new(options with { Temperature = 0f }, new Candidates(logits.Length), ContextTokens, new ByteTokenizer([])),
            new(
                options with { TopNSigma = 2f, TypicalP = 0.9f, XtcProbability = 1f, DynamicTemperatureRange = 0.5f, DryMultiplier = 1f, DryWindow = 4 },
                new Candidates(logits.Length),
                ContextTokens,
                new ByteTokenizer(["end"], [.. Enumerable.Range(0, logits.Length).Select(word => $"w{word}")])),
            new(options with { UsesMirostat = true }, new Candidates(logits.Length), ContextTokens, new ByteTokenizer([])),
        ];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = random.NextSingle() * 20;
        }

        long allocated = 0;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var sampler in samplers)
            {
                logits.CopyTo(step, 0);
                sampler.Next(step);
            }

            // The first rounds are the runtime's: it compiles on this thread.
            allocated += i < 5 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static int Draw(SamplingOptions options, float[] logits) => Make(options).Next(logits).Id;

    private static IReadOnlyList<ISamplingStep> StepsOf(SamplingOptions options) => Make(options).Steps;

    private static Sampler Make(SamplingOptions options) => new(options, new Candidates(4), ContextTokens, new ByteTokenizer([]));
}
