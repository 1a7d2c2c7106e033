using NativeHost.Actions.Models;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>Chooses the model that computes a request's vectors, and lets it compute them.</summary>
/// <param name="defaultModel">Tells the name of the model for callers that have loaded none; it is loaded then.</param>
internal sealed class EmbeddingModels(
    ModelShelf shelf, CallerStates callers, ModelAddresses addresses, Func<CancellationToken, Task<string>> defaultModel)
{
    /// <summary>What clients say where they do not care.</summary>
    private const string AnyModel = "default";

    /// <summary>
    /// The model that was named; else the caller's active one, where it is made for embeddings, or another one of the caller's that is;
    /// else the host's own.
    /// </summary>
    /// <param name="address">Null, or <c>default</c>, for none.</param>
    /// <exception cref="RequestException">The one that was named is not loaded.</exception>
    public async Task<LoadedModel> BringAsync(string? address, Exchange exchange, CancellationToken cancellationToken)
    {
        if (address is not (null or AnyModel))
        {
            return await ModelUse.BringAsync(shelf, addresses.NameOf(address, shelf), exchange, cancellationToken);
        }

        if (FindOwn(ModelTask.Embeddings, exchange.Caller) is { } own)
        {
            return own;
        }

        return await LoadAsync(await defaultModel(cancellationToken), exchange, cancellationToken);
    }

    /// <summary>The model that was named; else the caller's active one, where it is a reranker, or another one of the caller's that is; else null.</summary>
    /// <inheritdoc cref="BringAsync"/>
    public async Task<LoadedModel?> FindRerankerAsync(string? address, Exchange exchange, CancellationToken cancellationToken)
        => address is null or AnyModel
            ? FindOwn(ModelTask.Ranking, exchange.Caller)
            : await BringAsync(address, exchange, cancellationToken) is { Host.Card.Task: ModelTask.Ranking } named ? named : null;

    /// <exception cref="RequestException">The model was unloaded meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or its caller stopped it.</exception>
    public async Task<RerankResult> RerankAsync(LoadedModel reranker, RerankRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        return await ModelUse.RerankAsync(shelf, reranker, exchange.Caller, exchange.Id, request, ending.Token);
    }

    /// <summary>A model that has computed vectors before; null where it was unloaded, and is not the host's own.</summary>
    /// <param name="path">Its name on the wire.</param>
    public async Task<LoadedModel?> FindAgainAsync(string path, Exchange exchange, CancellationToken cancellationToken)
        => shelf.FindToUse(path) is { } loaded ? loaded
            : shelf.FindEvicted(path, exchange.Caller) is not null ? await ModelUse.BringAsync(shelf, path, exchange, cancellationToken)
            : await defaultModel(cancellationToken) == path ? await LoadAsync(path, exchange, cancellationToken)
            : null;

    /// <exception cref="RequestException">The model was unloaded meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or its caller stopped it.</exception>
    public async Task<EmbeddingResult> EmbedAsync(LoadedModel model, EmbeddingRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        return await ModelUse.EmbedAsync(shelf, model, exchange.Caller, exchange.Id, request, ending.Token);
    }

    private LoadedModel? FindOwn(ModelTask task, Caller caller)
    {
        if (callers.Of(caller).ActiveModel is { } active && shelf.FindToUse(active) is { } model && model.Host.Card.Task == task)
        {
            return model;
        }

        var own = shelf.HeldBy(caller).LastOrDefault(held => held.InMemory?.Host.Card.Task == task);
        return own is null ? null : shelf.FindToUse(own.Path);
    }

    private async Task<LoadedModel> LoadAsync(string path, Exchange exchange, CancellationToken cancellationToken)
    {
        var (loaded, _) = await shelf.LoadAsync(path, new ModelLoadOptions(), kept: null, exchange.Caller, new Progress<float>(), cancellationToken);
        return loaded;
    }
}
