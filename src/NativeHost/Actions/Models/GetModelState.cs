using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Asks what is loaded; the caller's active model where none is named.</summary>
internal sealed record GetModelStateRequest : ModelAddressed;

internal sealed class GetModelStateHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses)
    : IHandler<GetModelStateRequest, Reply<ModelPayload>>
{
    public async Task<Reply<ModelPayload>> HandleAsync(
        GetModelStateRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        if (request.Address is { } address)
        {
            var named = shelf.Find(await addresses.LookUpAsync(address, shelf))
                ?? throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {address}");
            return new Reply<ModelPayload> { Payload = PayloadOf(named) };
        }

        // It may have left memory; the caller's next use loads it again.
        var active = state.ActiveModel is { } path ? shelf.Find(path) : null;
        return new Reply<ModelPayload> { Payload = active is null ? ModelPayload.Nothing : PayloadOf(active) };

        ModelPayload PayloadOf(LoadedModel model)
        {
            var payload = ModelPayload.Of(model, exchange.Caller, shelf.ExpiryOf(model), state.SettingsOf(model.Path));
            return shelf.IsHeldBy(model, exchange.Caller) ? payload : payload.OfOthers();
        }
    }
}
