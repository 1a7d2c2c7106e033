using System.Text.Json.Serialization;
using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.LmStudio;

/// <summary>Asks for LM Studio's server to be started; nothing happens where it runs.</summary>
internal sealed record StartLmStudioRequest;

/// <param name="ServerRunning">Whether the server runs now.</param>
/// <param name="ApiEndpoint">Where it is asked.</param>
internal sealed record LmStudioServerPayload(
    [property: JsonPropertyName("server_running")] bool ServerRunning, [property: JsonPropertyName("api_endpoint")] string ApiEndpoint)
{
    /// <summary>An address without the slash at its end, as clients join paths to it.</summary>
    public static string TextOf(Uri endpoint) => endpoint.GetLeftPart(UriPartial.Authority);
}

internal sealed class StartLmStudioHandler(LmStudioServer server, CallerGrants grants) : IHandler<StartLmStudioRequest, Reply<LmStudioServerPayload>>
{
    public async Task<Reply<LmStudioServerPayload>> HandleAsync(StartLmStudioRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        grants.Require(exchange.Caller, GrantKind.LmStudio);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        await server.StartAsync(ending.Token);
        return new Reply<LmStudioServerPayload>
        {
            Message = "LM Studio server is running",
            Payload = new LmStudioServerPayload(ServerRunning: true, LmStudioServerPayload.TextOf(server.Api.Endpoint)),
        };
    }
}
