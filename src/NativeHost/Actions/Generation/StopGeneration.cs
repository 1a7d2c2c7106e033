using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks for generations to end early: the one named, or all of the caller's.</summary>
internal sealed record StopGenerationRequest
{
    /// <summary>The id of the generate request to stop; null for all.</summary>
    public RequestId? TargetRequestId { get; init; }
}

/// <param name="StoppedBackends">The engines that were stopped, in upper case as the original's samples have them.</param>
/// <param name="Stopped">Number of generations that were asked to stop; each still sends its own final frame.</param>
internal sealed record StopGenerationReply(
    [property: JsonPropertyName("stopped_backends")] IReadOnlyList<string> StoppedBackends, int Stopped) : Reply;

internal sealed class StopGenerationHandler(ModelShelf shelf) : IHandler<StopGenerationRequest, StopGenerationReply>
{
    public Task<StopGenerationReply> HandleAsync(
        StopGenerationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var stopped = shelf.Stop(exchange.Caller, request.TargetRequestId);
        string[] backends = [.. stopped.Select(running => running.Model.Host.Card.Engine.ToUpperInvariant()).Distinct()];
        return Task.FromResult(new StopGenerationReply(backends, stopped.Count)
        {
            Message = stopped.Count == 0
                ? "No active generation to stop"
                : $"Generation stopped ({string.Join(", ", backends)})",
        });
    }
}
