using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.LmStudio;

/// <summary>Asks whether LM Studio is on this machine, and whether its server runs.</summary>
internal sealed record CheckLmStudioRequest;

internal sealed record LmStudioPayload
{
    /// <summary>Whether its command line tool is there.</summary>
    public required bool Installed { get; init; }

    /// <summary>Whether LM Studio has been opened once, so that the tool can start it.</summary>
    public required bool Bootstrapped { get; init; }

    /// <summary>Whether its server answers at <c>api_endpoint</c> within two seconds; also one that wants a token does.</summary>
    [JsonPropertyName("server_running")]
    public required bool ServerRunning { get; init; }

    /// <summary>Where the server is asked.</summary>
    [JsonPropertyName("api_endpoint")]
    public required string ApiEndpoint { get; init; }

    /// <summary>Path of the command line tool; null where it is not there.</summary>
    [JsonPropertyName("lms_path")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? LmsPath { get; init; }

    /// <summary>The first language model in the server's memory, by LM Studio's name; null where there is none or that is not known: see <c>reason</c>.</summary>
    [JsonPropertyName("current_model")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? CurrentModel { get; init; }

    /// <summary>All models in the server's memory, at most 64; absent where the server does not say.</summary>
    [JsonPropertyName("loaded_models")]
    public IReadOnlyList<string>? LoadedModels { get; init; }

    /// <summary>Why <c>current_model</c> is null; absent where it is not.</summary>
    public string? Reason { get; init; }
}

internal sealed class CheckLmStudioHandler(LmStudioServer server) : IHandler<CheckLmStudioRequest, Reply<LmStudioPayload>>
{
    public async Task<Reply<LmStudioPayload>> HandleAsync(CheckLmStudioRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var place = server.Place;
        var state = await server.Api.StateAsync(cancellationToken);
        var isRunning = state == LmStudioState.Runs;
        var loaded = isRunning ? await server.Api.LoadedModelsAsync(cancellationToken) : null;
        var current = loaded?.FirstOrDefault(model => model.IsLanguageModel)?.Id;
        return new Reply<LmStudioPayload>
        {
            Payload = new LmStudioPayload
            {
                Installed = place.ToolPath is not null,
                Bootstrapped = place.IsBootstrapped,
                ServerRunning = isRunning,
                ApiEndpoint = LmStudioServerPayload.TextOf(server.Api.Endpoint),
                LmsPath = place.ToolPath,
                CurrentModel = current,
                LoadedModels = loaded is null ? null : [.. loaded.Select(model => model.Id)],
                Reason = current is not null ? null
                    : state == LmStudioState.Unknown ? "the server does not answer"
                    : !isRunning ? "the server does not run"
                    : loaded is null ? "the server does not say which models are loaded"
                    : "no language model is loaded",
            },
        };
    }
}
