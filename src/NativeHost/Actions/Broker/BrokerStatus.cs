using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Broker;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Broker;

/// <summary>Asks what the broker does, for all callers: the command line's to ask.</summary>
internal sealed record BrokerStatusRequest;

/// <param name="StartedAt">Seconds since 1970.</param>
/// <param name="Memory">Bytes of memory that the broker itself uses; null where the system does not say.</param>
internal sealed record BrokerStatusPayload(
    string Version,
    int Pid,
    long StartedAt,
    long? Memory,
    IReadOnlyList<ConnectionView> Connections,
    IReadOnlyList<ModelView> Models,
    IReadOnlyList<CallerStreamView> Streams);

/// <param name="Since">Seconds since 1970.</param>
internal sealed record ConnectionView(string Origin, int Pid, string Version, long Since);

/// <param name="LoadedAt">Seconds since 1970.</param>
/// <param name="Expires">When it leaves memory if nobody uses it, in seconds since 1970; null while it is in use or kept always.</param>
/// <param name="Memory">Bytes of memory that its process uses; null where the system does not say.</param>
/// <param name="Pid">The process that holds it.</param>
/// <param name="Running">Generations that run or wait on it.</param>
/// <param name="Callers">Callers that loaded it and have not unloaded it.</param>
internal sealed record ModelView(
    string ModelPath, int Pid, string Backend, long Size, long? Memory, int ContextSize, long LoadedAt, long? Expires, int Running, int Callers)
{
    public static ModelView Of(LoadedModel model, DateTimeOffset? expires) => new(
        model.Path,
        model.Host.ProcessId,
        model.Host.Card.Engine,
        model.Host.Card.FileBytes,
        null,
        model.Host.ContextTokens,
        model.LoadedAt.ToUnixTimeSeconds(),
        expires?.ToUnixTimeSeconds(),
        model.Running.Count,
        model.Holders.Count);
}

/// <param name="Origin">Whose it is.</param>
internal sealed record CallerStreamView(string Origin, StreamView Stream);

internal sealed class BrokerStatusHandler(ModelShelf shelf, GenerationStreams streams, BrokerControl control)
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
                ProcessMemory.Of(Environment.ProcessId),
                [.. connections],
                [.. shelf.View().Select(model => model with { Memory = ProcessMemory.Of(model.Pid) })],
                streams.View()),
        });
    }
}
