using NativeHost.BitNet.Tests.Reading;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Embedding;

public sealed class EmbedderRefusalTests
{
    [Theory]
    [InlineData("qwen3", 3u, "computes embeddings and no text")]
    [InlineData("gemma3", 1u, "computes embeddings and no text")]
    [InlineData("qwen3", null, "only those for embeddings")]
    [InlineData("gemma3", null, "only those for embeddings")]
    public async Task No_text_is_made_with_such_models(string architecture, uint? poolingType, string reason)
    {
        using var file = new SampleFile(new EmbeddingSample(architecture, poolingType).Written());

        var refusal = await Assert.ThrowsAsync<UnsupportedModelException>(() => EmbedderFixture.LoaderWith().LoadModelAsync(
            file.Path, new ModelLoadOptions(), new Progress<float>(), TestContext.Current.CancellationToken));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_makes_text_gives_no_embeddings()
    {
        using var file = new SampleFile(new SampleModel().Written());

        var refusal = await Assert.ThrowsAsync<UnsupportedModelException>(() => EmbedderFixture.LoadAsync(file));

        Assert.Contains("makes text and computes no embeddings", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_can_be_cancelled()
    {
        using var file = new SampleFile(new EmbeddingSample("qwen3").Written());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EmbedderFixture.LoaderWith().LoadEmbedderAsync(
            file.Path, new ModelLoadOptions(), new Progress<float>(), cancelled.Token));
    }
}
