using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Embedding;

/// <summary>A model in this process that computes embeddings, or scores of pairs, and makes no text.</summary>
public sealed class EmbeddingModelHost : IModelHost
{
    private readonly EmbeddingTurns _turns;
    private readonly PairForm? _pairs;
    private int _isDisposed;

    /// <param name="embedder">Owned from here on: nobody else may use it, and it is disposed with the host.</param>
    public EmbeddingModelHost(IEmbedder embedder)
    {
        (Card, ContextTokens, _pairs) = (embedder.Card, embedder.ContextTokens, embedder.Pairs);
        _turns = new EmbeddingTurns(embedder);
    }

    public ModelCard Card { get; }

    public int ContextTokens { get; }

    public int ProcessId => Environment.ProcessId;

    private string Name => Card.Name ?? Card.Architecture;

    /// <summary>Refused: it makes no text.</summary>
    /// <exception cref="UnsupportedModelException">Always.</exception>
    public IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken stop, CancellationToken answerNow = default) => throw MakesNoText();

    /// <summary>Refused: it makes no text.</summary>
    /// <exception cref="UnsupportedModelException">Always.</exception>
    public Task<int> CountTokensAsync(GenerationRequest request, CancellationToken stop) => throw MakesNoText();

    private UnsupportedModelException MakesNoText()
        => new(
            _pairs is null ? "embedding model" : "reranker",
            $"{Name} {(_pairs is null ? "computes embeddings and makes no text. Ask it with generate_embeddings" : "scores documents and makes no text. Ask it with rerank_documents")}, or load a model that makes text.");

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return _pairs is null ? _turns.ComputeAsync(request, stop) : throw new UnsupportedModelException(
            "reranker", $"{Name} scores documents and makes no vectors. Ask it with rerank_documents, or name an embedding model.");
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public Task<RerankResult> RerankAsync(RerankRequest request, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return _pairs is not null ? _turns.ComputeAsync(request, _pairs, stop) : throw new UnsupportedModelException(
            "embedding model", $"{Name} computes embeddings and is no reranker. Load a GGUF file whose pooling type is rank.");
    }

    /// <summary>Stops what computes and what waits. Then frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _turns.DisposeAsync();
        }
    }
}
