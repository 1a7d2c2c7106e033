using NativeHost.Actions.Broker;
using NativeHost.Grants;
using NativeHost.Hardware;
using NativeHost.Inference;
using NativeHost.Library;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.ModelCache.Variants;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>The models in memory, who uses them, and the generations that run on them.</summary>
/// <remarks>
/// Safe to call from any thread. Who holds a model goes on holding it when it leaves memory unasked: it is told, and the next use
/// loads the model again. Over 300 lines because everything here is guarded by one lock: who holds, who uses, and who may take away
/// must be decided together.
/// </remarks>
internal sealed class ModelShelf : IAsyncDisposable
{
    /// <summary>A request may be about to use what was used just now.</summary>
    private static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(1);

    private static readonly StringComparer PathComparer =
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LoadedModel> _models = new(PathComparer);
    private readonly EvictedModels _evicted = new(PathComparer);
    private readonly ModelLoads _loads;
    private readonly OpenPorts _ports;
    private readonly HostLog _log;
    private readonly TimeProvider _time;

    /// <param name="ports">Told when a model leaves memory unasked.</param>
    /// <param name="keepAlive">How long a model stays without use where its caller says nothing about it.</param>
    public ModelShelf(IModelLoader loader, OpenPorts ports, HostLog log, TimeProvider time, TimeSpan keepAlive)
    {
        _loads = new ModelLoads(loader, MakeRoomAsync, Place, log, time, PathComparer);
        (_ports, _log, _time, DefaultKeepAlive) = (ports, log, time, keepAlive);
    }

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
                return _models.Count == 0 && _loads.IsIdle;
            }
        }
    }

    /// <summary>Whether no model is being loaded, and none computes.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return _loads.IsIdle && _models.Values.All(model => model.Running.Count == 0);
            }
        }
    }

    /// <summary>The model in memory that the address of a repository means, the latest of several; null where there is none.</summary>
    public string? NameOfLoaded(ModelAddress address)
    {
        lock (_lock)
        {
            return _models.Values.Where(model => ModelName.IsMeantBy(model.Path, address)).MaxBy(model => model.LoadedAt)?.Path;
        }
    }

    /// <summary>The same among those that left memory while callers held them.</summary>
    public string? NameOfEvicted(ModelAddress address)
    {
        lock (_lock)
        {
            return _evicted.Names.LastOrDefault(name => ModelName.IsMeantBy(name, address));
        }
    }

    /// <summary>Whether two names are those of one model.</summary>
    public static bool IsSame(string name, string other) => PathComparer.Equals(name, other);

    /// <summary>The models that a caller loaded and has not unloaded: those in memory as they were loaded, then those that left it.</summary>
    public IReadOnlyList<HeldModel> HeldBy(Caller caller)
    {
        lock (_lock)
        {
            return
            [
                .. _models.Values.Where(model => model.Holders.ContainsKey(caller)).OrderBy(model => model.LoadedAt).Select(model =>
                    new HeldModel(model.Path, model, model.Running.Count > 0, _time.GetUtcNow() - IdleTime(model), Expiry(model))),
                .. _evicted.HeldBy(caller).Select(path => new HeldModel(path, null, false, null, null)),
            ];
        }
    }

    /// <summary>Whether a caller loaded a model and has not unloaded it.</summary>
    public bool IsHeldBy(LoadedModel model, Caller caller)
    {
        lock (_lock)
        {
            return model.Holders.ContainsKey(caller);
        }
    }

    /// <summary>Whether another caller holds a model, or has generations on it.</summary>
    public bool IsUsedBesides(LoadedModel model, Caller caller)
    {
        lock (_lock)
        {
            return model.IsUsedBesides(caller);
        }
    }

    /// <summary>Bytes of memory that models may take: what is free, and what those would give back that leave for another one.</summary>
    public long RoomBytes() => RoomBytes(AvailableMemory.Bytes());

    /// <summary>The same, where it is known what is free.</summary>
    public long RoomBytes(long freeBytes)
    {
        LoadedModel[] leaving;
        lock (_lock)
        {
            // What was used just now may go by the time of a load.
            leaving = [.. _models.Values.Where(model => model.KeptFor is not null)];
        }

        return freeBytes + leaving.Sum(model => ModelMemory.GivenBackBy(model));
    }

    /// <summary>The models in memory, as the command line shows them.</summary>
    public IReadOnlyList<ModelView> View()
    {
        lock (_lock)
        {
            return [.. _models.Values.OrderBy(model => model.LoadedAt).Select(model => ModelView.Of(model, Expiry(model)))];
        }
    }

    /// <summary>How long a model stays without use where its caller says nothing about it.</summary>
    public TimeSpan DefaultKeepAlive { get; }

    /// <summary>Loads a model for a caller, or gives it the one that is loaded already.</summary>
    /// <param name="kept">How long the caller wants it kept without use; null for what it said before, or else the default.</param>
    /// <exception cref="RequestException">It is loaded with other options, and in use.</exception>
    public async Task<(LoadedModel Model, bool WasLoaded)> LoadAsync(
        string path, ModelLoadOptions options, TimeSpan? kept, Caller caller, IProgress<float> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var model = await FindForAsync(path, options, caller);
            var wasLoaded = model is not null;
            if (model is not null)
            {
                await model.Host.ReviveAsync(cancellationToken);
            }
            else
            {
                Task<LoadedModel> loading;
                lock (_lock)
                {
                    if (_models.ContainsKey(path))
                    {
                        // It came up meanwhile.
                        continue;
                    }

                    loading = _loads.JoinAsync(path, options, (caller, kept ?? DefaultKeepAlive), progress, cancellationToken);
                }

                model = await loading;
                if (options != new ModelLoadOptions() && options != model.Options)
                {
                    // It joined a load with other options, and is to find what it would have found a moment later.
                    continue;
                }
            }

            lock (_lock)
            {
                if (_models.GetValueOrDefault(path) == model)
                {
                    Hold(model, caller, kept);
                    return (model, wasLoaded);
                }
            }
        }
    }

    /// <summary>Loads a model again that left memory, for those who still hold it. Who asks is not made a holder by it.</summary>
    public async Task<LoadedModel> ReloadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        Task<LoadedModel> loading;
        lock (_lock)
        {
            if (_models.TryGetValue(path, out var model))
            {
                return model;
            }

            loading = _loads.JoinAsync(path, options, starter: null, progress, cancellationToken);
        }

        return await loading;
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
            model?.LastUse = _time.GetTimestamp();
            return model;
        }
    }

    /// <summary>When a model leaves memory if nobody uses it; null while it is in use or kept always.</summary>
    public DateTimeOffset? ExpiryOf(LoadedModel model)
    {
        lock (_lock)
        {
            return Expiry(model);
        }
    }

    /// <summary>How a model was loaded that left memory while the caller held it; null where there is none.</summary>
    public ModelLoadOptions? FindEvicted(string path, Caller caller)
    {
        lock (_lock)
        {
            return _evicted.Find(path, caller);
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
            model.LastUse = _time.GetTimestamp();
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

    /// <summary>Takes a model from a caller; the last caller's leaving frees its memory, unless somebody generates on it.</summary>
    /// <param name="force">Stops its generations instead of refusing, and takes it from every caller.</param>
    /// <param name="mayTakeFromOthers">Whether <paramref name="force"/> is allowed where others hold or use it.</param>
    /// <returns>Whether the caller held it, and whether its memory was freed.</returns>
    /// <exception cref="RequestException">Generations run on it, or the caller may not take it from others; nothing was changed.</exception>
    public async Task<(bool WasHeld, bool IsFreed)> UnloadAsync(LoadedModel model, Caller caller, bool force, bool mayTakeFromOthers)
    {
        bool wasHeld;
        RunningGeneration[] running;
        lock (_lock)
        {
            var isInMemory = _models.GetValueOrDefault(model.Path) == model;
            if (!force && model.Running.Exists(generation => generation.Caller == caller))
            {
                throw InUse(model);
            }

            if (force && !mayTakeFromOthers && isInMemory && model.IsUsedBesides(caller))
            {
                throw CallerGrants.Refusal(caller, GrantKind.UnloadOthers);
            }

            wasHeld = model.Holders.Remove(caller);
            if (!isInMemory || (!force && (model.Holders.Count > 0 || model.Running.Count > 0)))
            {
                return (wasHeld, false);
            }

            Remove(model, ModelUnloadedPayload.Forced);
            running = [.. model.Running];
        }

        Array.ForEach(running, generation => generation.Stop());
        await Task.WhenAll(running.Select(generation => generation.Ended));
        await FreeAsync(model);
        return (wasHeld, true);
    }

    /// <summary>Frees the models that have been without use for longer than anybody wants.</summary>
    public async Task EvictExpiredAsync()
    {
        while (await EvictAsync(model => IdleTime(model) >= model.KeptFor, ModelUnloadedPayload.Idle))
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
            return _evicted.Forget(path, caller);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _loads.EndAsync();
        foreach (var model in Models)
        {
            await UnloadAsync(model, Caller.Local, force: true, mayTakeFromOthers: true);
        }

        _loads.Dispose();
    }

    internal void End(RunningGeneration running)
    {
        lock (_lock)
        {
            running.Model.Running.Remove(running);
            running.Model.LastUse = _time.GetTimestamp();
        }
    }

    /// <summary>The model in memory that serves such a load; where it has other options and nobody else needs it, it leaves first.</summary>
    private async Task<LoadedModel?> FindForAsync(string path, ModelLoadOptions options, Caller caller)
    {
        LoadedModel? model;
        lock (_lock)
        {
            model = _models.GetValueOrDefault(path);
            if (model is null || options == new ModelLoadOptions() || options == model.Options)
            {
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

    /// <summary>Puts a model that has just been loaded on the shelf, for those as well who held it before.</summary>
    /// <param name="starter">Who began the load and waits for it, and how long it wants the model kept; null for a load for others alone.</param>
    private void Place(LoadedModel model, (Caller Caller, TimeSpan Kept)? starter)
    {
        lock (_lock)
        {
            _models[model.Path] = model;
            model.LastUse = _time.GetTimestamp();
            _evicted.GiveBack(model);
            if (starter is { } first)
            {
                // Before anybody else can want it with other options.
                model.Holders[first.Caller] = first.Kept;
            }
        }
    }

    /// <summary>Frees the model that was used longest ago, where all that may leave together would make up for what is missing.</summary>
    private async Task<bool> MakeRoomAsync(long missingBytes)
    {
        lock (_lock)
        {
            if (Evictable().Sum(model => Math.Max(model.Host.Card.RamBytes, OwnMemory(model))) < missingBytes)
            {
                return false;
            }
        }

        return await EvictLeastRecentAsync();

        static long OwnMemory(LoadedModel model)
            => model.Host.ProcessId == Environment.ProcessId ? 0 : ProcessMemory.Of(model.Host.ProcessId) ?? 0;
    }

    private async Task<bool> EvictAsync(Func<LoadedModel, bool> mayGo, string reason)
    {
        LoadedModel? model;
        lock (_lock)
        {
            model = Evictable().Where(mayGo).MinBy(model => model.LastUse);
            if (model is null)
            {
                return false;
            }

            Remove(model, reason);
        }

        await FreeAsync(model);
        return true;
    }

    private IEnumerable<LoadedModel> Evictable() => _models.Values.Where(model => model.KeptFor is not null && IdleTime(model) >= LeastIdle);

    private TimeSpan IdleTime(LoadedModel model) => _time.GetElapsedTime(model.LastUse);

    private DateTimeOffset? Expiry(LoadedModel model) => model.KeptFor is { } kept ? _time.GetUtcNow() + (kept - IdleTime(model)) : null;

    private void Hold(LoadedModel model, Caller caller, TimeSpan? kept)
    {
        model.LastUse = _time.GetTimestamp();
        model.Holders[caller] = kept ?? (model.Holders.TryGetValue(caller, out var before) ? before : DefaultKeepAlive);
    }

    /// <summary>Takes a model off the shelf. Those who still hold it are told, and get it again when they ask for it.</summary>
    private void Remove(LoadedModel model, string reason)
    {
        _models.Remove(model.Path);
        _evicted.Add(model);
        _ports.Tell(model.Holders.Keys, ActionEvents.ModelUnloaded, new ModelUnloadedPayload(model.Path, reason));
    }

    private async Task FreeAsync(LoadedModel model)
    {
        await model.Host.DisposeAsync();
        _log.ModelUnloaded(model.Host.Card.Architecture);
    }

    private static RequestException InUse(LoadedModel model)
        => new(ErrorCode.ModelInUse, $"Model in use: {model.Path}. Stop its generations first, or unload it with force.");
}
