using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Asks what is loaded; the caller's active model where none is named.</summary>
internal sealed record GetModelStateRequest : ModelAddressed;

internal sealed class GetModelStateHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses)
    : IHandler<GetModelStateRequest, Reply<ModelPayload>>
{
    public Task<Reply<ModelPayload>> HandleAsync(
        GetModelStateRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.Address is { } address)
        {
            var named = shelf.Find(addresses.FileOf(address))
                ?? throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {address}");
            return Task.FromResult(new Reply<ModelPayload> { Payload = ModelPayload.Of(named) });
        }

        // A model that another caller unloaded with force is no longer anybody's.
        var active = callers.Of(exchange.Caller).ActiveModel;
        var isLoaded = active is not null && shelf.Find(active.Path) == active;
        return Task.FromResult(new Reply<ModelPayload> { Payload = isLoaded ? ModelPayload.Of(active!) : ModelPayload.Nothing });
    }
}
