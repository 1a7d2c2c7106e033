using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Asks for a model to leave memory; the active one where none is named.</summary>
internal sealed record UnloadModelRequest : ModelAddressed
{
    /// <summary>Stops generations that run on it, and takes it from every caller; from others only with the grant for it.</summary>
    public bool Force { get; init; }
}

/// <param name="WasLoaded">Whether the caller had it.</param>
/// <param name="Freed">Whether its memory was freed: not while another caller holds it.</param>
internal sealed record UnloadedPayload(string? ModelPath, bool WasLoaded, bool Freed);

internal sealed class UnloadModelHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses, CallerGrants grants)
    : IHandler<UnloadModelRequest, Reply<UnloadedPayload>>
{
    public async Task<Reply<UnloadedPayload>> HandleAsync(
        UnloadModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        var model = request.Address is { } address
            ? shelf.Find(addresses.FileOf(address)) ?? throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {address}")
            : state.ActiveModel;
        if (model is null)
        {
            return new Reply<UnloadedPayload> { Message = "Model unloaded", Payload = new UnloadedPayload(null, false, false) };
        }

        var mayTakeFromOthers = request.Force && grants.Has(exchange.Caller, GrantKind.UnloadOthers);
        var freed = await shelf.UnloadAsync(model, exchange.Caller, request.Force, mayTakeFromOthers);
        if (state.ActiveModel == model)
        {
            state.ActiveModel = null;
        }

        return new Reply<UnloadedPayload>
        {
            Message = "Model unloaded",
            Payload = new UnloadedPayload(model.Path, true, freed),
        };
    }
}
