using NativeHost.Inference;
using NativeHost.LlamaCpp;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>The same weights in llama.cpp, which computes the BitNet models whose gate is SiLU.</summary>
public sealed class LlamaReferenceTests
{
    /// <summary>llama.cpp multiplies in 16-bit floats what is stored in them.</summary>
    private const float FloatTolerance = 0.01f;

    /// <summary>It has a scale for each 256 activations, where BitNet has one for a token.</summary>
    private const float ByteTolerance = 0.3f;

    [Fact]
    public async Task The_definition_with_floats_is_that_of_llama_cpp()
    {
        var path = TestModels.TinyStories("silu", "F16");
        var tokens = GoldenRun.LlamaOf(Path.GetFileName(path)).Tokens;

        var theirs = await LlamaLogits(path, tokens);

        AssertNear(theirs, ExpectedLogits.Of(path, PlainActivations.Floats, cache: null, tokens), FloatTolerance);
    }

    [Theory]
    [InlineData("I2_S")]
    [InlineData("TQ2_0")]
    public async Task The_engine_computes_as_llama_cpp_does(string encoding)
    {
        var path = TestModels.TinyStories("silu", "TQ2_0");
        var tokens = GoldenRun.LlamaOf(Path.GetFileName(path)).Tokens;
        using var model = await ModelUnderTest.OpenPackedAsync(TestModels.TinyStories("silu", encoding));

        AssertNear(await LlamaLogits(path, tokens), model.AppendEach(tokens), ByteTolerance);
    }

    [Theory]
    [InlineData("TQ1_0")]
    [InlineData("TQ2_0")]
    public async Task The_engine_gives_what_llama_cpp_gave(string encoding)
    {
        var path = TestModels.TinyStories("silu", encoding);
        var run = GoldenRun.LlamaOf(Path.GetFileName(path));
        using var model = await ModelUnderTest.OpenPackedAsync(path);

        var logits = model.AppendEach(run.Tokens);

        Assert.NotEmpty(run.Top);
        foreach (var (token, top) in run.Top)
        {
            Assert.All(top, golden => Assert.InRange(logits[token][golden.Token], golden.Value - ByteTolerance, golden.Value + ByteTolerance));
        }
    }

    private static void AssertNear(float[][] theirs, float[][] ours, float tolerance)
    {
        var distances = ours.Select((logits, token) => ExpectedLogits.Distance(theirs[token], logits)).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine($"median {distances.Order().ElementAt(distances.Length / 2)}, most {distances.Max()}");
        for (var token = 0; token < ours.Length; token++)
        {
            ExpectedLogits.AssertNear(theirs[token], ours[token], tolerance, $"after token {token}");
            if (ExpectedLogits.Margin(theirs[token]) > 2 * tolerance)
            {
                Assert.Equal(ExpectedLogits.Best(theirs[token]), ExpectedLogits.Best(ours[token]));
            }
        }
    }

    private static async Task<float[][]> LlamaLogits(string path, int[] tokens)
    {
        using var loader = new LlamaModelLoader((_, _) => { });
        var options = new ModelLoadOptions { Threads = 1, GpuLayers = 0 };
        using var model = await loader.LoadModelAsync(path, options, new Progress<float>(), Patience.Token);
        using var abort = new AbortSignal();
        var batch = new StepBatch(1);
        var logits = new List<float[]>();
        foreach (var token in tokens)
        {
            batch.Clear();
            batch.Add(0, [new Token(token)], wantsLogits: true);
            Assert.Equal(StepOutcome.Done, model.Step(batch, abort));
            logits.Add(model.Logits(0).ToArray());
        }

        return [.. logits];
    }
}
