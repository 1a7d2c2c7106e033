using NativeHost.Actions;
using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Broker;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Inference;
using NativeHost.LlamaCpp;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Workers;
using Serilog.Events;

namespace NativeHost;

/// <summary>The one place where concrete types meet: the host, without a client yet.</summary>
internal sealed class Composition : IAsyncDisposable
{
    /// <summary>How long a stream waits for a client that is away: service workers are back within seconds.</summary>
    private static readonly TimeSpan StreamGrace = TimeSpan.FromSeconds(60);

    private readonly LlamaModelLoader? _loader;
    private readonly ModelShelf _shelf;
    private readonly GenerationStreams _streams;
    private readonly OpenWork _work = new();
    private readonly IReadOnlyList<Route> _routes;
    private readonly HostLog _log;

    /// <summary>Builds the host, and moves the process into the program's own folder.</summary>
    /// <param name="log">Owned by the caller.</param>
    /// <param name="workingFolder">
    /// The folder in which a person started the program, where relative model names are looked up first; null where a browser did.
    /// </param>
    /// <remarks>Libraries of llama.cpp look for others in the current directory: it must not be one that strangers write to.</remarks>
    /// <param name="control">
    /// The broker that this is the host of, whose models live in processes of their own; null where the process serves one client.
    /// </param>
    public Composition(HostLog log, string? workingFolder, BrokerControl? control = null)
    {
        _log = log;
        Environment.CurrentDirectory = AppContext.BaseDirectory;
        _loader = control is null ? new LlamaModelLoader((level, line) => log.Native(LevelOf(level), line)) : null;
        _shelf = new ModelShelf(_loader ?? (IModelLoader)new WorkerModelLoader([HostExecutable.Path, "worker"], log, TimeProvider.System), log);
        _streams = new GenerationStreams(_shelf, _work, log, TimeProvider.System, control is null ? TimeSpan.Zero : StreamGrace);
        var addresses = workingFolder is null ? new ModelAddresses(AppFolders.Models()) : new ModelAddresses(workingFolder, AppFolders.Models());
        var grants = new CallerGrants(new GrantStore(AppFolders.Config(), TimeProvider.System), log);
        _routes = [.. ActionTable.Of(_shelf, _streams, new CallerStates(), addresses, grants, _work), .. control is null ? [] : ActionTable.OfBroker(_shelf, control)];
    }

    /// <summary>Whether nothing is in memory that a client may come back for.</summary>
    public bool IsIdle => _shelf.IsIdle && _streams.IsIdle;

    /// <summary>Serves one client until its stream ends.</summary>
    /// <exception cref="FramingException">The frame boundary was lost; the client has been told.</exception>
    public async Task ServeAsync(
        IMessageReader reader, FrameWriter writer, Caller caller, EndOfInput endOfInput, CancellationToken cancellationToken)
    {
        using var session = new HostSession(reader, writer, caller, _routes, _work, _log);
        await session.RunAsync(endOfInput, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync();
        await _shelf.DisposeAsync();
        _loader?.Dispose();
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
