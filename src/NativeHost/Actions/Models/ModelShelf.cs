using NativeHost.Actions.Broker;
using NativeHost.Grants;
using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>The models in memory, who uses them, and the generations that run on them.</summary>
/// <remarks>
/// Safe to call from any thread. The same model asked for twice is loaded once; different models are loaded one after the
/// other, so that each is measured against the memory that is really left.
/// </remarks>
/// <param name="ports">Told when a model leaves memory unasked.</param>
/// <param name="keepAlive">How long a model stays without use where its caller says nothing about it.</param>
internal sealed class ModelShelf(IModelLoader loader, OpenPorts ports, HostLog log, TimeProvider time, TimeSpan keepAlive) : IAsyncDisposable
{
    /// <summary>A request may be about to use what was used just now.</summary>
    private static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(1);

    private static readonly StringComparer PathComparer =
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loadTurn = new(1, 1);
    private readonly Dictionary<string, LoadedModel> _models = new(PathComparer);
    private readonly Dictionary<string, PendingLoad> _pending = new(PathComparer);
    private readonly Dictionary<string, EvictedModel> _evicted = new(PathComparer);

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
            return [.. _models.Values.OrderBy(model => model.LoadedAt).Select(ModelView.Of)];
        }
    }

    /// <summary>Loads a model for a caller, or gives it the one that is loaded already.</summary>
    /// <param name="kept">How long the caller wants it kept without use; null for what it said before, or else the default.</param>
    /// <exception cref="RequestException">It is loaded with other options, and in use.</exception>
    public async Task<(LoadedModel Model, bool WasLoaded)> LoadAsync(
        string path, ModelLoadOptions options, TimeSpan? kept, Caller caller, IProgress<float> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindForAsync(path, options, kept, caller) is { } loaded)
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
                    Hold(model, caller, kept);
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

    /// <summary>The same, which is about to be used and so is not evicted now.</summary>
    public LoadedModel? FindToUse(string path)
    {
        lock (_lock)
        {
            var model = _models.GetValueOrDefault(path);
            model?.LastUse = time.GetUtcNow();
            return model;
        }
    }

    /// <summary>When a model leaves memory if nobody uses it; null while it is in use or kept always.</summary>
    public DateTimeOffset? ExpiryOf(LoadedModel model)
    {
        lock (_lock)
        {
            return model.Expires;
        }
    }

    /// <summary>How a model was loaded that left memory while the caller held it; null where there is none.</summary>
    public ModelLoadOptions? FindEvicted(string path, Caller caller)
    {
        lock (_lock)
        {
            return _evicted.TryGetValue(path, out var evicted) && evicted.Holders.ContainsKey(caller) ? evicted.Options : null;
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
            model.LastUse = time.GetUtcNow();
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
            if (_evicted.TryGetValue(model.Path, out var earlier))
            {
                earlier.Holders.Remove(caller);
            }

            if ((!force && model.Holders.Count > 0) || _models.GetValueOrDefault(model.Path) != model)
            {
                return false;
            }

            Remove(model, ModelUnloadedPayload.Forced);
            model.Running.ForEach(running => running.Stop());
            ending = [.. model.Running.Select(running => running.Ended)];
        }

        await Task.WhenAll(ending);
        await FreeAsync(model);
        return true;
    }

    /// <summary>Frees the models that have been without use for longer than anybody wants.</summary>
    public async Task EvictExpiredAsync()
    {
        while (await EvictAsync(model => model.Expires <= time.GetUtcNow(), ModelUnloadedPayload.Idle))
        {
        }
    }

    /// <summary>Frees the model that was used longest ago, of those that may leave: none in use, none that is to be kept always.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> EvictLeastRecentAsync() => EvictAsync(_ => true, ModelUnloadedPayload.Memory);

    /// <summary>Forgets a model that left memory while the caller held it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool ForgetEvicted(string path, Caller caller)
    {
        lock (_lock)
        {
            return _evicted.TryGetValue(path, out var evicted) && evicted.Holders.Remove(caller);
        }
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
            running.Model.LastUse = time.GetUtcNow();
        }
    }

    private async Task<LoadedModel?> FindForAsync(string path, ModelLoadOptions options, TimeSpan? kept, Caller caller)
    {
        LoadedModel? model;
        lock (_lock)
        {
            model = _models.GetValueOrDefault(path);
            if (model is null || options == new ModelLoadOptions() || options == model.Options)
            {
                if (model is not null)
                {
                    Hold(model, caller, kept);
                    model.Host.ForgetCrashes();
                }

                return model;
            }

            if (model.Running.Count > 0 || model.IsUsedBesides(caller))
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
                var host = await LoadIntoRoomAsync(path, options, pending, abandoned);
                var model = new LoadedModel(path, host, options, time.GetUtcNow());
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

    // What nobody uses makes room for what somebody asked for.
    private async Task<IModelHost> LoadIntoRoomAsync(string path, ModelLoadOptions options, PendingLoad pending, CancellationToken abandoned)
    {
        while (true)
        {
            try
            {
                return await loader.LoadAsync(path, options, pending, abandoned);
            }
            catch (Inference.InsufficientMemoryException)
            {
                if (!await EvictLeastRecentAsync())
                {
                    throw;
                }
            }
        }
    }

    private async Task<bool> EvictAsync(Func<LoadedModel, bool> mayGo, string reason)
    {
        LoadedModel? model;
        lock (_lock)
        {
            model = _models.Values
                .Where(model => model.Expires is not null && time.GetUtcNow() - model.LastUse >= LeastIdle && mayGo(model))
                .MinBy(model => model.LastUse);
            if (model is null)
            {
                return false;
            }

            Remove(model, reason);
        }

        await FreeAsync(model);
        return true;
    }

    private void Hold(LoadedModel model, Caller caller, TimeSpan? kept)
    {
        var earlier = _evicted.GetValueOrDefault(model.Path)?.Holders;
        model.LastUse = time.GetUtcNow();
        model.Holders[caller] = kept
            ?? (model.Holders.TryGetValue(caller, out var before) || earlier?.TryGetValue(caller, out before) == true ? before : keepAlive);
        earlier?.Remove(caller);
    }

    /// <summary>Takes a model off the shelf. Those who still hold it are told, and get it again when they ask for it.</summary>
    private void Remove(LoadedModel model, string reason)
    {
        _models.Remove(model.Path);
        if (model.Holders.Count == 0)
        {
            return;
        }

        _evicted[model.Path] = new EvictedModel(model.Options, new(model.Holders));
        ports.Tell(model.Holders.Keys, "modelUnloaded", new ModelUnloadedPayload(model.Path, reason), ActionsJson.Default.EventFrameModelUnloadedPayload);
    }

    private async Task FreeAsync(LoadedModel model)
    {
        await model.Host.DisposeAsync();
        log.ModelUnloaded(model.Host.Card.Architecture);
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

    /// <summary>A model that left memory, and who held it then.</summary>
    private sealed record EvictedModel(ModelLoadOptions Options, Dictionary<Caller, TimeSpan> Holders);
}
