using NativeHost.Hardware.Planning;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Sees to it that a model of a repository is on this machine, verified, before it is loaded.</summary>
internal sealed class RepositoryModels(Lazy<ModelLibrary> library, WantedDownloads downloads, ModelShelf shelf)
{
    /// <summary>Downloads what is not here, and reads what was never looked at, telling how far that is.</summary>
    /// <returns>The model's name on the wire.</returns>
    /// <exception cref="ModelCacheException">It cannot be had.</exception>
    public async Task<string> BringAsync(ModelAddress address, Exchange exchange, CancellationToken cancellationToken)
    {
        if (shelf.NameOfLoaded(address) is { } loaded)
        {
            return loaded;
        }

        if (library.Value.Planner.FindHere(address, shelf.RoomBytes(), new PlanSettings()) is not { } here)
        {
            return await DownloadAsync(address, exchange, cancellationToken);
        }

        try
        {
            await VerifyAsync(here, exchange, cancellationToken);
        }
        catch (ModelCacheException e) when (e.Fault == CacheFault.HashMismatch)
        {
            // What another program left, or the disk spoiled, was put aside.
            return await DownloadAsync(address, exchange, cancellationToken);
        }

        return ModelName.Of(address, here);
    }

    private async Task<string> DownloadAsync(ModelAddress address, Exchange exchange, CancellationToken cancellationToken)
    {
        var plan = await library.Value.PlanPullAsync(address, shelf.RoomBytes(), cancellationToken);
        var job = downloads.Want(plan, exchange.Caller, priority: 0);
        try
        {
            await downloads.CompleteAsync(job, exchange.Caller, status => LoadingProgress.DownloadedAsync(exchange, job, status, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (exchange.Stopping.IsCancellationRequested)
        {
            // Who stops the load does not want its bytes either; a port that is only lost comes back for them.
            await downloads.StopAsync(job, exchange.Caller, PullState.Paused, keep: true);
            throw;
        }

        return ModelName.Of(address, plan);
    }

    private async Task VerifyAsync(PullPlan plan, Exchange exchange, CancellationToken cancellationToken)
    {
        foreach (var file in plan.Files)
        {
            await LoadingProgress.VerifiedAsync(
                exchange,
                file.Path,
                file.Size,
                progress => library.Value.Verification.EnsureAsync(plan.Repo, plan.Commit, file.Path, progress, cancellationToken),
                cancellationToken);
        }
    }
}
