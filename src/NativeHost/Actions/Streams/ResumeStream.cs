using NativeHost.Actions.Generation;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Streams;

/// <summary>Asks for the rest of a stream, from any port of its caller's.</summary>
internal sealed record ResumeStreamRequest
{
    public required string StreamId { get; init; }

    /// <summary>Number of the last event that the client has; 0 for none.</summary>
    public long After { get; init; }
}

internal sealed class ResumeStreamHandler(GenerationStreams streams) : IHandler<ResumeStreamRequest, Reply<GenerationPayload>>
{
    public Task<Reply<GenerationPayload>> HandleAsync(
        ResumeStreamRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var stream = streams.Find(exchange.Caller, request.StreamId);
        stream.Attach();
        return stream.DeliverAsync(exchange, request.After, cancellationToken);
    }
}
