using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Tests;

/// <summary>What is llama.cpp's alone; <see cref="LlamaEngineTests"/> holds it to what all engines promise.</summary>
public sealed class LlamaModelLoaderTests
{
    [Fact]
    public async Task A_load_that_is_cancelled_does_not_wait_for_the_first_token()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);

        Assert.ThrowsAny<OperationCanceledException>(() => LlamaModelLoader.WarmUp(model, new CancellationToken(canceled: true)));

        Assert.Equal(0, model.Position(0));
    }

    [Fact]
    public async Task Ternary_weights_are_not_for_llama_cpp()
    {
        var failure = await Assert.ThrowsAsync<UnsupportedModelException>(() => TestModels.LoadAsync(TestModels.TernaryStory));

        Assert.Contains("I2_S", failure.Message, StringComparison.Ordinal);
    }
}
