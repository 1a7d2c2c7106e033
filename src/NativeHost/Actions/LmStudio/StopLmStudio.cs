using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.LmStudio;

/// <summary>Asks for LM Studio's server to be stopped.</summary>
internal sealed record StopLmStudioRequest;

internal sealed class StopLmStudioHandler(LmStudioServer server, CallerGrants grants) : IHandler<StopLmStudioRequest, Reply<LmStudioServerPayload>>
{
    public async Task<Reply<LmStudioServerPayload>> HandleAsync(StopLmStudioRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        grants.Require(exchange.Caller, GrantKind.LmStudio);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        await server.StopAsync(ending.Token);
        return new Reply<LmStudioServerPayload>
        {
            Message = "LM Studio server stopped",
            Payload = new LmStudioServerPayload(ServerRunning: false, LmStudioServerPayload.TextOf(server.Api.Endpoint)),
        };
    }
}
