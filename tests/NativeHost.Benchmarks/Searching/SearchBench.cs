using System.Diagnostics;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Search;
using NativeHost.Search.Texts;
using NativeHost.Search.Vectors;

namespace NativeHost.Benchmarks.Searching;

/// <summary>What a search over many messages takes, beside a comparison with each vector in single precision.</summary>
internal static class SearchBench
{
    private const int Count = 100_000;
    private const int Dimensions = 384;
    private const int Rounds = 31;
    private const int Best = 10;
    private const int Topics = 400;
    private const int WordsOfText = 40;
    private const int Vocabulary = 30_000;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("tabagent-bench-").FullName;
        try
        {
            var random = new Random(1);
            var centres = Enumerable.Range(0, Topics).Select(_ => Direction(random)).ToArray();
            var vectors = Enumerable.Range(0, Count).Select(_ => Near(random, centres[random.Next(Topics)])).ToArray();
            using var store = VectorStore.Open(Path.Combine(folder, "vectors"), Dimensions, SHA256.HashData("bench"u8));
            using var texts = new TextIndex();
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Count; i++)
            {
                store.Add($"m{i}", vectors[i], i);
            }

            Figures.Print($"adding {Count:N0} vectors, µs each", $"{Stopwatch.GetElapsedTime(began).TotalMicroseconds / Count:F1}");
            began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Count; i++)
            {
                texts.Add($"m{i}", Text(random, WordsOfText));
            }

            Figures.Print($"adding {Count:N0} texts of {WordsOfText} words, µs each", $"{Stopwatch.GetElapsedTime(began).TotalMicroseconds / Count:F1}");
            Figures.Print("memory of the vectors ÷ raw in single precision", $"{store.MemoryBytes / (double)((long)Count * Dimensions * sizeof(float)):F2}", "≤ 1.2");
            Measure(random, centres, vectors, store, texts);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(Random random, float[][] centres, float[][] vectors, VectorStore store, TextIndex texts)
    {
        var (plain, byMeaning, byWords, hybrid) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (right, wanted) = (0, 0);
        for (var round = -3; round < Rounds; round++)
        {
            var query = Near(random, centres[random.Next(Topics)]);
            var words = Text(random, 4);
            IReadOnlyList<string> expected = [];
            IReadOnlyList<SearchHit> found = [], worded = [];
            var times = new[]
            {
                Time(() => expected = Plain(vectors, query)),
                Time(() => found = store.Search(query, Best)),
                Time(() => worded = texts.Search(words, Best)),
                Time(() => ScoreFusion.Fuse(Best, texts.SharesOf(words, texts.Search(words, 200)), store.Search(query, 200))),
            };
            if (round >= 0)
            {
                plain.Add(times[0]);
                byMeaning.Add(times[1]);
                byWords.Add(times[2]);
                hybrid.Add(times[3]);
                wanted += Best;
                right += found.Count(hit => expected.Contains(hit.Key));
            }
        }

        Figures.Print("comparison with each vector, one core, ms", $"{Median(plain):F1}");
        Figures.Print("vectors, ms", $"{Median(byMeaning):F1} median, {byMeaning.Max():F1} at most; {Median(byMeaning) / Median(plain):F2} × that");
        Figures.Print("recall of the best 10", $"{(double)right / wanted:F3}", "1.0");
        Figures.Print("words, ms", $"{Median(byWords):F1} median, {byWords.Max():F1} at most");
        Figures.Print("both, 200 of each put together, ms", $"{Median(hybrid):F1} median, {hybrid.Max():F1} at most", "≤ 25");
    }

    private static List<string> Plain(float[][] vectors, float[] query)
        => [.. Enumerable.Range(0, vectors.Length).Select(i => (Number: i, Score: TensorPrimitives.Dot(vectors[i], query))).OrderByDescending(hit => hit.Score).Take(Best).Select(hit => $"m{hit.Number}")];

    private static double Time(Action search)
    {
        var began = Stopwatch.GetTimestamp();
        search();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static string Text(Random random, int words)
        => string.Join(' ', Enumerable.Range(0, words).Select(_ => $"word{(int)(Vocabulary * Math.Pow(random.NextDouble(), 3))}"));

    private static float[] Direction(Random random) => Unit([.. Enumerable.Range(0, Dimensions).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))]);

    /// <summary>Texts about one thing have vectors that lie close.</summary>
    private static float[] Near(Random random, float[] centre) => Unit([.. centre.Zip(Direction(random), (number, step) => number + step)]);

    private static float[] Unit(float[] vector)
    {
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        return vector;
    }
}
