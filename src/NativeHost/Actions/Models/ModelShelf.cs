using NativeHost.Actions.Broker;
using NativeHost.Grants;
using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>The models in memory, who uses them, and the generations that run on them.</summary>
/// <remarks>
/// Safe to call from any thread. The same model asked for twice is loaded once; different models are loaded one after the
/// other, so that each is measured against the memory that is really left.
/// </remarks>
internal sealed class ModelShelf(IModelLoader loader, HostLog log) : IAsyncDisposable
{
    private static readonly StringComparer PathComparer =
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loadTurn = new(1, 1);
    private readonly Dictionary<string, LoadedModel> _models = new(PathComparer);
    private readonly Dictionary<string, PendingLoad> _pending = new(PathComparer);

    /// <summary>The models in memory.</summary>
    public IReadOnlyList<LoadedModel> Models
    {
        get
        {
            lock (_lock)
            {
                return [.. _models.Values];
            }
        }
    }

    /// <summary>Whether no model is in memory or on its way there.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _models.Count == 0 && _pending.Count == 0;
            }
        }
    }

    /// <summary>The models in memory, as the command line shows them.</summary>
    public IReadOnlyList<ModelView> View()
    {
        lock (_lock)
        {
            return
            [
                .. _models.Values.OrderBy(model => model.LoadedAt).Select(model => new ModelView(
                    model.Path,
                    model.Host.ProcessId,
                    model.Host.Card.Engine,
                    model.Host.Card.FileBytes,
                    model.Host.ContextTokens,
                    model.LoadedAt.ToUnixTimeSeconds(),
                    model.Running.Count,
                    model.Holders.Count)),
            ];
        }
    }

    /// <summary>Loads a model for a caller, or gives it the one that is loaded already.</summary>
    /// <exception cref="RequestException">It is loaded with other options, and in use.</exception>
    public async Task<(LoadedModel Model, bool WasLoaded)> LoadAsync(
        string path, ModelLoadOptions options, Caller caller, IProgress<float> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindForAsync(path, options, caller) is { } loaded)
            {
                return (loaded, true);
            }

            PendingLoad pending;
            Task<LoadedModel> joined;
            lock (_lock)
            {
                if (_models.ContainsKey(path))
                {
                    // It came up meanwhile.
                    continue;
                }

                pending = _pending.GetValueOrDefault(path) is { IsAbandoned: false } other
                    ? other
                    : new PendingLoad { Work = (self, abandoned) => LoadOnceAsync(path, options, self, abandoned) };
                _pending[path] = pending;
                joined = pending.JoinAsync(progress, cancellationToken);
            }

            var model = await joined;
            lock (_lock)
            {
                if (_models.GetValueOrDefault(path) == model)
                {
                    model.Holders.Add(caller);
                    return (model, false);
                }
            }
        }
    }

    /// <summary>The loaded model of this path; null where none is.</summary>
    public LoadedModel? Find(string path)
    {
        lock (_lock)
        {
            return _models.GetValueOrDefault(path);
        }
    }

    /// <summary>Begins a generation; the model stays loaded until it is disposed.</summary>
    /// <exception cref="RequestException">The model was unloaded meanwhile.</exception>
    public RunningGeneration Begin(LoadedModel model, Caller caller, RequestId? id)
    {
        lock (_lock)
        {
            if (_models.GetValueOrDefault(model.Path) != model)
            {
                throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {model.Path}");
            }

            var running = new RunningGeneration(this, model, caller, id);
            model.Running.Add(running);
            return running;
        }
    }

    /// <summary>The engines on which a caller's generations run: the one with this id, or all.</summary>
    public IReadOnlyList<string> EnginesOf(Caller caller, RequestId? id)
    {
        lock (_lock)
        {
            return
            [
                .. _models.Values
                    .Where(model => model.Running.Exists(running => running.Caller == caller && (id is null || running.Id == id)))
                    .Select(model => model.Host.Card.Engine)
                    .Distinct(),
            ];
        }
    }

    /// <summary>Takes a model from a caller; the last caller's leaving frees its memory.</summary>
    /// <param name="force">Stops its generations instead of refusing, and takes it from every caller.</param>
    /// <param name="mayTakeFromOthers">Whether <paramref name="force"/> is allowed where others hold or use it.</param>
    /// <returns>Whether its memory was freed.</returns>
    /// <exception cref="RequestException">Generations run on it, or the caller may not take it from others; nothing was changed.</exception>
    public async Task<bool> UnloadAsync(LoadedModel model, Caller caller, bool force, bool mayTakeFromOthers)
    {
        Task[] ending;
        lock (_lock)
        {
            if (!force && model.Running.Exists(running => running.Caller == caller))
            {
                throw InUse(model);
            }

            if (force && !mayTakeFromOthers && _models.GetValueOrDefault(model.Path) == model && model.IsUsedBesides(caller))
            {
                throw CallerGrants.Refusal(caller, GrantKind.UnloadOthers);
            }

            model.Holders.Remove(caller);
            if ((!force && model.Holders.Count > 0) || _models.GetValueOrDefault(model.Path) != model)
            {
                return false;
            }

            _models.Remove(model.Path);

            model.Running.ForEach(running => running.Stop());
            ending = [.. model.Running.Select(running => running.Ended)];
        }

        await Task.WhenAll(ending);
        await model.Host.DisposeAsync();
        log.ModelUnloaded(model.Host.Card.Architecture);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        PendingLoad[] pending;
        lock (_lock)
        {
            pending = [.. _pending.Values];
        }

        await Task.WhenAll(pending.Select(load => load.Loading ?? Task.CompletedTask)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var model in Models)
        {
            await UnloadAsync(model, Caller.Local, force: true, mayTakeFromOthers: true);
        }

        _loadTurn.Dispose();
    }

    internal void End(RunningGeneration running)
    {
        lock (_lock)
        {
            running.Model.Running.Remove(running);
        }
    }

    private async Task<LoadedModel?> FindForAsync(string path, ModelLoadOptions options, Caller caller)
    {
        LoadedModel? model;
        lock (_lock)
        {
            model = _models.GetValueOrDefault(path);
            if (model is null || options == new ModelLoadOptions() || options == model.Options)
            {
                model?.Holders.Add(caller);
                return model;
            }

            if (model.Running.Count > 0 || model.Holders.Any(holder => holder != caller))
            {
                throw InUse(model);
            }
        }

        await UnloadAsync(model, caller, force: false, mayTakeFromOthers: false);
        return null;
    }

    private async Task<LoadedModel> LoadOnceAsync(
        string path, ModelLoadOptions options, PendingLoad pending, CancellationToken abandoned)
    {
        try
        {
            await _loadTurn.WaitAsync(abandoned);
            try
            {
                var started = TimeProvider.System.GetTimestamp();
                var host = await loader.LoadAsync(path, options, pending, abandoned);
                var model = new LoadedModel(path, host, options, TimeProvider.System.GetUtcNow());
                log.ModelLoaded(
                    host.Card.Architecture, host.Card.FileBytes, host.ContextTokens, TimeProvider.System.GetElapsedTime(started));
                lock (_lock)
                {
                    _models[path] = model;
                    Forget(path, pending);
                }

                return model;
            }
            finally
            {
                _loadTurn.Release();
            }
        }
        finally
        {
            Forget(path, pending);
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

    private static RequestException InUse(LoadedModel model)
        => new(ErrorCode.ModelInUse, $"Model in use: {model.Path}. Stop its generations first, or unload it with force.");
}
