using NativeHost.Actions;
using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Broker;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;

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
    private readonly IReadOnlyList<Route> _routes;

    /// <param name="grace">How long streams wait for a client to come back.</param>
    /// <param name="configFolder">Where the grants are; null for nowhere.</param>
    public TestHost(
        IModelLoader loader, TimeProvider? time = null, TimeSpan grace = default, string? configFolder = null, CallerLimits? limits = null)
    {
        time ??= TimeProvider.System;
        _shelf = new ModelShelf(loader, _ports, HostLog.None, time, KeepAlive);
        _streams = new GenerationStreams(_shelf, new GenerationTurns(limits ?? CallerLimits.None, time), _work, HostLog.None, time, grace);
        var store = new GrantStore(configFolder ?? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), TimeProvider.System);
        _routes = ActionTable.Of(
            _shelf, _streams, new CallerStates(), new ModelAddresses(Path.GetTempPath()), new CallerGrants(store, HostLog.None), _work);
    }

    /// <summary>What a broker answers.</summary>
    public IEnumerable<Route> BrokerRoutes => _routes.Concat(ActionTable.OfBroker(_shelf, _streams, _control));

    /// <summary>Its models, for what a test does to them beside its clients.</summary>
    public ModelShelf Shelf => _shelf;

    /// <summary>Its generations, for the same.</summary>
    public GenerationStreams Streams => _streams;

    public HostSession SessionOf(IMessageReader reader, FrameWriter writer, Caller caller, bool asBroker)
        => new(reader, writer, caller, asBroker ? BrokerRoutes : _routes, _work, _ports, HostLog.None);

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync();
        await _shelf.DisposeAsync();
        _control.Dispose();
    }
}
