using NativeHost.BitNet.Reading;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Reading;

public sealed class SampleModelTests
{
    public static TheoryData<uint> TernaryTypes =>
    [
        GgufTensorType.I2S, GgufTensorType.TQ2, GgufTensorType.TQ1, GgufTensorType.F16, GgufTensorType.BF16, GgufTensorType.F32,
    ];

    [Theory]
    [MemberData(nameof(TernaryTypes))]
    public void Weights_come_back_from_each_type_that_stores_them(uint type)
    {
        var codes = new byte[SampleModel.Width * SampleModel.KvWidth];
        var random = new Random(7);
        foreach (ref var code in codes.AsSpan())
        {
            code = (byte)random.Next(3);
        }

        var name = TensorNames.Of(0, MatrixRole.Value);
        var sample = new SampleModel().Add(
            name, type, [SampleModel.Width, SampleModel.KvWidth], SampleWeights.Encode(type, codes, SampleWeights.Scale));

        Open(sample, model =>
        {
            var rows = model.Matrix(0, MatrixRole.Value);
            Assert.Equal((SampleModel.KvWidth, SampleModel.Width), (rows.Rows, rows.Columns));
            var read = new byte[SampleModel.Width + 1];
            for (var row = 0; row < rows.Rows; row++)
            {
                Assert.Equal(SampleWeights.Scale, rows.Read(row, read));
                Assert.Equal(codes.AsSpan(row * SampleModel.Width, SampleModel.Width), read.AsSpan(0, SampleModel.Width));
            }

            Assert.Throws<ArgumentOutOfRangeException>(() => rows.Read(-1, read));
            Assert.Throws<ArgumentOutOfRangeException>(() => rows.Read(SampleModel.KvWidth, read));
            Assert.Throws<ArgumentOutOfRangeException>(() => rows.Read(0, read.AsSpan(2)));
        });
    }

    [Theory]
    [InlineData(GgufTensorType.I2S, nameof(RawKind.I2S), 64)]
    [InlineData(GgufTensorType.TQ2, nameof(RawKind.TQ2), 66)]
    public unsafe void Two_bit_codes_are_reached_where_they_lie(uint type, string kind, int rowBytes)
    {
        var sample = new SampleModel(matrices: type);

        Open(sample, model =>
        {
            var raw = Assert.IsType<IRawTernaryRows>(model.Matrix(0, MatrixRole.Gate), exactMatch: false);
            Assert.Equal((kind, rowBytes), (raw.RawKind.ToString(), raw.RawRowBytes));
            Assert.Equal(
                sample.Tensors[SampleModel.Gate].Data.AsSpan(0, rowBytes * raw.Rows), new ReadOnlySpan<byte>(raw.Raw, rowBytes * raw.Rows));
            Assert.Equal(SampleWeights.Scale, raw.RowScale(255));
            raw.CheckCodes(0, raw.Rows);
        });
    }

    [Theory]
    [InlineData(GgufTensorType.TQ2)]
    [InlineData(GgufTensorType.TQ1)]
    [InlineData(GgufTensorType.F16)]
    public void Rows_may_have_scales_of_their_own(uint type)
    {
        byte[] codes = [.. Enumerable.Repeat((byte)2, SampleModel.Width)];
        byte[] data = [.. Enumerable.Range(1, 32).SelectMany(row => SampleWeights.Encode(type, codes, row))];

        Open(new SampleModel().Add(TensorNames.Of(0, MatrixRole.Key), type, [SampleModel.Width, 32], data), model =>
        {
            var rows = model.Matrix(0, MatrixRole.Key);
            Assert.Equal(1, rows.Read(0, codes));
            Assert.Equal(32, rows.Read(31, codes));
        });
    }

    [Theory]
    [InlineData(GgufTensorType.TQ2)]
    [InlineData(GgufTensorType.TQ1)]
    public void The_scale_of_a_block_without_weights_does_not_count(uint type)
    {
        byte[] weights = [.. Enumerable.Repeat((byte)2, 256)];
        byte[] zeros = [.. Enumerable.Repeat((byte)1, 256)];
        byte[] row = [.. SampleWeights.Encode(type, zeros, 0), .. SampleWeights.Encode(type, weights, 0.25f)];
        byte[] zeroRow = [.. SampleWeights.Encode(type, zeros, 0), .. SampleWeights.Encode(type, zeros, 0)];
        byte[] all = [.. zeroRow, .. Enumerable.Repeat(row, 255).SelectMany(bytes => bytes)];

        Open(Wide().Add(TensorNames.Of(0, MatrixRole.Down), type, [512, 256], all), model =>
        {
            var rows = model.Matrix(0, MatrixRole.Down);
            Assert.Equal(0, rows.Read(0, new byte[512]));
            Assert.Equal(0.25f, rows.Read(1, new byte[512]));
        });
    }

    [Fact]
    public void A_number_of_its_own_multiplies_the_scale_of_a_matrix()
    {
        var sample = new SampleModel("bitnet").Add(TensorNames.ScaleOf(0, MatrixRole.Gate), GgufTensorType.F32, [1], BitConverter.GetBytes(3f));

        Open(sample, model => Assert.Equal(3 * SampleWeights.Scale, model.Matrix(0, MatrixRole.Gate).Read(0, new byte[SampleModel.Width])));
    }

