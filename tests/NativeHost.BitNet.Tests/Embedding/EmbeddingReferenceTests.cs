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
    [InlineData("qwen3", true, 129)]
    [InlineData("qwen3", false, 129)]
    [InlineData("gemma3", true, 300)]
    public async Task Every_level_gives_the_vectors_that_the_definition_gives(string architecture, bool hasInputNorms, int longest)
    {
        var sample = new EmbeddingSample(architecture, hasInputNorms: hasInputNorms);
        var reference = new EmbeddingReference(sample);
        var states = reference.HiddenStates(EmbedderFixture.Ids(longest));
        using var file = new SampleFile(sample.Written());

        foreach (var level in Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported))
        {
            using var embedder = await EmbedderFixture.LoadAsync(file, level);
            foreach (var length in Lengths.Where(length => length <= (level == KernelLevel.Scalar ? MostForScalar : longest)))
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
        int[] lengths = [3, 140];
        var sample = new EmbeddingSample("qwen3", poolingType);
        var reference = new EmbeddingReference(sample);
        var states = reference.HiddenStates(EmbedderFixture.Ids(lengths.Max()));
        using var file = new SampleFile(sample.Written());
        using var embedder = await EmbedderFixture.LoadAsync(file);

        foreach (var length in lengths)
        {
            AssertClose(reference.Pooled(states.AsSpan(0, length)), EmbedderFixture.Vector(embedder, length), $"pooling {poolingType}, {length} tokens");
        }
    }

    /// <summary>One token more or less shows where the window is short.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_token_sees_as_many_as_its_window_holds_itself_included(int windowTokens)
    {
        const int Length = 10;
        var sample = new EmbeddingSample("gemma3", windowTokens: windowTokens);
        var reference = new EmbeddingReference(sample);
        using var file = new SampleFile(sample.Written());
        using var embedder = await EmbedderFixture.LoadAsync(file);

        var vector = EmbedderFixture.Vector(embedder, Length);

        AssertClose(reference.Pooled(reference.HiddenStates(EmbedderFixture.Ids(Length))), vector, $"a window of {windowTokens}");
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
