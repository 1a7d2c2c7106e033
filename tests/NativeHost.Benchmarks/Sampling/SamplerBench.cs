using System.Diagnostics;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Inference;
using NativeHost.Inference.Sampling;

namespace NativeHost.Benchmarks.Sampling;

/// <summary>How long the choice of a token takes with a large vocabulary, the chain of steps as clients usually set it and with more.</summary>
internal static class SamplerBench
{
    private const int Vocabulary = 150_000;
    private const int Rounds = 200;
    private const int Blocks = 9;
    private const int ContextTokens = 4096;

    private static readonly (string Name, SamplingOptions Options)[] Chains =
    [
        ("greedy", new() { Temperature = 0f }),
        ("as usual: top-k 40, top-p 0.9, temperature 0.7", new()),
        ("the same with min-p and a repetition penalty", new() { MinP = 0.05f, RepetitionPenalty = 1.1f }),
        ("min-p alone", new() { TopK = 0, TopP = 1f, MinP = 0.05f }),
        ("top-p alone", new() { TopK = 0 }),
        ("top-n-sigma alone", new() { TopK = 0, TopP = 1f, TopNSigma = 1f }),
        ("typical-p alone", new() { TopK = 0, TopP = 1f, TypicalP = 0.9f }),
        ("Mirostat", new() { UsesMirostat = true }),
        ("DRY over 4,000 tokens, XTC, dynamic temperature, as usual beside", new() { DryMultiplier = 0.8f, XtcProbability = 0.5f, DynamicTemperatureRange = 0.5f }),
    ];

    public static void Run()
    {
        var random = new Random(1);
        var samplers = Array.ConvertAll(Chains, chain => new Sampler(chain.Options with { Seed = 1 }, new Candidates(Vocabulary), ContextTokens, new NumberedWords(Vocabulary)));
        var times = Array.ConvertAll(Chains, _ => new List<double>());
        Token[] seen = [.. Enumerable.Range(0, 4000).Select(_ => new Token(random.Next(500)))];
        var logits = new float[Vocabulary];
        var step = new float[Vocabulary];
        Array.ForEach(samplers, sampler => sampler.Remember(seen));
        for (var block = -1; block < Blocks; block++)
        {
            var sums = new double[Chains.Length];
            for (var round = 0; round < Rounds; round++)
            {
                Fill(logits, random);
                for (var chain = 0; chain < Chains.Length; chain++)
                {
                    logits.CopyTo(step, 0);
                    var started = Stopwatch.GetTimestamp();
                    samplers[chain].Next(step);
                    sums[chain] += Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                }
            }

            for (var chain = 0; chain < Chains.Length && block >= 0; chain++)
            {
                times[chain].Add(sums[chain] / Rounds);
            }
        }

        for (var chain = 0; chain < Chains.Length; chain++)
        {
            times[chain].Sort();
            Figures.Print($"{Chains[chain].Name}, µs", $"{times[chain][Blocks / 2]:F0} ({times[chain][0]:F0} to {times[chain][^1]:F0})", "≤ 150");
        }
    }

    /// <summary>Nearly normal, as models' logits are, with some that stand out.</summary>
    private static void Fill(float[] logits, Random random)
    {
        for (var id = 0; id < logits.Length; id++)
        {
            logits[id] = 2.5f * (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2f);
        }

        for (var likely = 0; likely < 50; likely++)
        {
            logits[random.Next(logits.Length)] += 4f + (6f * random.NextSingle());
        }
    }

    /// <summary>A vocabulary whose tokens are their numbers.</summary>
    private sealed class NumberedWords(int size) : ITokenizer
    {
        public int VocabularySize => size;

        public Token? BeginOfText => null;

        public IReadOnlyList<string> ControlTexts => [];

        public int MaxPieceBytes => 8;

        public void Tokenize(string text, TextKind kind, List<Token> tokens) => throw new NotSupportedException();

        public int WritePiece(Token token, Span<byte> utf8)
        {
            token.Id.TryFormat(utf8, out var bytes, provider: System.Globalization.CultureInfo.InvariantCulture);
            return bytes;
        }

        public bool EndsGeneration(Token token) => false;
    }
}
