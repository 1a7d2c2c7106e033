namespace NativeHost.Inference.Embedding;

/// <summary>Gives the requests to one embedder their turns, on a thread of the pool.</summary>
internal sealed class EmbeddingTurns : IAsyncDisposable
{
    private readonly Func<IEmbedder>? _open;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private IEmbedder? _embedder;

    /// <param name="embedder">Owned from here on.</param>
    public EmbeddingTurns(IEmbedder embedder) => _embedder = embedder;

    /// <param name="open">Opens what computes, with the first request; owned from then on.</param>
    public EmbeddingTurns(Func<IEmbedder> open) => _open = open;

    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    public Task<EmbeddingResult> ComputeAsync(EmbeddingRequest request, CancellationToken stop)
        => TakeTurnAsync((embedder, abort, ending) => new EmbeddingRun(embedder, request, ending).Compute(abort, ending), stop);

    /// <param name="form">How the embedder, which is a reranker, wants its pairs.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="ContextFullException">The query leaves no room for a document.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    public Task<RerankResult> ComputeAsync(RerankRequest request, PairForm form, CancellationToken stop)
        => TakeTurnAsync((embedder, abort, ending) => new RerankRun(embedder, form, request, ending).Compute(abort, ending), stop);

    /// <summary>Stops what computes and what waits, and frees what was opened.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _turn.WaitAsync();
        _embedder?.Dispose();
        _turn.Dispose();
        _closing.Dispose();
    }

    private async Task<T> TakeTurnAsync<T>(Func<IEmbedder, AbortSignal, CancellationToken, T> compute, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, _closing.Token);
        await _turn.WaitAsync(ending.Token);
        try
        {
            return await Task.Run(() => Compute(compute, ending.Token), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private T Compute<T>(Func<IEmbedder, AbortSignal, CancellationToken, T> compute, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        _embedder ??= _open!();
        using var abort = new AbortSignal();
        using var registration = stop.UnsafeRegister(static signal => ((AbortSignal)signal!).Raise(), abort);
        return compute(_embedder, abort, stop);
    }
}
