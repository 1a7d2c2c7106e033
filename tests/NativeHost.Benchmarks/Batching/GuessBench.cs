using System.Globalization;
using System.Text;
using NativeHost.Benchmarks.Models;
using NativeHost.Engines;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;

namespace NativeHost.Benchmarks.Batching;

/// <summary>Answers with guessed tokens beside the same answers without, in turns.</summary>
internal static class GuessBench
{
    private const int Pairs = 5;
    private const int Tokens = 128;

    /// <param name="path">A model; null for one of random weights, whose greedy answers soon repeat themselves.</param>
    /// <param name="prompt">What it is to go on from.</param>
    public static async Task RunAsync(string? path, string prompt)
    {
        var model = path ?? Path.Combine(Path.GetTempPath(), "tabagent-random-350m.gguf");
        if (path is null)
        {
            RandomModel.Write(model, RandomModelShape.M350, seed: 1);
        }

        using var loader = HostEngines.Create(static (_, _) => { });
        var options = new ModelLoadOptions { ContextTokens = 2048 };
        await using (var guessing = await loader.LoadAsync(model, options, new Progress<float>(), CancellationToken.None))
        await using (var plain = await loader.LoadAsync(model, options with { GuessesTokens = false }, new Progress<float>(), CancellationToken.None))
        {
            await CompareAsync(guessing, plain, prompt, repetitionPenalty: 1f);

            // Random weights copy nothing by themselves.
            await CompareAsync(guessing, plain, prompt, repetitionPenalty: 0.5f);
        }

        if (path is null)
        {
            File.Delete(model);
        }
    }

    private static async Task CompareAsync(IModelHost guessing, IModelHost plain, string prompt, float repetitionPenalty)
    {
        var (with, without) = (new List<double>(), new List<double>());
        for (var pair = -1; pair < Pairs; pair++)
        {
            var (rate, text) = await ReadAsync(guessing, prompt, repetitionPenalty);
            var (plainRate, plainText) = await ReadAsync(plain, prompt, repetitionPenalty);
            if (pair < 0)
            {
                Console.WriteLine($"{(text == plainText ? "the same answer" : "another answer")}: {text.ReplaceLineEndings(" ")[..Math.Min(text.Length, 200)]}");
                continue;
            }

            with.Add(rate);
            without.Add(plainRate);
        }

        var ratios = with.Zip(without, (own, other) => own / other).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"repetition penalty {repetitionPenalty}: {with.Order().ElementAt(Pairs / 2):F1} tokens/s with guesses, {without.Order().ElementAt(Pairs / 2):F1} without, ratio {ratios[Pairs / 2]:F2} ({ratios[0]:F2} to {ratios[^1]:F2})"));
    }

    private static async Task<(double TokensPerSecond, string Text)> ReadAsync(IModelHost host, string prompt, float repetitionPenalty)
    {
        var request = new GenerationRequest { Prompt = prompt, MaxNewTokens = Tokens, Sampling = new SamplingOptions { Temperature = 0f, RepetitionPenalty = repetitionPenalty } };
        GenerationEvent last = default;
        await foreach (var next in host.GenerateAsync(request, CancellationToken.None))
        {
            last = next;
        }

        return ((last.Result!.Tokens.Count - 1) / last.Result.DecodeTime.TotalSeconds, Encoding.UTF8.GetString(last.Result.Text.Span));
    }
}
