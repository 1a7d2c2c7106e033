using NativeHost.Benchmarks.Models;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>A file with a model of random weights, which is gone with its test.</summary>
internal sealed class RandomModelFile : IDisposable
{
    /// <summary>Two layers that plain code computes in milliseconds; two heads of queries to each of keys.</summary>
    public static readonly TernaryModelShape Small = new("small", 2, 128, 256, 4, 2, 32, 512);

    public RandomModelFile(TernaryModelShape shape, string architecture = "bitnet-b1.58", TernaryStorage storage = TernaryStorage.I2S, ulong seed = 1)
        => new TernaryModelWriter(shape, architecture, storage, EmbeddingStorage.F16).Write(Path, seed);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():N}.gguf");

    /// <summary>So many tokens, none of them special.</summary>
    public static int[] Tokens(int count, int seed = 7)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(5, Small.Tokens))];
    }

    public void Dispose() => File.Delete(Path);
}
