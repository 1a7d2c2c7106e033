using NativeHost.Actions.Models;
using NativeHost.Broker;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Broker;

/// <summary>Asks what the broker does, for all callers: the command line's to ask.</summary>
internal sealed record BrokerStatusRequest;

/// <param name="StartedAt">Seconds since 1970.</param>
internal sealed record BrokerStatusPayload(
    string Version, int Pid, long StartedAt, IReadOnlyList<ConnectionView> Connections, IReadOnlyList<ModelView> Models);

/// <param name="Since">Seconds since 1970.</param>
internal sealed record ConnectionView(string Origin, int Pid, string Version, long Since);

/// <param name="LoadedAt">Seconds since 1970.</param>
/// <param name="Pid">The process that holds it.</param>
/// <param name="Running">Generations that run or wait on it.</param>
/// <param name="Callers">Callers that loaded it and have not unloaded it.</param>
internal sealed record ModelView(string ModelPath, int Pid, string Backend, long Size, int ContextSize, long LoadedAt, int Running, int Callers);

internal sealed class BrokerStatusHandler(ModelShelf shelf, BrokerControl control)
    : IHandler<BrokerStatusRequest, Reply<BrokerStatusPayload>>
{
    public Task<Reply<BrokerStatusPayload>> HandleAsync(
        BrokerStatusRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        LocalOnly.Check(exchange.Caller);
        var connections = control.Connections.OrderBy(connection => connection.Since)
            .Select(connection => new ConnectionView(
                connection.Caller.Origin, connection.Pid, connection.Version, connection.Since.ToUnixTimeSeconds()));
        return Task.FromResult(new Reply<BrokerStatusPayload>
        {
            Payload = new BrokerStatusPayload(
                HostVersion.Text,
                Environment.ProcessId,
                control.StartedAt.ToUnixTimeSeconds(),
                [.. connections],
                [.. shelf.View()]),
        });
    }
}
