using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>The engine against the model's definition, and both against what other implementations made of the same files.</summary>
public sealed class ReferenceTests
{
    /// <summary>
    /// Sums in another order sometimes round an activation the other way, whose token then differs by so much. Where none is, all is the
    /// same to some millionths.
    /// </summary>
    private const float Tolerance = 0.2f;

    /// <summary>What rows in 8 bits add to logits that are not rescored: 0.11 at most.</summary>
    private const float ByteTolerance = Tolerance + 0.1f;

    private const float SameRounding = 1e-4f;

    /// <summary>Tokens of a run that are computed on levels that are slow without optimization: other lengths are the other tests' matter.</summary>
    private const int OnOtherLevels = 30;

    /// <summary>Goldens have four places behind the point, and another order of sums.</summary>
    private const float GoldenTolerance = 0.01f;

    public static TheoryData<string> Levels => [.. Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported).Select(level => $"{level}")];

    [Theory]
    [InlineData("silu", "F16")]
    [InlineData("silu", "TQ1_0")]
    [InlineData("relu2", "F16")]
    [InlineData("relu2", "TQ1_0")]
    public void The_definition_with_floats_is_that_of_the_goldens(string gate, string encoding)
    {
        var run = GoldenRun.TinyStories(gate, PlainActivations.Floats);

        var logits = ExpectedLogits.Of(TestModels.TinyStories(gate, encoding), PlainActivations.Floats, cache: null, run.Tokens);

        AssertGolden(run, logits, GoldenTolerance);
        AssertGreedy(run, logits, logits, Tolerance);
    }

    [Theory]
    [InlineData("silu")]
    [InlineData("relu2")]
    public void The_definition_with_bytes_is_that_of_the_goldens(string gate)
    {
        var run = GoldenRun.TinyStories(gate, PlainActivations.Bytes);

        var logits = ExpectedLogits.Of(TestModels.TinyStories(gate, "I2_S"), cache: null, run.Tokens);

        AssertGolden(run, logits, Tolerance);
        AssertGreedy(run, logits, logits, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task The_demo_model_gives_the_goldens_of_all_prompts(string level)
    {
        using var model = await ModelUnderTest.OpenPackedAsync(TestModels.Story, At(level), threads: 2);

        foreach (var run in GoldenRun.Story().Where(run => IsBest(level) || run.Tokens.Length < OnOtherLevels))
        {
            model.Rewind(0);
            float[][] logits = [.. new float[run.PromptLength - 1][], model.Append(run.Tokens.AsSpan(0, run.PromptLength)), .. model.AppendEach(run.Tokens.Skip(run.PromptLength))];

            AssertGolden(run, logits, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task The_demo_model_gives_what_its_definition_does(string level)
    {
        var run = GoldenRun.Story()[4];
        foreach (var (head, cache) in Forms())
        {
            var expected = ExpectedLogits.Of(TestModels.Story, cache, run.Tokens);
            using var model = await ModelUnderTest.OpenPackedAsync(TestModels.Story, At(level) with { Head = head, Cache = cache });
            var logits = model.AppendEach(run.Tokens);

            AssertNear(run, expected, logits, head, $"{level} {head} {cache}");
            AssertGolden(run, logits, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Where_the_same_numbers_are_rounded_the_same_way_nothing_else_differs(string level)
    {
        // Short enough that none is rounded the other way: of many more tokens some are.
        var run = GoldenRun.Story()[4];
        foreach (var (cache, count) in ((CacheFormat, int)[])[(CacheFormat.Half, 6), (CacheFormat.Byte, 3)])
        {
            var expected = ExpectedLogits.Of(TestModels.Story, cache, run.Tokens);
            using var model = await ModelUnderTest.OpenPackedAsync(
                TestModels.Story, At(level) with { Head = HeadForm.Half, Cache = cache });
            var logits = model.AppendEach(run.Tokens[..count]);

            for (var token = 0; token < count; token++)
            {
                ExpectedLogits.AssertNear(expected[token], logits[token], SameRounding, $"{level} {cache}, after token {token}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Trained_models_give_what_their_definition_does(string level)
    {
        foreach (var gate in (string[])["silu", "relu2"])
        {
            var run = GoldenRun.TinyStories(gate, PlainActivations.Bytes);
            var expected = ExpectedLogits.Of(TestModels.TinyStories(gate, "I2_S"), CacheFormat.Half, run.Tokens);
            foreach (var encoding in (string[])["I2_S", "TQ2_0"])
            {
                using var model = await ModelUnderTest.OpenPackedAsync(TestModels.TinyStories(gate, encoding), At(level));
                var part = run.Until(IsBest(level) ? run.Tokens.Length : OnOtherLevels);
                var logits = model.AppendEach(part.Tokens);

                AssertNear(part, expected, logits, HeadForm.Byte, $"{gate} {encoding} {level}");
                AssertGolden(part, logits, Tolerance);
            }
        }
    }

    [Fact]
    public async Task Every_encoding_gives_the_same_tokens()
    {
        var run = GoldenRun.TinyStories("relu2", PlainActivations.Bytes);
        var expected = ExpectedLogits.Of(TestModels.TinyStories("relu2", "I2_S"), CacheFormat.Half, run.Tokens);
        foreach (var encoding in (string[])["F16", "TQ1_0"])
        {
            using var model = await ModelUnderTest.OpenPackedAsync(TestModels.TinyStories("relu2", encoding));

            AssertNear(run, expected, model.AppendEach(run.Tokens), HeadForm.Byte, encoding);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task The_largest_logits_of_the_smaller_heads_are_those_of_the_exact_one(string level)
    {
        var run = GoldenRun.TinyStories("silu", PlainActivations.Bytes);
        var path = TestModels.TinyStories("silu", "I2_S");
        using var exact = await ModelUnderTest.OpenPackedAsync(path, At(level) with { Head = HeadForm.Half });
        var expected = exact.AppendEach(run.Tokens[..12]);

        foreach (var head in (HeadForm[])[HeadForm.Byte, HeadForm.Nibble])
        {
            using var model = await ModelUnderTest.OpenPackedAsync(path, At(level) with { Head = head });
            var logits = model.AppendEach(run.Tokens[..12]);

            for (var token = 0; token < logits.Length; token++)
            {
                var row = logits[token];
                int[] top = [.. Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).Take(10)];
                Assert.Equal(top.Select(id => expected[token][id]), top.Select(id => row[id]));
                Assert.Equal(ExpectedLogits.Best(expected[token]), top[0]);
            }
        }
    }

    private static BitNetOptions At(string level) => new() { Level = Enum.Parse<KernelLevel>(level) };

    private static bool IsBest(string level) => level == $"{KernelLevels.Best}";

    private static IEnumerable<(HeadForm Head, CacheFormat Cache)> Forms()
        => Enum.GetValues<HeadForm>().SelectMany(head => Enum.GetValues<CacheFormat>().Select(cache => (head, cache)));

    /// <summary>Every logit of heads that compute them all; of the smallest, the best.</summary>
    private static void AssertNear(GoldenRun run, float[][] expected, float[][] logits, HeadForm head, string what)
    {
        for (var token = 0; token < logits.Length && head != HeadForm.Nibble; token++)
        {
            ExpectedLogits.AssertNear(expected[token], logits[token], head == HeadForm.Byte ? ByteTolerance : Tolerance, $"{what}, after token {token}");
        }

        AssertGreedy(run, expected, logits, Tolerance);
        for (var token = 0; token < logits.Length; token++)
        {
            var best = ExpectedLogits.Best(logits[token]);
            Assert.InRange(logits[token][best], expected[token].Max() - Tolerance, expected[token].Max() + Tolerance);
        }
    }

    private static void AssertGolden(GoldenRun run, float[][] logits, float tolerance)
    {
        Assert.NotEmpty(run.Top);
        foreach (var (token, top) in run.Top)
        {
            Assert.All(top, golden => Assert.InRange(logits[token][golden.Token], golden.Value - tolerance, golden.Value + tolerance));
        }
    }

    /// <summary>The likeliest token is the run's next, wherever the definition is sure of it.</summary>
    private static void AssertGreedy(GoldenRun run, float[][] expected, float[][] logits, float margin)
    {
        var sure = 0;
        for (var token = run.PromptLength - 1; token + 1 < run.Tokens.Length; token++)
        {
            if (ExpectedLogits.Margin(expected[token]) > margin)
            {
                Assert.Equal(run.Tokens[token + 1], ExpectedLogits.Best(logits[token]));
                sure++;
            }
        }

        Assert.True(sure * 2 > run.Tokens.Length - run.PromptLength, $"{sure} of {run.Tokens.Length}");
    }
}
