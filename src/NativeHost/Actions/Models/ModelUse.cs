using System.Diagnostics;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>What requests that use a model have in common.</summary>
internal static class ModelUse
{
    /// <summary>The name on the wire of the model that a request generates with.</summary>
    /// <param name="address">As the request has it; null for the caller's active one.</param>
    /// <exception cref="RequestException">There is none.</exception>
    public static string NameOf(string? address, CallerState state, ModelAddresses addresses, ModelShelf shelf)
        => address is not null
            ? addresses.NameOf(address, shelf)
            : state.ActiveModel ?? throw new RequestException(ErrorCode.NoModelLoaded, "No model loaded. Load a model first.");

    /// <summary>The model in memory; loaded again where it left memory while the caller held it, which is reported.</summary>
    /// <param name="path">Its name on the wire.</param>
    /// <exception cref="RequestException">The caller has not loaded it.</exception>
    public static async Task<LoadedModel> BringAsync(ModelShelf shelf, string path, Exchange exchange, CancellationToken cancellationToken)
    {
        if (shelf.FindToUse(path) is { } loaded)
        {
            return loaded;
        }

        var options = shelf.FindEvicted(path, exchange.Caller)
            ?? throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {path}");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        return await LoadingProgress.ReportAsync(
            exchange, Path.GetFileName(path), progress => shelf.ReloadAsync(path, options, progress, ending.Token), cancellationToken);
    }

    /// <summary>Lets a model compute vectors, a second's work at a time; it stays in memory until they are there.</summary>
    /// <exception cref="RequestException">The model was unloaded meanwhile, or the vectors would be too many.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, or the model is unloaded by force.</exception>
    public static async Task<EmbeddingResult> EmbedAsync(
        ModelShelf shelf, LoadedModel model, Caller caller, RequestId? id, EmbeddingRequest request, CancellationToken stop)
    {
        using var running = shelf.Begin(model, caller, id);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, running.Stopping);
        var units = new TextUnits(request.Texts, request.Prefix?.Length ?? 0, model.Host.ContextTokens, model.Host.Card.EmbeddingSize);
        var joined = new JoinedVectors(request.Texts.Count);
        await ComputeAsync(
            units,
            async unit => joined.Add(unit, await model.Host.EmbedAsync(request with { Texts = [.. unit.Select(text => request.Texts[text])] }, ending.Token)),
            ending.Token);
        return joined.Result();
    }

    /// <summary>Lets a model in memory, which is a reranker, score documents, a second's work at a time.</summary>
    /// <exception cref="RequestException">The model was unloaded meanwhile.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, or the model is unloaded by force.</exception>
    public static async Task<RerankResult> RerankAsync(
        ModelShelf shelf, LoadedModel model, Caller caller, RequestId? id, RerankRequest request, CancellationToken stop)
    {
        using var running = shelf.Begin(model, caller, id);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, running.Stopping);
        var units = new TextUnits(request.Documents, request.Query.Length, model.Host.ContextTokens, dimensions: 1);
        var joined = new JoinedScores(request.Documents.Count);
        await ComputeAsync(
            units,
            async unit => joined.Add(unit, await model.Host.RerankAsync(request with { Documents = [.. unit.Select(text => request.Documents[text])] }, ending.Token)),
            ending.Token);
        return joined.Result();
    }

    private static async Task ComputeAsync(TextUnits units, Func<IReadOnlyList<int>, Task> compute, CancellationToken stop)
    {
        while (units.Next() is { Count: > 0 } unit)
        {
            stop.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            await compute(unit);
            units.Took(Stopwatch.GetElapsedTime(start));
        }
    }
}
