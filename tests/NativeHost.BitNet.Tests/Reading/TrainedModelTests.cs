using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Tests.Reading;

public sealed class TrainedModelTests
{
    /// <summary>Relative, of a rounding to a 16-bit float.</summary>
    private const float HalfPrecision = 1f / 2048;

    [Fact]
    public void The_demo_model_is_read()
    {
        using var model = TernaryModelFile.Open(TestModels.Story);

        var shape = model.Shape;
        Assert.Equal(("bitnet-b1.58", "TabAgent Story BitNet b1.58"), (shape.Architecture, shape.Name));
        Assert.Equal((3, 256, 512), (shape.LayerCount, shape.Width, shape.FeedForwardWidth));
        Assert.Equal((8, 4, 32, 32), (shape.HeadCount, shape.KvHeadCount, shape.HeadLength, shape.RopeLength));
        Assert.Equal((1024, 512), (shape.VocabularySize, shape.TrainedContextTokens));
        Assert.Equal((1e-5f, 10_000f), (shape.NormEpsilon, shape.RopeBase));
        Assert.Equal((RopePairs.Halves, GateActivation.ReluSquared), (shape.RopePairs, shape.Gate));
        Assert.Equal((1f, 1f, null, null, false), (shape.EmbeddingScale, shape.RopeScale, shape.SlidingWindow, shape.Pooling, shape.HasInputNorms));
        Assert.Equal(new FileInfo(TestModels.Story).Length, shape.FileBytes);
        Assert.StartsWith("{% for message in messages %}", shape.ChatTemplate, StringComparison.Ordinal);
        Assert.Null(model.OutputRows);
        Assert.Null(model.RopeFactors);
        Assert.Equal(512, model.Norm(2, NormRole.FeedForwardSub).Length);
        Assert.Null(model.OptionalNorm(2, NormRole.QueryHead));
        ReadAll(model);
    }

    [Theory]
    [InlineData("silu", "TQ2_0")]
    [InlineData("silu", "TQ1_0")]
    [InlineData("silu", "F16")]
    [InlineData("relu2", "TQ2_0")]
    [InlineData("relu2", "TQ1_0")]
    [InlineData("relu2", "F16")]
    public void Each_encoding_of_a_model_is_the_same_model(string gate, string encoding)
    {
        using var expected = TernaryModelFile.Open(TestModels.TinyStories(gate, "I2_S"));
        using var model = TernaryModelFile.Open(TestModels.TinyStories(gate, encoding));

        Assert.Equal(expected.Shape with { FileBytes = model.Shape.FileBytes }, model.Shape);
        Assert.Equal(expected.OutputNorm, model.OutputNorm);
        for (var layer = 0; layer < model.Shape.LayerCount; layer++)
        {
            foreach (var role in Enum.GetValues<MatrixRole>())
            {
                AssertSame(expected.Matrix(layer, role), model.Matrix(layer, role));
            }

            foreach (var role in Enum.GetValues<NormRole>())
            {
                Assert.Equal(expected.OptionalNorm(layer, role), model.OptionalNorm(layer, role));
            }
        }
    }

    private static void AssertSame(ITernaryRows expected, ITernaryRows rows)
    {
        Assert.Equal((expected.Rows, expected.Columns), (rows.Rows, rows.Columns));
        var (expectedCodes, codes) = (new byte[rows.Columns], new byte[rows.Columns]);
        for (var row = 0; row < rows.Rows; row++)
        {
            var expectedScale = expected.Read(row, expectedCodes);
            var scale = rows.Read(row, codes);
            Assert.True(expectedCodes.AsSpan().SequenceEqual(codes), $"row {row}");
            if (codes.AsSpan().ContainsAnyExcept((byte)1))
            {
                Assert.InRange(scale, expectedScale * (1 - HalfPrecision), expectedScale * (1 + HalfPrecision));
            }
        }
    }

    private static void ReadAll(TernaryModelFile model)
    {
        for (var layer = 0; layer < model.Shape.LayerCount; layer++)
        {
            foreach (var role in Enum.GetValues<MatrixRole>())
            {
                var rows = model.Matrix(layer, role);
                var codes = new byte[rows.Columns];
                for (var row = 0; row < rows.Rows; row++)
                {
                    Assert.True(rows.Read(row, codes) > 0);
                    Assert.False(codes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)2));
                }
            }
        }

        var values = new float[model.Shape.Width];
        for (var row = 0; row < model.Embedding.Rows; row++)
        {
            model.Embedding.Read(row, values);
        }
    }
}
