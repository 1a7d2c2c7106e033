using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Session;

/// <summary>Asks whether the host is there.</summary>
internal sealed record PingRequest;

/// <param name="Response">Always <c>pong</c>.</param>
/// <param name="Version">Of the host.</param>
/// <param name="Pid">Of the process that answers.</param>
internal sealed record PingReply(string Response, string Version, int Pid) : Reply;

internal sealed class PingHandler : IHandler<PingRequest, PingReply>
{
    public Task<PingReply> HandleAsync(PingRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new PingReply("pong", HostVersion.Text, Environment.ProcessId));
}
