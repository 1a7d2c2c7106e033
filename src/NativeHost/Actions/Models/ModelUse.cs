using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Brings the model of a name to a request that is about to use it.</summary>
internal static class ModelUse
{
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
}
