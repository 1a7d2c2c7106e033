using NativeHost.Actions.Models;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.ModelCache;

namespace NativeHost.Actions.Embeddings;

/// <summary>The model that makes vectors where a caller has none: the one that the user chose, or the one that comes with the host.</summary>
/// <remarks>
/// Decided once for a process, so that vectors that are compared are of one model: what is pulled later counts from the next start on. Safe to call from any thread.
/// </remarks>
/// <param name="chosen">What the user's setting names; null for none.</param>
/// <param name="shipped">Gives the path of the one that comes with the host, which it looks at.</param>
internal sealed class DefaultEmbeddingModel(
    string? chosen, ModelAddresses addresses, ModelShelf shelf, HostLog log, Func<CancellationToken, Task<string>> shipped)
{
    private readonly Lock _gate = new();
    private Task<string?>? _chosen;

    /// <summary>Its name on the wire: the path of a file, or an address in a repository.</summary>
    /// <exception cref="IOException">The one that comes with the host cannot be written to the user's folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        Task<string?> decision;
        lock (_gate)
        {
            decision = _chosen ??= Task.Run(FindChosen, CancellationToken.None);
        }

        return await decision.WaitAsync(cancellationToken) ?? await shipped(cancellationToken);
    }

    private string? FindChosen()
    {
        if (chosen is null)
        {
            return null;
        }

        string? problem = null;
        try
        {
            if (addresses.FindName(chosen, shelf) is { } name && (!Path.IsPathFullyQualified(name) || File.Exists(name)))
            {
                return name;
            }
        }
        catch (Exception e) when (e is RequestException or ModelCacheException or IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        log.EmbeddingModelNotHere(chosen, problem);
        return null;
    }
}
