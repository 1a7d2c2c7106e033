using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Makes one of the caller's loaded models the one that requests without an address mean.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record SelectActiveModelRequest : ModelAddressed;

/// <param name="ActiveModelId">What the model is called.</param>
/// <param name="Backend">The engine that computes it; null where the model left memory, and comes back with the next use.</param>
internal sealed record ActiveModelReply(
    [property: JsonPropertyName("active_model_id")] string ActiveModelId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Backend) : Reply;

/// <summary>Asks which model requests without an address mean.</summary>
internal sealed record GetCurrentModelRequest;

/// <param name="CurrentModel">Null for none.</param>
internal sealed record CurrentModelPayload([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? CurrentModel);

internal sealed class SelectActiveModelHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses)
    : IHandler<SelectActiveModelRequest, ActiveModelReply>
{
    public Task<ActiveModelReply> HandleAsync(SelectActiveModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var address = request.Address
            ?? throw Failure(ErrorCode.InvalidRequest, "model_id required", "Name a model that is loaded, by modelId or modelPath.");
        var path = addresses.FindName(address, shelf);
        var held = shelf.HeldBy(exchange.Caller).FirstOrDefault(held => path is not null && ModelShelf.IsSame(held.Path, path))
            ?? throw Failure(ErrorCode.ModelNotLoaded, $"Model not found: {address}", "It is not loaded: load it first.");
        callers.Of(exchange.Caller).ActiveModel = held.Path;
        return Task.FromResult(new ActiveModelReply(held.Path, held.InMemory?.Host.Card.Engine) { Message = $"Active model set to: {held.Path}" });
    }

    private static RequestException Failure(ErrorCode code, string message, string advice)
        => new(code, message) { Details = new ErrorDetails { Advice = advice } };
}

internal sealed class GetCurrentModelHandler(CallerStates callers) : IHandler<GetCurrentModelRequest, Reply<CurrentModelPayload>>
{
    public Task<Reply<CurrentModelPayload>> HandleAsync(GetCurrentModelRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new Reply<CurrentModelPayload> { Payload = new CurrentModelPayload(callers.Of(exchange.Caller).ActiveModel) });
}
