using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Streams;

/// <summary>Asks which streams the caller can resume.</summary>
internal sealed record ListStreamsRequest;

/// <summary>A stream that can be resumed.</summary>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="RequestId">The request that began it, where it had an id.</param>
/// <param name="ModelPath">What the model is called.</param>
/// <param name="State">How far it is.</param>
/// <param name="Position">Its place in the queue, 1 for the one that is next; absent where it does not wait.</param>
/// <param name="IsAttached">Whether a port gets its events now.</param>
/// <param name="LastSeq">Number of its last event.</param>
/// <param name="NumTokens">Tokens of the answer so far.</param>
/// <param name="TokensPerSecond">Since its first token; absent before there are two.</param>
/// <param name="StartedAt">Seconds since 1970.</param>
/// <param name="Expires">When it ends and is forgotten, in seconds since 1970; absent while a port gets its events.</param>
internal sealed record StreamView(
    string StreamId,
    RequestId? RequestId,
    string ModelPath,
    StreamState State,
    int? Position,
    bool IsAttached,
    long LastSeq,
    int NumTokens,
    double? TokensPerSecond,
    long StartedAt,
    long? Expires);

/// <summary>How far a stream is. Names are wire format: add, never rename.</summary>
[JsonConverter(typeof(StreamStateConverter))]
internal enum StreamState
{
    Queued,
    Running,
    Finished,
    Failed,
}

/// <summary>Writes states in lower case.</summary>
internal sealed class StreamStateConverter() : JsonStringEnumConverter<StreamState>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower);

/// <param name="Streams">Of this caller, in order of their start.</param>
internal sealed record StreamListPayload(IReadOnlyList<StreamView> Streams);

internal sealed class ListStreamsHandler(GenerationStreams streams) : IHandler<ListStreamsRequest, Reply<StreamListPayload>>
{
    public Task<Reply<StreamListPayload>> HandleAsync(
        ListStreamsRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new Reply<StreamListPayload> { Payload = new StreamListPayload(streams.ViewOf(exchange.Caller)) });
}
