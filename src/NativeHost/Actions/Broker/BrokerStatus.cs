using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Broker;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Broker;

/// <summary>Asks what the broker does, for all callers: the command line's to ask.</summary>
internal sealed record BrokerStatusRequest;

/// <param name="Version">Of the host.</param>
/// <param name="Pid">Of the broker.</param>
/// <param name="StartedAt">Seconds since 1970.</param>
/// <param name="Connections">In order of their arrival.</param>
/// <param name="Models">What is in memory.</param>
/// <param name="Streams">What runs, and what is kept for a caller to come back to.</param>
/// <param name="Memory">Bytes of memory that the broker itself uses; absent where the system does not say.</param>
internal sealed record BrokerStatusPayload(
    string Version,
    int Pid,
    long StartedAt,
    long? Memory,
    IReadOnlyList<ConnectionView> Connections,
    IReadOnlyList<ModelView> Models,
    IReadOnlyList<CallerStreamView> Streams);

/// <summary>A port.</summary>
/// <param name="Origin">Of the extension; <c>local</c> for a program of the user's.</param>
/// <param name="Pid">Of the process at its other end.</param>
/// <param name="Version">Of that.</param>
/// <param name="Since">When it came, in seconds since 1970.</param>
internal sealed record ConnectionView(string Origin, int Pid, string Version, long Since);

/// <summary>A model in memory.</summary>
/// <param name="ModelPath">What it is called.</param>
/// <param name="Backend">Its engine.</param>
/// <param name="Size">Bytes of its file.</param>
/// <param name="ContextSize">Its context window, in tokens.</param>
/// <param name="LoadedAt">Seconds since 1970.</param>
/// <param name="Expires">When it leaves memory if nobody uses it, in seconds since 1970; absent while it is in use or kept always.</param>
/// <param name="Memory">Bytes of memory that its process uses; absent where the system does not say.</param>
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

/// <summary>A stream of any caller.</summary>
/// <param name="Origin">Whose it is.</param>
/// <param name="Stream">It.</param>
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
