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
    private readonly ModelShelf _shelf;
    private readonly GenerationStreams _streams;
    private readonly OpenWork _work = new();
    private readonly BrokerControl _control = new(TimeProvider.System);
    private readonly IReadOnlyList<Route> _routes;

    /// <param name="grace">How long streams wait for a client to come back.</param>
    /// <param name="configFolder">Where the grants are; null for nowhere.</param>
    public TestHost(IModelLoader loader, TimeProvider? time = null, TimeSpan grace = default, string? configFolder = null)
    {
        _shelf = new ModelShelf(loader, HostLog.None);
        _streams = new GenerationStreams(_shelf, _work, HostLog.None, time ?? TimeProvider.System, grace);
        var store = new GrantStore(configFolder ?? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), TimeProvider.System);
        _routes = ActionTable.Of(
            _shelf, _streams, new CallerStates(), new ModelAddresses(Path.GetTempPath()), new CallerGrants(store, HostLog.None), _work);
    }

    /// <summary>What a broker answers.</summary>
    public IEnumerable<Route> BrokerRoutes => _routes.Concat(ActionTable.OfBroker(_shelf, _control));

    public bool IsIdle => _streams.IsIdle && _shelf.IsIdle;

    public HostSession SessionOf(IMessageReader reader, FrameWriter writer, Caller caller)
        => new(reader, writer, caller, _routes, _work, HostLog.None);

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync();
        await _shelf.DisposeAsync();
        _control.Dispose();
    }
}
