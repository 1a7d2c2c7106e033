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

/// <param name="ModelPath">What the model is called; absent where none was named, and none is active.</param>
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
        if ((request.Address is { } address ? addresses.NameOf(address, shelf) : state.ActiveModel) is not { } path)
        {
            return ReplyOf(new UnloadedPayload(null, false, false));
        }

        if (shelf.Find(path) is not { } model)
        {
            if (!shelf.ForgetEvicted(path, exchange.Caller) && request.Address is not null)
            {
                throw new RequestException(ErrorCode.ModelNotLoaded, $"Model not loaded: {request.Address}");
            }

            state.Leave(path);
            return ReplyOf(new UnloadedPayload(path, true, false));
        }

        var mayTakeFromOthers = request.Force && grants.Has(exchange.Caller, GrantKind.UnloadOthers);
        var (wasHeld, isFreed) = await shelf.UnloadAsync(model, exchange.Caller, request.Force, mayTakeFromOthers);
        state.Leave(path);
        return ReplyOf(new UnloadedPayload(model.Path, wasHeld, isFreed));
    }

    private static Reply<UnloadedPayload> ReplyOf(UnloadedPayload payload) => new() { Message = "Model unloaded", Payload = payload };
}
