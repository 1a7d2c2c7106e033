using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks for generations to end early: the one named, or all of the caller's.</summary>
internal sealed record StopGenerationRequest
{
    /// <summary>The id of the request to stop, a generate or a load_model; null for all that generate.</summary>
    public RequestId? TargetRequestId { get; init; }
}

/// <param name="StoppedBackends">The engines that were stopped, in upper case as the original's samples have them.</param>
/// <param name="Stopped">Number of requests that were asked to stop; each still sends its own final frame.</param>
internal sealed record StopGenerationReply(
    [property: JsonPropertyName("stopped_backends")] IReadOnlyList<string> StoppedBackends, int Stopped) : Reply;

internal sealed class StopGenerationHandler(ModelShelf shelf, OpenWork work) : IHandler<StopGenerationRequest, StopGenerationReply>
{
    public Task<StopGenerationReply> HandleAsync(
        StopGenerationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        string[] backends = [.. shelf.EnginesOf(exchange.Caller, request.TargetRequestId).Select(engine => engine.ToUpperInvariant())];
        var stopped = work.Stop(exchange.Caller, request.TargetRequestId);
        return Task.FromResult(new StopGenerationReply(stopped == 0 ? [] : backends, stopped)
        {
            Message = stopped == 0 ? "No active generation to stop"
                : backends.Length == 0 ? "Generation stopped"
                : $"Generation stopped ({string.Join(", ", backends)})",
        });
    }
}
