using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Tests.Reading;

namespace NativeHost.BitNet.Tests.Embedding;

public sealed class EmbeddingReferenceTests
{
    /// <summary>The plain code takes a second for more.</summary>
    private const int MostForScalar = 129;

    /// <summary>One token, a few, one more than are computed at once, and more than twice as many as the window holds.</summary>
    private static readonly int[] Lengths = [1, 6, 129, 300];

    [Theory]
    [InlineData("qwen3", true)]
    [InlineData("qwen3", false)]
    [InlineData("gemma3", true)]
    public async Task Every_level_gives_the_vectors_that_the_definition_gives(string architecture, bool hasInputNorms)
    {
        var sample = new EmbeddingSample(architecture, hasInputNorms: hasInputNorms);
        var reference = new EmbeddingReference(sample);
        var states = reference.HiddenStates(EmbedderFixture.Ids(Lengths.Max()));
        using var file = new TemporaryFile(sample.Written());

        foreach (var level in Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported))
        {
            using var embedder = await EmbedderFixture.LoadAsync(file, level);
            foreach (var length in Lengths.Where(length => level != KernelLevel.Scalar || length <= MostForScalar))
            {
                AssertClose(reference.Pooled(states.AsSpan(0, length)), EmbedderFixture.Vector(embedder, length), $"{level}, {length} tokens");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Vectors_are_pooled_as_the_file_says(uint poolingType)
    {
        const int Length = 140;
        var sample = new EmbeddingSample("qwen3", poolingType);
        var reference = new EmbeddingReference(sample);
        using var file = new TemporaryFile(sample.Written());
        using var embedder = await EmbedderFixture.LoadAsync(file);

        var vector = EmbedderFixture.Vector(embedder, Length);

        AssertClose(reference.Pooled(reference.HiddenStates(EmbedderFixture.Ids(Length))), vector, $"pooling {poolingType}");
    }

    /// <summary>Short texts come out equal; in longer ones some activations lie so near to half a step that they are rounded either way.</summary>
    private static void AssertClose(double[] expected, float[] vector, string what)
    {
        var cosine = vector.Zip(expected, (a, b) => a * b).Sum();
        var worst = vector.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(cosine > 0.9995, $"{what}: the cosine is {cosine}.");
        Assert.True(worst < 0.005, $"{what}: a number is off by {worst}.");
    }
}
