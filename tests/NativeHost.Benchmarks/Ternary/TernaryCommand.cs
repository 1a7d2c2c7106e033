using System.CommandLine;
using NativeHost.Benchmarks.Models;

namespace NativeHost.Benchmarks.Ternary;

/// <summary><c>ternary FOLDER</c>: our ternary engine against llama.cpp, on models that are written into the folder where they are not there yet.</summary>
internal static class TernaryCommand
{
    private const string Loads = "load";
    private const string Decode = "decode";
    private const string Prompts = "prompt";
    private const string Deep = "deep";
    private const string Busy = "busy";

    public static Command Create()
    {
        var folder = new Argument<string>("folder");
        var pairs = new Option<int>("--pairs") { DefaultValueFactory = _ => 9 };
        var foreign = new Option<double>("--foreign")
        {
            Description = "Most of the cores that other processes may have while a pair counts; 0.1 is a tenth.",
            DefaultValueFactory = _ => 0.1,
        };
        var only = new Option<string>("--only") { Description = "Part of the names of our engines to measure.", DefaultValueFactory = _ => "" };
        var threads = new Option<int[]>("--threads") { DefaultValueFactory = _ => [2, 1], AllowMultipleArgumentsPerToken = true };
        var parts = new Option<string[]>("--parts") { DefaultValueFactory = _ => [Loads, Decode, Prompts, Deep, Busy], AllowMultipleArgumentsPerToken = true };
        var isSmall = new Option<bool>("--small") { Description = "A model of two layers: a check of this program, no measurement." };
        parts.AcceptOnlyFromAmong(Loads, Decode, Prompts, Deep, Busy);
        var command = new Command("ternary", "Measure the ternary engine against llama.cpp.") { folder, pairs, foreign, only, threads, parts, isSmall };
        command.SetAction(async (parsed, _) =>
        {
            var shape = parsed.GetValue(isSmall) ? TernaryModelShape.B2Slice : TernaryModelShape.B2;
            var root = Directory.CreateDirectory(parsed.GetValue(folder)!).FullName;
            using var engines = new TernaryEngines(
                Written(root, shape, TernaryStorage.I2S, EmbeddingStorage.F16),
                Written(root, shape, TernaryStorage.TQ2, EmbeddingStorage.F16),
                Written(root, shape, TernaryStorage.TQ2, EmbeddingStorage.Q6K));
            var bench = new TernaryBench(engines, shape, new PairedRuns(parsed.GetValue(pairs), parsed.GetValue(foreign)), parsed.GetValue(threads)!, parsed.GetValue(only)!);
            foreach (var part in parsed.GetValue(parts)!)
            {
                await (part switch
                {
                    Loads => bench.MeasureLoadsAsync(),
                    Decode => bench.MeasureDecodeAsync(),
                    Prompts => bench.MeasurePromptsAsync(),
                    Deep => bench.MeasureDeepAsync(),
                    _ => bench.MeasureBusyAsync(),
                });
            }
        });
        return command;
    }

    private static string Written(string folder, TernaryModelShape shape, TernaryStorage storage, EmbeddingStorage embedding)
    {
        var path = Path.Combine(folder, $"{shape.Name}-{storage}-{embedding}.gguf".ToLowerInvariant());
        if (!File.Exists(path))
        {
            new TernaryModelWriter(shape, storage == TernaryStorage.I2S ? "bitnet-b1.58" : "bitnet", storage, embedding).Write(path, seed: 1);
        }

        return path;
    }
}
