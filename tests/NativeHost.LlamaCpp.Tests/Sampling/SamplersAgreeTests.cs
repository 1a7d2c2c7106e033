using System.Runtime.InteropServices;
using NativeHost.Inference;
using NativeHost.Inference.Sampling;
using NativeHost.LlamaCpp.Interop;
using static NativeHost.LlamaCpp.Tests.Sampling.NativeSamplers;

namespace NativeHost.LlamaCpp.Tests.Sampling;

/// <summary>Each step leaves the probabilities that llama.cpp's leaves of the same logits.</summary>
public sealed class SamplersAgreeTests
{
    private const double Tolerance = 1e-5;
    private const int Vocabulary = 2000;

    public static TheoryData<int> Shapes => [1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Top_k_does(int shape)
    {
        foreach (var k in (int[])[1, 2, 40, 500, Vocabulary])
        {
            AssertAgree(llama_sampler_init_top_k(k), new TopK(k), LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Top_p_does(int shape)
    {
        foreach (var p in (float[])[0.001f, 0.3f, 0.5f, 0.9f, 0.99f])
        {
            AssertAgree(llama_sampler_init_top_p(p, 1), new TopP(p), LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Min_p_does(int shape)
    {
        foreach (var p in (float[])[0.001f, 0.05f, 0.3f, 0.9f, 1f])
        {
            AssertAgree(llama_sampler_init_min_p(p, 1), new MinP(p), LogitsOf(shape));
        }
    }

    // Not shape 1: where all are as likely as expected, the last bits of the entropy decide whom to keep.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Typical_p_does(int shape)
    {
        foreach (var p in (float[])[0.001f, 0.2f, 0.5f, 0.9f, 0.99f])
        {
            AssertAgree(llama_sampler_init_typical(p, 1), new TypicalP(p), LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Top_n_sigma_does(int shape)
    {
        foreach (var n in (float[])[0.1f, 0.5f, 1f, 2f, 4f])
        {
            AssertAgree(llama_sampler_init_top_n_sigma(n), new TopNSigma(n), LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Xtc_does_where_it_happens(int shape)
    {
        foreach (var threshold in (float[])[0.001f, 0.01f, 0.1f, 0.3f, 0.5f])
        {
            AssertAgree(llama_sampler_init_xtc(1f, threshold, 1, 7), new Xtc(1f, threshold, new Random(1)), LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Temperature_does(int shape)
    {
        foreach (var temperature in (float[])[0.1f, 0.7f, 1.3f, 2f])
        {
            AssertAgree(llama_sampler_init_temp(temperature), new Temperature(temperature), LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dynamic_temperature_does(int shape)
    {
        foreach (var (temperature, delta, exponent) in ((float, float, float)[])[(1f, 0.5f, 1f), (0.7f, 0.7f, 1f), (0.8f, 1.5f, 2f), (1.5f, 0.2f, 0.3f)])
        {
            AssertAgree(
                llama_sampler_init_temp_ext(temperature, delta, exponent),
                new DynamicTemperature(Math.Max(0f, temperature - delta), temperature + delta, exponent),
                LogitsOf(shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Mirostat_does_from_token_to_token(int shape)
    {
        var theirs = llama_sampler_init_mirostat_v2(3, 4f, 0.2f);
        var ours = new Mirostat(4f, 0.2f);
        var candidates = new Candidates(Vocabulary);
        try
        {
            for (var token = 0; token < 50; token++)
            {
                var logits = LogitsOf(shape, token);
                var (left, selected) = ApplyAgain(theirs, logits);
                candidates.Fill(logits);
                ours.Apply(candidates);

                AssertSame(ProbabilitiesOf(left), ProbabilitiesOf(candidates));
                ours.Observe((float)ProbabilitiesOf(candidates)[selected]);
            }
        }
        finally
        {
            llama_sampler_free(theirs);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Penalties_do(int shape)
    {
        var random = new Random(shape);
        int[] seen = [.. Enumerable.Range(0, 200).Select(_ => random.Next(50))];
        foreach (var window in (int[])[1, 64, 200, 500])
        {
            var options = new SamplingOptions { RepetitionPenalty = 1.3f, FrequencyPenalty = 0.2f, PresencePenalty = -0.4f };

            AssertAgree(llama_sampler_init_penalties(Vocabulary, window, 1.3f, 0.2f, -0.4f), new Penalties(options, window), LogitsOf(shape), seen);
        }
    }

    [Fact]
    public unsafe void A_bias_does()
    {
        var biases = new LogitBiasData[] { new() { Token = 3, Bias = 5 }, new() { Token = 17, Bias = -2.5f }, new() { Token = 100, Bias = float.NegativeInfinity } };
        fixed (LogitBiasData* first = biases)
        {
            AssertAgree(
                llama_sampler_init_logit_bias(Vocabulary, biases.Length, first),
                new LogitBias(biases.ToDictionary(bias => bias.Token, bias => bias.Bias), Vocabulary),
                LogitsOf(2));
        }
    }

    [Fact]
    public async Task Dry_does_on_texts_with_many_repetitions()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);
        var vocabulary = OpenVocabulary(TestModels.Story, out var handle);
        using (handle)
        {
            var tokens = new List<Token>();
            model.Tokenizer.Tokenize("the cat: a dog\n * \"", TextKind.Plain, tokens);
            var alphabet = tokens.Select(token => token.Id).Distinct().ToArray();
            var random = new Random(11);
            for (var round = 0; round < 200; round++)
            {
                int[] seen = [.. Enumerable.Range(0, random.Next(150)).Select(_ => alphabet[random.Next(random.Next(2, alphabet.Length))])];
                var options = new SamplingOptions { DryMultiplier = 0.8f, DryBase = 1.75f, DryAllowedLength = 1 + random.Next(3) };
                var window = random.Next(3) == 0 ? 20 : 512;

                AssertAgree(
                    NativeDry(vocabulary, options, window),
                    new Dry(options, window, model.Tokenizer),
                    LogitsOf(2, round)[..model.Tokenizer.VocabularySize],
                    seen);
            }
        }
    }

    private static unsafe nint NativeDry(nint vocabulary, SamplingOptions options, int window)
    {
        var texts = options.DryBreakers.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        try
        {
            fixed (nint* first = texts)
            {
                return llama_sampler_init_dry(vocabulary, options.DryMultiplier, options.DryBase, options.DryAllowedLength, window, (byte**)first, (nuint)texts.Length);
            }
        }
        finally
        {
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
    }

    private static nint OpenVocabulary(string path, out LlamaModelHandle handle)
    {
        var parameters = LlamaNative.llama_model_default_params();
        parameters.VocabularyOnly = true;
        handle = new LlamaModelHandle(LlamaNative.llama_model_load_from_file(path, parameters));
        return LlamaNative.llama_model_get_vocab(handle);
    }

    private static void AssertAgree(nint theirs, ISamplingStep ours, float[] logits)
    {
        var expected = ProbabilitiesOf(Apply(theirs, logits));
        var candidates = new Candidates(logits.Length);
        candidates.Fill(logits);
        ours.Apply(candidates);

        AssertSame(expected, ProbabilitiesOf(candidates));
    }

    private static void AssertAgree(nint theirs, ILogitRule ours, float[] logits, params int[] seen)
    {
        var expected = Apply(theirs, logits, seen);
        foreach (var token in seen)
        {
            ours.Remember(new Token(token));
        }

        ours.Apply(logits);

        AssertSame(ProbabilitiesOf(expected), ProbabilitiesOf(logits));
    }

    private static void AssertSame(double[] expected, double[] probabilities)
    {
        for (var id = 0; id < expected.Length; id++)
        {
            Assert.Equal(expected[id], probabilities[id], Tolerance);
            Assert.Equal(expected[id] == 0, probabilities[id] == 0);
        }
    }

    private static double[] ProbabilitiesOf(Candidates candidates)
    {
        var logits = new float[candidates.Capacity];
        Array.Fill(logits, float.NegativeInfinity);
        for (var i = 0; i < candidates.Count; i++)
        {
            logits[candidates.Ids[i]] = candidates.Logits[i];
        }

        return ProbabilitiesOf(logits);
    }

    private static double[] ProbabilitiesOf(float[] logits)
    {
        var largest = logits.Max();
        var weights = Array.ConvertAll(logits, logit => Math.Exp((double)logit - largest));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>Logits as models have them: from nearly all the same to one that stands out.</summary>
    private static float[] LogitsOf(int shape, int seed = 0)
    {
        var random = new Random((1000 * shape) + seed);
        float[] scales = [0.01f, 1f, 2f, 4f, 8f, 3f];
        var logits = new float[Vocabulary];
        for (var id = 0; id < Vocabulary; id++)
        {
            // Nearly normal: a sum of twelve uniform numbers.
            logits[id] = scales[shape - 1] * Enumerable.Range(0, 12).Sum(_ => random.NextSingle() - 0.5f);
        }

        if (shape == 6)
        {
            logits[random.Next(Vocabulary)] += 20;
        }

        return logits;
    }
}
