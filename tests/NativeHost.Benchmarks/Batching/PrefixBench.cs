using System.Text;
using NativeHost.Benchmarks.Models;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Prefixes;
using NativeHost.Inference.Sampling;
using NativeHost.LlamaCpp;

namespace NativeHost.Benchmarks.Batching;

/// <summary>What a known prompt of 4,000 tokens costs until its first token: as the next turn of a chat, as a copy, and after a restart.</summary>
internal static class PrefixBench
{
    private const int PromptTokens = 4000;

    public static async Task RunAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "tabagent-random-350m.gguf");
        var folder = Directory.CreateTempSubdirectory("tabagent-prefixes-");
        RandomModel.Write(path, RandomModelShape.M350, seed: 1);
        try
        {
            await MeasureAsync(path, folder);
        }
        finally
        {
            File.Delete(path);
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string path, DirectoryInfo folder)
    {
        using var loader = new LlamaModelLoader(static (_, _) => { });
        var options = new ModelLoadOptions { ContextTokens = 8192, Prefixes = new PrefixCacheOptions(folder.FullName, 8L << 30) { IdleTime = TimeSpan.FromMilliseconds(100) } };
        string prompt;
        double cold;
        await using (var host = (InProcessModelHost)await loader.LoadAsync(path, options, new Progress<float>(), CancellationToken.None))
        {
            prompt = await PromptAsync(loader, path);
            var first = await ReadAsync(host, prompt);
            cold = first.TimeToFirstToken.TotalSeconds;
            Console.WriteLine($"cold, {first.PromptTokens} tokens: {cold:F2} s to the first token");
            Print("the same start, next turn", await ReadAsync(host, prompt + Encoding.UTF8.GetString(first.Text.Span) + " and then"), cold);
            Print("a copy of it, another end", await ReadAsync(host, prompt[..^40] + " another"), cold);
            while (folder.GetFiles("*.prefix").Length == 0)
            {
                await Task.Delay(100);
            }

            // One for each of the two that were copied.
            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        Console.WriteLine($"on disk: {folder.GetFiles().Sum(file => file.Length) / 1e6:F0} MB in {folder.GetFiles().Length} files");
        await using var again = await loader.LoadAsync(path, options, new Progress<float>(), CancellationToken.None);
        Print("after a restart, from disk", await ReadAsync(again, prompt + " once more"), cold);
    }

    private static void Print(string what, GenerationResult result, double cold)
        => Console.WriteLine(
            $"{what}: {result.TimeToFirstToken.TotalSeconds:F3} s, {result.TimeToFirstToken.TotalSeconds / cold:P1} of cold; {result.CachedTokens} of {result.PromptTokens} tokens known");

    private static async Task<string> PromptAsync(LlamaModelLoader loader, string path)
    {
        using var model = await loader.LoadModelAsync(path, new ModelLoadOptions { ContextTokens = 64 }, new Progress<float>(), CancellationToken.None);
        var random = new Random(1);
        var text = new StringBuilder();
        var tokens = new List<Token>();
        while (tokens.Count < PromptTokens)
        {
            for (var i = 0; i < 200; i++)
            {
                text.Append((char)('a' + random.Next(26)));
            }

            tokens.Clear();
            model.Tokenizer.Tokenize(text.ToString(), TextKind.Plain, tokens);
        }

        return text.ToString();
    }

    private static async Task<GenerationResult> ReadAsync(IModelHost host, string prompt)
    {
        var request = new GenerationRequest { Prompt = prompt, MaxNewTokens = 8, Sampling = new SamplingOptions { Temperature = 0f } };
        GenerationEvent last = default;
        await foreach (var next in host.GenerateAsync(request, CancellationToken.None))
        {
            last = next;
        }

        return last.Result!;
    }
}
