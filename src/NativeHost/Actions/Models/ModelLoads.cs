using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>The loads that are under way.</summary>
/// <remarks>
/// Safe to call from any thread. The same model asked for twice is loaded once; different models are loaded one after the
/// other, so that each is measured against the memory that is really left.
/// </remarks>
/// <param name="makeRoom">Frees the memory of a model that nobody uses; told how many bytes are missing, and false where that does not help.</param>
/// <param name="place">Takes what was loaded, and who began the load if it still waits, before the load counts as over.</param>
internal sealed class ModelLoads(
    IModelLoader loader,
    Func<long, Task<bool>> makeRoom,
    Action<LoadedModel, (Caller Caller, TimeSpan Kept)?> place,
    HostLog log,
    TimeProvider time,
    StringComparer paths) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, PendingLoad> _pending = new(paths);

    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count == 0;
            }
        }
    }

    /// <summary>Begins to load a model, or waits for the load that is under way; that one's options count then.</summary>
    /// <param name="starter">For whom the load is begun, where it is, and how long it is to be kept.</param>
    public Task<LoadedModel> JoinAsync(
        string path,
        ModelLoadOptions options,
        (Caller Caller, TimeSpan Kept)? starter,
        IProgress<float> progress,
        CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var pending = _pending.GetValueOrDefault(path) is { IsAbandoned: false } other
                ? other
                : new PendingLoad { Work = (self, abandoned) => LoadAsync(path, options, starter, self, abandoned) };
            _pending[path] = pending;
            return pending.JoinAsync(progress, cancellationToken);
        }
    }

    /// <summary>Waits until none is under way.</summary>
    public async Task EndAsync()
    {
        PendingLoad[] pending;
        lock (_lock)
        {
            pending = [.. _pending.Values];
        }

        await Task.WhenAll(pending.Select(load => load.Loading ?? Task.CompletedTask)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<LoadedModel> LoadAsync(
        string path, ModelLoadOptions options, (Caller Caller, TimeSpan Kept)? starter, PendingLoad pending, CancellationToken abandoned)
    {
        try
        {
            await _turn.WaitAsync(abandoned);
            try
            {
                var started = TimeProvider.System.GetTimestamp();
                var host = await LoadIntoRoomAsync(path, options, pending, abandoned);
                var model = new LoadedModel(path, host, options, time.GetUtcNow());
                log.ModelLoaded(
                    host.Card.Architecture, host.Card.FileBytes, host.ContextTokens, TimeProvider.System.GetElapsedTime(started));
                place(model, pending.IsForStarter() ? starter : null);
                return model;
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Forget(path, pending);
        }
    }

    // What nobody uses makes room for what somebody asked for.
    private async Task<IModelHost> LoadIntoRoomAsync(string path, ModelLoadOptions options, PendingLoad pending, CancellationToken abandoned)
    {
        while (true)
        {
            try
            {
                return await loader.LoadAsync(path, options, pending, abandoned);
            }
            catch (Inference.InsufficientMemoryException e)
            {
                if (!await makeRoom(e.NeededBytes - e.AvailableBytes))
                {
                    throw;
                }
            }
        }
    }

    private void Forget(string path, PendingLoad pending)
    {
        lock (_lock)
        {
            if (_pending.GetValueOrDefault(path) == pending)
            {
                _pending.Remove(path);
            }
        }
    }
}
