using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks for generations to end early: the one named, or all of the caller's.</summary>
internal sealed record StopGenerationRequest
{
    /// <summary>
    /// The id of a <c>generate</c>, <c>resume_stream</c>, <c>load_model</c> or <c>verify_model</c> to stop: of this port, or where it has none of
    /// that id, of the caller's other ports. Without it, and without a stream, all the caller's generations are stopped, on all its ports.
    /// </summary>
    public RequestId? TargetRequestId { get; init; }

    /// <summary>The stream to stop, whichever request began it.</summary>
    public string? StreamId { get; init; }
}

/// <param name="StoppedBackends">The engines that were stopped, in upper case as the original's samples have them.</param>
/// <param name="Stopped">Number of requests that were asked to stop; each still sends its own final frame.</param>
internal sealed record StopGenerationReply(
    [property: JsonPropertyName("stopped_backends")] IReadOnlyList<string> StoppedBackends, int Stopped) : Reply;

internal sealed class StopGenerationHandler(ModelShelf shelf, GenerationStreams streams, OpenWork work)
    : IHandler<StopGenerationRequest, StopGenerationReply>
{
    public Task<StopGenerationReply> HandleAsync(
        StopGenerationRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(request.StreamId is { } id ? StopOne(exchange.Caller, id) : StopAll(exchange, request.TargetRequestId));

    private StopGenerationReply StopOne(Caller caller, string streamId)
    {
        var stream = streams.Find(caller, streamId);
        var runs = !stream.HasEnded;
        stream.Stop();
        return ReplyOf(runs ? 1 : 0, [stream.Engine]);
    }

    private StopGenerationReply StopAll(Exchange exchange, RequestId? id)
    {
        var engines = shelf.EnginesOf(exchange.Caller, id);
        return ReplyOf(work.Stop(exchange.Caller, id, exchange.Port), engines);
    }

    private static StopGenerationReply ReplyOf(int stopped, IReadOnlyList<string> engines)
    {
        string[] backends = [.. engines.Select(engine => engine.ToUpperInvariant())];
        return new(stopped == 0 ? [] : backends, stopped)
        {
            Message = stopped == 0 ? "No active generation to stop"
                : backends.Length == 0 ? "Generation stopped"
                : $"Generation stopped ({string.Join(", ", backends)})",
        };
    }
}
