using System.CommandLine;
using System.Diagnostics;

namespace NativeHost.Benchmarks.Models;

/// <summary><c>synthetic PATH</c>: writes a random ternary model, for this program's and for other programs' measurements.</summary>
internal static class SyntheticCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path");
        var shape = new Option<string>("--shape") { DefaultValueFactory = _ => "2b" };
        var type = new Option<string>("--type") { DefaultValueFactory = _ => "i2_s" };
        var embedding = new Option<string>("--embedding") { DefaultValueFactory = _ => "f16" };
        var architecture = new Option<string?>("--arch")
        {
            Description = "bitnet-b1.58 (squared ReLU), bitnet (SiLU) or llama. Without it, bitnet-b1.58 for i2_s and bitnet for tq2_0.",
        };
        var seed = new Option<ulong>("--seed") { DefaultValueFactory = _ => 1 };
        shape.AcceptOnlyFromAmong("2b", "2b-slice", "tiny");
        type.AcceptOnlyFromAmong("i2_s", "tq2_0");
        embedding.AcceptOnlyFromAmong("f16", "q8_0", "q6_k");
        architecture.AcceptOnlyFromAmong("bitnet-b1.58", "bitnet", "llama");
        var command = new Command("synthetic", "Write a model of random ternary weights.") { path, shape, type, embedding, architecture, seed };
        command.SetAction(parsed =>
        {
            var storage = parsed.GetValue(type) == "i2_s" ? TernaryStorage.I2S : TernaryStorage.TQ2;
            var name = parsed.GetValue(architecture) ?? (storage == TernaryStorage.I2S ? "bitnet-b1.58" : "bitnet");
            var file = parsed.GetValue(path)!;
            var watch = Stopwatch.StartNew();
            new TernaryModelWriter(ShapeOf(parsed.GetValue(shape)!), name, storage, EmbeddingOf(parsed.GetValue(embedding)!))
                .Write(file, parsed.GetValue(seed));
            Console.WriteLine($"{new FileInfo(file).Length / 1e6:F1} MB in {watch.Elapsed.TotalSeconds:F1} s");
        });
        return command;
    }

    private static TernaryModelShape ShapeOf(string name) => name switch
    {
        "2b" => TernaryModelShape.B2,
        "2b-slice" => TernaryModelShape.B2Slice,
        _ => TernaryModelShape.Tiny,
    };

    private static EmbeddingStorage EmbeddingOf(string name) => name switch
    {
        "f16" => EmbeddingStorage.F16,
        "q8_0" => EmbeddingStorage.Q8,
        _ => EmbeddingStorage.Q6K,
    };
}