    [Theory]
    [InlineData("bitnet", null, nameof(GateActivation.Silu))]
    [InlineData("bitnet", "silu", nameof(GateActivation.Silu))]
    [InlineData("bitnet", "relu2", nameof(GateActivation.ReluSquared))]
    [InlineData("bitnet-25", null, nameof(GateActivation.ReluSquared))]
    [InlineData("bitnet-b1.58", null, nameof(GateActivation.ReluSquared))]
    [InlineData("llama", null, nameof(GateActivation.Silu))]
    [InlineData("qwen3", null, nameof(GateActivation.Silu))]
    [InlineData("gemma3", null, nameof(GateActivation.Gelu))]
    public void The_activation_is_the_architectures_or_the_one_that_is_named(string architecture, string? named, string gate)
    {
        var sample = new SampleModel(architecture);
        if (named is not null)
        {
            sample.With(".hidden_activation", named);
        }

        Open(sample, model => Assert.Equal(gate, model.Shape.Gate.ToString()));
    }

    [Fact]
    public void A_ternary_llama_has_its_own_output_and_rotates_neighbours()
    {
        byte[] factors = [.. Enumerable.Range(1, SampleModel.HeadLength / 2).SelectMany(factor => BitConverter.GetBytes((float)factor))];
        var sample = new SampleModel("llama")
            .Add(TensorNames.Output, GgufTensorType.F16, SampleModel.Width, SampleModel.Tokens)
            .Add(TensorNames.RopeFactors, GgufTensorType.F32, [SampleModel.HeadLength / 2], factors)
            .With(".rope.scaling.type", "linear")
            .With(".rope.scaling.factor", 4f)
            .With(".rope.freq_base", 5e5f);

        Open(sample, model =>
        {
            Assert.Equal((RopePairs.Neighbours, 0.25f, 5e5f), (model.Shape.RopePairs, model.Shape.RopeScale, model.Shape.RopeBase));
            Assert.Equal((SampleModel.Tokens, SampleModel.Width), (model.OutputRows?.Rows, model.OutputRows?.Columns));
            Assert.Equal(16, model.RopeFactors?[15]);
            Assert.Null(model.OptionalNorm(0, NormRole.AttentionSub));
        });
    }

    [Fact]
    public void An_embedding_model_has_a_norm_before_each_matrix()
    {
        var sample = new SampleModel("gemma3")
            .With(".pooling_type", 3u)
            .With(".attention.sliding_window", 512u)
            .With(".attention.key_length", (uint)SampleModel.HeadLength)
            .With(".attention.value_length", (uint)SampleModel.HeadLength)
            .With(".rope.freq_base", 1e6f);
        sample.AddNorms(NormRole.QueryIn, NormRole.KeyIn, NormRole.ValueIn, NormRole.OutputIn, NormRole.GateIn, NormRole.UpIn, NormRole.DownIn);

        Open(sample, model =>
        {
            var shape = model.Shape;
            Assert.Equal((true, 16f, Pooling.Last), (shape.HasInputNorms, shape.EmbeddingScale, shape.Pooling));
            Assert.Equal(new SlidingWindow(512, 6, 10_000), shape.SlidingWindow);
            Assert.Equal((true, false, true), (shape.SlidingWindow!.IsIn(4), shape.SlidingWindow.IsIn(5), shape.SlidingWindow.IsIn(6)));
            Assert.Equal(SampleModel.Width, model.Norm(0, NormRole.DownIn).Length);
            Assert.Equal(SampleModel.HeadLength, model.Norm(0, NormRole.KeyHead).Length);
            Assert.Equal(SampleModel.Width, model.Norm(0, NormRole.PostFeedForward).Length);
        });
    }

    [Theory]
    [InlineData("gemma3", 0u)]
    [InlineData("qwen3", 512u)]
    public void A_window_that_is_not_used_is_none(string architecture, uint tokens)
        => Open(new SampleModel(architecture).With(".attention.sliding_window", tokens), model => Assert.Null(model.Shape.SlidingWindow));

    [Fact]
    public void One_number_for_each_layer_may_stand_for_all()
        => Open(new SampleModel().With(".feed_forward_length", (int[])[256]), model => Assert.Equal(256, model.Shape.FeedForwardWidth));

    [Fact]
    public void Nothing_is_read_after_the_file_is_closed()
    {
        using var file = new SampleFile(new SampleModel().Written());
        var model = TernaryModelFile.Open(file.Path);
        var rows = model.Matrix(0, MatrixRole.Gate);
        var embedding = model.Embedding;

        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => rows.Read(0, new byte[SampleModel.Width]));
        Assert.Throws<ObjectDisposedException>(() => embedding.Read(0, new float[SampleModel.Width]));
    }

    /// <summary>A model whose feed-forward part is 512 wide.</summary>
    private static SampleModel Wide()
    {
        var sample = new SampleModel().With(".feed_forward_length", 512u)
            .Add(TensorNames.Of(0, NormRole.FeedForwardSub), GgufTensorType.F32, 512);
        foreach (var role in (MatrixRole[])[MatrixRole.Gate, MatrixRole.Up])
        {
            sample.Add(TensorNames.Of(0, role), GgufTensorType.I2S, SampleModel.Width, 512);
        }

        return sample.Add(TensorNames.Of(0, MatrixRole.Down), GgufTensorType.I2S, 512, SampleModel.Width);
    }

    private static void Open(SampleModel sample, Action<TernaryModelFile> check)
    {
        using var file = new SampleFile(sample.Written());
        using var model = TernaryModelFile.Open(file.Path);
        check(model);
    }
}
