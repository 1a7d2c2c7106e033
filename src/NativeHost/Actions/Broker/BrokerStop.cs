using NativeHost.Broker;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Broker;

/// <summary>Asks the broker to end, and all that it holds with it: the command line's to ask.</summary>
internal sealed record BrokerStopRequest;

/// <param name="Pid">Of the process that ends.</param>
internal sealed record BrokerStopReply(int Pid) : Reply;

internal sealed class BrokerStopHandler(BrokerControl control) : IHandler<BrokerStopRequest, BrokerStopReply>
{
    /// <summary>What the answer is given to be on its way before the connection that carries it ends.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(50);

    public Task<BrokerStopReply> HandleAsync(BrokerStopRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        LocalOnly.Check(exchange.Caller);
        control.StopAfter(HeadStart);
        return Task.FromResult(new BrokerStopReply(Environment.ProcessId) { Message = "The broker ends." });
    }
}

/// <summary>Keeps what concerns all callers from extensions.</summary>
internal static class LocalOnly
{
    /// <exception cref="RequestException">An extension asks.</exception>
    public static void Check(Caller caller)
    {
        if (caller.Kind != CallerKind.Local)
        {
            throw new RequestException(ErrorCode.LocalOnly, "Only the command line of this computer may ask this.");
        }
    }
}
