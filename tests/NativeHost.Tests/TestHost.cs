using NativeHost.Actions;
using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Generation;
using NativeHost.Actions.LmStudio;
using NativeHost.Actions.Models;
using NativeHost.Actions.Recipes;
using NativeHost.Actions.Streams;
using NativeHost.Broker;
using NativeHost.Conversations;
using NativeHost.Conversations.Search;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Hardware.Probing;
using NativeHost.Inference;
using NativeHost.Library;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.ModelCache.Suggestions;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Sessions;
using NativeHost.Settings;
using NativeHost.Storage;
using NativeHost.Storage.Retention;

namespace NativeHost.Tests;

/// <summary>A host that several clients can share.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    /// <summary>How long models stay without use where nobody says more.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(30);

    private readonly ModelShelf _shelf;
    private readonly OpenPorts _ports = new();
    private readonly GenerationStreams _streams;
    private readonly OpenWork _work = new();
    private readonly BrokerControl _control = new(TimeProvider.System);
    private readonly Lazy<ModelLibrary> _library;
    private readonly LmStudioServer _lmStudio;
    private readonly UserConversations _conversations;
    private readonly MessageSearch _search;
    private readonly string? _ownFolder;
    private readonly IReadOnlyList<Route> _routes;

    /// <param name="grace">How long streams wait for a client to come back.</param>
    /// <param name="configFolder">Where the grants and the user's list of models are; null for nowhere.</param>
    /// <param name="library">The models on the disk; null for none, and for no hub. Owned by the host.</param>
    /// <param name="freeBytes">How much an extension may download without a grant.</param>
    /// <param name="machine">The machine that it believes to be on; null for a small one.</param>
    /// <param name="userFolder">Where LM Studio may be; null for nowhere.</param>
    /// <param name="lmStudio">Where its server may be; null for nowhere.</param>
    /// <param name="conversations">How much of them is kept, by the name of their owner; null for all.</param>
    /// <param name="storeTime">The clock of their store; null for the host's.</param>
    /// <param name="storesUnnamed">Whether generations that name no conversation are stored too.</param>
    /// <param name="pages">Where pages are; null for one with the usual room.</param>
    /// <param name="messageModel">Gives the path of the model that messages are searched with; null for the shipped one.</param>
    /// <param name="bandwidth">How fast that one reads its memory; null for 20 GB/s.</param>
    public TestHost(
        IModelLoader loader,
        TimeProvider? time = null,
        TimeSpan grace = default,
        string? configFolder = null,
        CallerLimits? limits = null,
        Func<ModelLibrary>? library = null,
        long freeBytes = long.MaxValue,
        IMachine? machine = null,
        string? userFolder = null,
        Uri? lmStudio = null,
        Finding<MemoryBandwidth>? bandwidth = null,
        Func<string, RetentionLimits>? conversations = null,
        bool storesUnnamed = false,
        HeldPages? pages = null,
        Func<CancellationToken, Task<string>>? messageModel = null,
        TimeProvider? storeTime = null)
    {
        time ??= TimeProvider.System;
        pages ??= new HeldPages();
        _ownFolder = configFolder is null ? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) : null;
        configFolder ??= _ownFolder!;
        var grants = new CallerGrants(new GrantStore(configFolder, TimeProvider.System), HostLog.None);
        _library = new Lazy<ModelLibrary>(library ?? (() => LibraryWithoutHub(configFolder)));
        var downloads = new WantedDownloads(_library, grants, freeBytes);
        _shelf = new ModelShelf(new LibraryModelLoader(loader, _library), _ports, HostLog.None, time, KeepAlive);
        _streams = new GenerationStreams(_shelf, new GenerationTurns(limits ?? CallerLimits.None, time), _work, HostLog.None, time, grace);
        _lmStudio = new LmStudioServer(userFolder ?? configFolder, lmStudio ?? new Uri("http://127.0.0.1:1"), time);
        var addresses = new ModelAddresses(_library, Path.GetTempPath());
        var lazyMachine = new Lazy<IMachine>(machine ?? new ScriptedMachine());
        var callers = new CallerStates();
        var store = new StoreOptions { Folder = Path.Combine(configFolder, "conversations"), Time = storeTime ?? time, Limits = conversations ?? (_ => RetentionLimits.None) };
        _conversations = new UserConversations(store, callers, grants, HostLog.None);
        _search = new MessageSearch(
            _conversations,
            new MessageEmbedder(_shelf, messageModel ?? (cancellation => ShippedModel.Embedding.UnpackAsync(Path.Combine(configFolder, "cache"), cancellation))),
            store.Folder,
            HostLog.None,
            time);
        var embeddings = new EmbeddingModels(_shelf, callers, addresses, _ => Task.FromResult("/default-embedder.gguf"));
        var sessions = new ChatSessions(time);
        var generations = new RequestedGenerations(_shelf, _streams, callers, addresses, new GenerationChats(_conversations, storesUnnamed), sessions);
        _routes =
        [
            .. ActionTable.Of(
                _shelf,
                _streams,
                callers,
                addresses,
                new RepositoryModels(_library, downloads, _shelf),
                new SavedSettings(Path.Combine(configFolder, "model-settings")),
                grants,
                _work,
                generations),
            .. SessionActions.Of(_shelf, callers, addresses, sessions, generations, time),
            .. HardwareActions.Of(lazyMachine, _shelf, time),
            .. PlanningActions.Of(
                _library,
                addresses,
                _shelf,
                lazyMachine,
                _ => Task.FromResult(bandwidth ?? new Finding<MemoryBandwidth>(new MemoryBandwidth(2e10, 4), null)),
                CpuPacking.None),
            .. SearchActions.Of(_conversations, _search),
            .. EmbeddingActions.Of(embeddings),
            .. ConversationActions.Of(_conversations, pages, time),
            .. PageActions.Of(embeddings, pages, _shelf, _streams, callers, addresses, time),
            .. LibraryActions.Of(_library, downloads, _shelf, new ModelSuggestions(Path.Combine(configFolder, "models.json")), grants),
            .. CommandActions.Of(configFolder, _lmStudio, new Lazy<RecipeTable>(() => new RecipeTable(true, false, false)), grants, time),
        ];
    }

    /// <summary>What it answers.</summary>
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>What a broker answers.</summary>
    public IEnumerable<Route> BrokerRoutes => _routes.Concat(ActionTable.OfBroker(_shelf, _streams, _control));

    /// <summary>Its models, for what a test does to them beside its clients.</summary>
    public ModelShelf Shelf => _shelf;

    /// <summary>Its models on the disk, for the same.</summary>
    public Lazy<ModelLibrary> Library => _library;

    /// <summary>Its conversations, for the same.</summary>
    public UserConversations Conversations => _conversations;

    /// <summary>Its search, for what a test lets it learn.</summary>
    public MessageSearch Search => _search;

    /// <summary>Its generations, for the same.</summary>
    public GenerationStreams Streams => _streams;

    public HostSession SessionOf(IMessageReader reader, FrameWriter writer, Caller caller, bool asBroker)
        => new(reader, writer, caller, asBroker ? BrokerRoutes : _routes, _work, _ports, HostLog.None, answersAtOnce: asBroker);

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync();
        await _search.DisposeAsync();
        _conversations.Dispose();
        await _shelf.DisposeAsync();
        if (_library.IsValueCreated)
        {
            await _library.Value.DisposeAsync();
        }

        _lmStudio.Dispose();
        _control.Dispose();
        if (Directory.Exists(_ownFolder))
        {
            Directory.Delete(_ownFolder, recursive: true);
        }
    }

    private static ModelLibrary LibraryWithoutHub(string folder)
        => new(name => name == "HF_HUB_OFFLINE" ? "1" : null, new LibraryFolders(Path.Combine(folder, "home"), Path.Combine(folder, "work"), Path.Combine(folder, "packed")), HostSettings.Default, TimeProvider.System);
}
