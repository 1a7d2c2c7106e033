using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Embedding;

/// <summary>A model in this process that computes embeddings and makes no text.</summary>
public sealed class EmbeddingModelHost : IModelHost
{
    private readonly EmbeddingTurns _turns;
    private int _isDisposed;

    /// <param name="embedder">Owned from here on: nobody else may use it, and it is disposed with the host.</param>
    public EmbeddingModelHost(IEmbedder embedder)
    {
        (Card, ContextTokens) = (embedder.Card, embedder.ContextTokens);
        _turns = new EmbeddingTurns(embedder);
    }

    public ModelCard Card { get; }

    public int ContextTokens { get; }

    public int ProcessId => Environment.ProcessId;

    /// <summary>Refused: it makes no text.</summary>
    /// <exception cref="UnsupportedModelException">Always.</exception>
    public IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken stop)
        => throw new UnsupportedModelException(
            "embedding model", $"{Card.Name ?? Card.Architecture} computes embeddings and makes no text. Ask it with generate_embeddings, or load a model that makes text.");

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return _turns.ComputeAsync(request, stop);
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
