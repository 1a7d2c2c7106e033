using System.Diagnostics;
using System.Globalization;
using NativeHost.Benchmarks.Models;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using NativeHost.LlamaCpp;

namespace NativeHost.Benchmarks.Batching;

/// <summary>Eight generations at once against a bare loop over the same engine, in turns; and what a known prompt and a copy cost beside a new one.</summary>
internal static class BatchingBench
{
    private const int Pairs = 7;
    private const int Streams = 8;
    private const int PromptTokens = 60;
    private const int Tokens = 48;

    public static async Task RunAsync(string? path)
    {
        var model = path ?? Path.Combine(Path.GetTempPath(), "tabagent-random-350m.gguf");
        if (path is null)
        {
            RandomModel.Write(model, RandomModelShape.M350, seed: 1);
        }

        try
        {
            await CompareAsync(model);
        }
        finally
        {
            if (path is null)
            {
                File.Delete(model);
            }
        }
    }

    private static async Task CompareAsync(string path)
    {
        var options = new ModelLoadOptions { ContextTokens = 2048, Sequences = Streams };
        using var loader = new LlamaModelLoader(static (_, _) => { });
        var model = await loader.LoadModelAsync(path, options, new Progress<float>(), CancellationToken.None);
        var prompts = Enumerable.Range(0, Streams).Select(i => Prompt(i, model.Tokenizer)).ToList();
        var endings = Enumerable.Range(0, model.Tokenizer.VocabularySize).Where(id => model.Tokenizer.EndsGeneration(new Token(id))).ToDictionary(id => id, _ => -100f);
        var threads = model.Threads;
        await using var host = new InProcessModelHost(model);
        using var bare = new BareBatching(path, options);
        var (ours, bares) = (new List<double>(), new List<double>());
        for (var pair = -1; pair < Pairs; pair++)
        {
            var own = await MeasureAsync(async () => await Task.WhenAll(prompts.Select(prompt => ReadAsync(host, prompt.Text + pair.ToString(CultureInfo.InvariantCulture), endings))));
            var other = await MeasureAsync(() =>
            {
                bare.Run([.. prompts.Select(prompt => prompt.Ids)], Tokens);
                return Task.CompletedTask;
            });
            if (pair >= 0)
            {
                ours.Add(Streams * Tokens / own);
                bares.Add(Streams * Tokens / other);
            }
        }

        var ratios = ours.Zip(bares, (own, other) => own / other).Order().ToList();
        Console.WriteLine(
            $"{Streams} streams, {PromptTokens} + {Tokens} tokens each, {threads} thread(s): {Median(ours):F1} tokens/s, bare loop {Median(bares):F1}, ratio {Median(ratios):F2} ({ratios[0]:F2} to {ratios[^1]:F2})");
    }

    // Words of the vocabulary: what they are makes no difference to what they cost.
    private static (string Text, int[] Ids) Prompt(int seed, ITokenizer tokenizer)
    {
        var random = new Random(seed);
        var text = "";
        var ids = new List<Token>();
        while (ids.Count < PromptTokens)
        {
            text += (char)('a' + random.Next(26));
            ids.Clear();
            tokenizer.Tokenize(text, TextKind.Plain, ids);
        }

        return (text, [.. ids.Select(token => token.Id)]);
    }

    private static async Task ReadAsync(InProcessModelHost host, string prompt, IReadOnlyDictionary<int, float> endings)
    {
        var request = new GenerationRequest
        {
            Prompt = prompt,
            MaxNewTokens = Tokens,
            Sampling = new SamplingOptions { Temperature = 0f, LogitBias = endings },
            Owner = prompt,
        };
        await foreach (var next in host.GenerateAsync(request, CancellationToken.None))
        {
            Debug.Assert(next.Result is not { Tokens.Count: not Tokens }, "No answer ends before its limit.");
        }
    }

    /// <returns>Seconds.</returns>
    private static async Task<double> MeasureAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
