using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;
using NativeHost.ModelCache.Store;

namespace NativeHost.Library;

/// <summary>A model in memory whose files stay in the cache until it is disposed. Owns both.</summary>
internal sealed class LeasedModelHost(IModelHost model, ModelLease lease) : IModelHost
{
    public ModelCard Card => model.Card;

    public int ContextTokens => model.ContextTokens;

    public int ProcessId => model.ProcessId;

    public IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken stop, CancellationToken answerNow = default)
        => model.GenerateAsync(request, stop, answerNow);

    public Task<int> CountTokensAsync(GenerationRequest request, CancellationToken stop) => model.CountTokensAsync(request, stop);

    public Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop) => model.EmbedAsync(request, stop);

    public Task<RerankResult> RerankAsync(RerankRequest request, CancellationToken stop) => model.RerankAsync(request, stop);

    public Task ReviveAsync(CancellationToken cancellationToken) => model.ReviveAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await model.DisposeAsync();
        lease.Dispose();
    }
}
