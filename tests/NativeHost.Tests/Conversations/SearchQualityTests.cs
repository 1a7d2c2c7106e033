using NativeHost.Inference;
using NativeHost.LlamaCpp;
using NativeHost.SearchQuality;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Conversations;

public sealed class SearchQualityTests
{
    [Fact]
    public async Task Words_and_meaning_together_find_better_than_either_alone()
    {
        using var folder = new TemporaryFolder();
        using var loader = new LlamaModelLoader((_, _) => { });
        var path = await ShippedModel.Embedding.UnpackAsync(folder.Path, Patience.Token);
        await using var model = await loader.LoadAsync(path, new ModelLoadOptions { Threads = 1 }, new Progress<float>(), Patience.Token);

        var (all, byKind) = await QualityRun.RunAsync(new QualityCorpus(seed: 1), model, folder.Path, Patience.Token);

        Assert.True(all.Hybrid > all.Words, $"{all}");
        Assert.True(all.Hybrid > all.Meaning, $"{all}");
        Assert.True(byKind[QueryKind.Exact].Hybrid > 0.99, $"What is typed as it is written has to stay the first: {byKind[QueryKind.Exact]}");
    }
}
