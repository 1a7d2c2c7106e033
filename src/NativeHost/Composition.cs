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
using NativeHost.Devices;
using NativeHost.Engines;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Inference;
using NativeHost.Library;
using NativeHost.LlamaCpp;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.ModelCache.Suggestions;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Sessions;
using NativeHost.Settings;
using NativeHost.Storage;
using NativeHost.Workers;
using Serilog.Events;

namespace NativeHost;

/// <summary>The one place where concrete types meet: the host, without a client yet.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private readonly IEngine? _engine;
    private readonly ModelShelf _shelf;
    private readonly GenerationStreams _streams;
    private readonly ChatSessions _sessions = new(TimeProvider.System);
    private readonly WarmModels? _warm;
    private readonly OpenWork _work = new();
    private readonly OpenPorts _ports = new();
    private readonly Lazy<ModelLibrary> _library;
    private readonly WantedDownloads _downloads;
    private readonly LmStudioServer _lmStudio = new(AppFolders.User(), LmStudioServer.UsualEndpoint, TimeProvider.System);
    private readonly UserConversations _conversations;
    private readonly MessageSearch _search;
    private readonly IReadOnlyList<Route> _routes;
    private readonly HostLog _log;
    private readonly bool _isBroker;

    /// <summary>Builds the host, and moves the process into the program's own folder.</summary>
    /// <param name="log">Owned by the caller.</param>
    /// <param name="workingFolder">
    /// The folder in which a person started the program, where relative model names are looked up first; null where a browser did.
    /// </param>
    /// <remarks>Libraries of llama.cpp look for others in the current directory: it must not be one that strangers write to.</remarks>
    /// <param name="control">
    /// The broker that this is the host of, whose models live in processes of their own; null where the process serves one client.
    /// </param>
    /// <param name="conversations">The folder of the conversations; null for the user's own.</param>
    public Composition(HostLog log, string? workingFolder, BrokerControl? control = null, string? conversations = null)
    {
        _log = log;
        _isBroker = control is not null;
        Environment.CurrentDirectory = AppContext.BaseDirectory;
        _engine = control is null ? HostEngines.Create((level, line) => log.Native(LevelOf(level), line)) : null;
        var user = UserSettings.OfThisProcess;
        foreach (var problem in user.Problems)
        {
            log.SettingsFault(problem);
        }

        var settings = user.Values;
        var grants = new CallerGrants(new GrantStore(AppFolders.Config(), TimeProvider.System), log);

        // Not before somebody asks for it: a port's first answer does not wait for it.
        _library = new Lazy<ModelLibrary>(() =>
        {
            var library = ModelLibrary.OfThisUser(settings);
            library.FinishDeletions();
            return library;
        });
        _downloads = new WantedDownloads(_library, grants, (long)(settings.LargeDownloadGigabytes * 1e9));
        _shelf = new ModelShelf(
            new LibraryModelLoader(_engine ?? (IModelLoader)new WorkerModelLoader([HostExecutable.Path, "worker"], log, TimeProvider.System), _library, settings.PromptCache),
            _ports,
            log,
            TimeProvider.System,
            settings.KeepAlive);
        _streams = new GenerationStreams(
            _shelf,
            new GenerationTurns(CallerLimits.Of(settings), TimeProvider.System),
            _work,
            log,
            TimeProvider.System,
            control is null ? TimeSpan.Zero : TimeSpan.FromSeconds(settings.StreamGraceSeconds));
        if (control is not null)
        {
            // Where a process serves one port, its models live as long as the port.
            _warm = new WarmModels(_shelf, AvailableMemory.Bytes, WarmModels.ReserveOf(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes), log);
            _warm.Start(TimeProvider.System);
        }

        var addresses = workingFolder is null ? new ModelAddresses(_library, AppFolders.Models()) : new ModelAddresses(_library, workingFolder, AppFolders.Models());
        var repositories = new RepositoryModels(_library, _downloads, _shelf);
        var suggestions = new ModelSuggestions(Path.Combine(AppFolders.Config(), "models.json"));
        var machine = new Lazy<IMachine>(HostMachine.OfThisUser);
        var callers = new CallerStates();
        var store = new StoreOptions
        {
            Folder = conversations ?? AppFolders.Conversations(),
            Time = TimeProvider.System,
            Limits = ConversationLimits.Of(settings),
        };
        _conversations = new UserConversations(store, callers, grants, log);
        if (control is not null)
        {
            // Whoever opens it first is its owner, and this is the process that all ports share.
            _conversations.StartUpkeep();
        }

        var embeddingModel = new DefaultEmbeddingModel(settings.EmbeddingModel, addresses, _shelf, log, ShippedModel.Embedding.UnpackAsync);
        _search = new MessageSearch(
            _conversations, new MessageEmbedder(_shelf, embeddingModel.FindAsync), store.Folder, log, TimeProvider.System);
        if (control is not null)
        {
            _search.Start();
        }

        var embeddings = new EmbeddingModels(_shelf, callers, addresses, embeddingModel.FindAsync);
        var pages = new HeldPages();
        var chats = new GenerationChats(_conversations, settings.StoreWithoutChatId);
        var generations = new RequestedGenerations(_shelf, _streams, callers, addresses, chats, _sessions);
        _routes =
        [
            .. ActionTable.Of(_shelf, _streams, callers, addresses, repositories, new SavedSettings(AppFolders.ModelSettings()), grants, _work, generations),
            .. SessionActions.Of(_shelf, callers, addresses, _sessions, generations, TimeProvider.System),
            .. HardwareActions.Of(machine, _shelf, TimeProvider.System),
            .. PlanningActions.Of(
                _library,
                addresses,
                _shelf,
                machine,
                new MemorySpeed(AppFolders.Cache(), () => _shelf.IsQuiet, TimeProvider.System).AskAsync,
                CpuPacking.OfThisMachine),
            .. EmbeddingActions.Of(embeddings),
            .. SearchActions.Of(_conversations, _search),
            .. ConversationActions.Of(_conversations, pages, TimeProvider.System),
            .. PageActions.Of(embeddings, pages, _shelf, _streams, callers, addresses, TimeProvider.System),
            .. LibraryActions.Of(_library, _downloads, _shelf, suggestions, grants),
            .. CommandActions.Of(AppFolders.Config(), _lmStudio, new Lazy<RecipeTable>(() => RecipeTable.Of(AppFolders.Natives())), grants, TimeProvider.System),
            .. control is null ? [] : ActionTable.OfBroker(_shelf, _streams, control),
        ];
    }

    /// <summary>Whether nothing is in memory that a client may come back for.</summary>
    public bool IsIdle => _shelf.IsIdle && _streams.IsIdle && _sessions.IsIdle && _downloads.IsIdle;

    /// <summary>Serves one client until its stream ends.</summary>
    /// <exception cref="FramingException">The frame boundary was lost; the client has been told.</exception>
    public async Task ServeAsync(
        IMessageReader reader, FrameWriter writer, Caller caller, EndOfInput endOfInput, CancellationToken cancellationToken)
    {
        using var session = new HostSession(reader, writer, caller, _routes, _work, _ports, _log, answersAtOnce: _isBroker);
        await session.RunAsync(endOfInput, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_warm is not null)
        {
            await _warm.DisposeAsync();
        }

        await _streams.DisposeAsync();
        await _search.DisposeAsync();
        _conversations.Dispose();
        await _shelf.DisposeAsync();
        if (_library.IsValueCreated)
        {
            await _library.Value.DisposeAsync();
        }

        _lmStudio.Dispose();
        _engine?.Dispose();
    }

    /// <summary>Where a line of an engine's log stands in ours.</summary>
    public static LogEventLevel LevelOf(NativeLogLevel level) => level switch
    {
        NativeLogLevel.Debug => LogEventLevel.Verbose,
        NativeLogLevel.Info => LogEventLevel.Debug,
        NativeLogLevel.Warning => LogEventLevel.Information,
        _ => LogEventLevel.Warning,
    };
}
