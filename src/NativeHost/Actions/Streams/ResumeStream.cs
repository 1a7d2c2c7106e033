using NativeHost.Actions.Generation;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Streams;

/// <summary>Asks for the rest of a stream, from any port of its caller's: the events behind <c>after</c>, once each and in order, then the final frame.</summary>
internal sealed record ResumeStreamRequest
{
    /// <summary>Of the generation's events, or from <c>list_streams</c>.</summary>
    public required string StreamId { get; init; }

    /// <summary>Number of the last event that the client has; 0 for none.</summary>
    [Default(0)]
    [Range(0)]
    public long? After { get; init; }
}

internal sealed class ResumeStreamHandler(GenerationStreams streams) : IHandler<ResumeStreamRequest, Reply<GenerationPayload>>
{
    public Task<Reply<GenerationPayload>> HandleAsync(
        ResumeStreamRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var stream = streams.Find(exchange.Caller, request.StreamId);
        stream.Attach();
        return stream.DeliverAsync(exchange, request.After ?? 0, UpdateEncoder.Encoding, cancellationToken);
    }
}
