using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Tests.Model;
using NativeHost.BitNet.Tests.Reading;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.BitNet.Tests.Embedding;

/// <summary>Embedders of sample models.</summary>
internal static class EmbedderFixture
{
    public static async Task<IEmbedder> LoadAsync(
        SampleFile file, KernelLevel? level = null, int threads = 2, int? contextTokens = null, string? cacheFolder = null)
    {
        var own = level is { } given ? new BitNetOptions { Level = given } : new BitNetOptions();
        return await LoaderWith(cacheFolder).LoadEmbedderAsync(
            file.Path,
            new ModelLoadOptions { Threads = threads, ContextTokens = contextTokens },
            own,
            new Progress<float>(),
            TestContext.Current.CancellationToken);
    }

    public static BitNetModelLoader LoaderWith(string? cacheFolder = null)
        => new(_ => new NumberedTokens(EmbeddingSample.Vocabulary), cacheFolder, TimeProvider.System);

    /// <summary>The ids of a text: the beginning of one that is the same everywhere.</summary>
    public static int[] Ids(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(EmbeddingSample.Vocabulary))];
    }

    public static Token[] Text(int count) => [.. Ids(count).Select(id => new Token(id))];

    public static float[] Vector(IEmbedder embedder, int count)
    {
        using var abort = new AbortSignal();
        var vector = new float[embedder.Dimensions];
        Assert.Equal(StepOutcome.Done, embedder.Embed(Text(count), vector, abort));
        return vector;
    }
}
