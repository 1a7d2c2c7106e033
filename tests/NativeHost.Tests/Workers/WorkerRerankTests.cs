using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.LlamaCpp;
using NativeHost.Logging;
using NativeHost.Tests.Registration;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>A reranker and an embedding model in a process of their own.</summary>
public sealed class WorkerRerankTests
{
    private static readonly ModelLoadOptions OneThread = new() { Threads = 1 };

    [Fact]
    public async Task A_worker_scores_as_this_process_does_and_says_what_it_does_not_do()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "reranker.gguf");
        new RandomEncoder(Layers: 1, Width: 64, Heads: 2, Outputs: 1).Write(path, await ShippedModel.Embedding.UnpackAsync(folder.Path, Patience.Token));
        using var loader = new LlamaModelLoader((_, _) => { });
        await using var here = await loader.LoadAsync(path, OneThread, new Progress<float>(), Patience.Token);
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tabagent.exe" : "tabagent");
        var workers = new WorkerModelLoader([program, "worker"], HostLog.None, TimeProvider.System);
        await using var there = await workers.LoadAsync(path, OneThread, new Progress<float>(), Patience.Token);
        var request = new RerankRequest("who feeds the cat", ["a boy feeds it", "ships", string.Concat(Enumerable.Repeat("harbour ", 3000))]);

        var expected = await here.RerankAsync(request, Patience.Token);
        var scored = await there.RerankAsync(request, Patience.Token);

        Assert.Equal(ModelTask.Ranking, there.Card.Task);
        Assert.Equal(GgufFingerprint.Of(GgufFile.Read(path)), there.Card.Fingerprint);
        Assert.Equal(expected.Scores, scored.Scores);
        Assert.Equal(expected.Outputs, scored.Outputs);
        Assert.Equal(expected.TokenCounts, scored.TokenCounts);
        Assert.Equal([2], scored.Truncated);
        await Assert.ThrowsAsync<UnsupportedModelException>(() => there.EmbedAsync(new EmbeddingRequest(["a"], EmbeddingPurpose.Query), Patience.Token));
        await Assert.ThrowsAsync<ContextFullException>(() => there.RerankAsync(request with { Query = request.Documents[2] }, Patience.Token));
    }
}
