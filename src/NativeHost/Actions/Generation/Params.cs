using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks for the caller's settings.</summary>
internal sealed record GetParamsRequest;

/// <summary>Changes some of the caller's settings; the others stay.</summary>
internal sealed record SetParamsRequest
{
    public JsonElement Params { get; init; }
}

internal sealed record ParamsReply(ParamsView Params) : Reply;

/// <summary>Changes some of the caller's settings, for the generations to come.</summary>
internal sealed record UpdateSettingsRequest
{
    public JsonElement Settings { get; init; }
}

/// <param name="UpdatedBackends">The engine of the caller's active model; empty where nothing is loaded.</param>
internal sealed record UpdateSettingsReply(
    [property: JsonPropertyName("updated_backends")] IReadOnlyList<string> UpdatedBackends, ParamsView Settings) : Reply;

internal sealed class GetParamsHandler(CallerStates callers) : IHandler<GetParamsRequest, ParamsReply>
{
    public Task<ParamsReply> HandleAsync(GetParamsRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new ParamsReply(callers.Of(exchange.Caller).Settings.View()));
}

internal sealed class SetParamsHandler(CallerStates callers) : IHandler<SetParamsRequest, ParamsReply>
{
    public Task<ParamsReply> HandleAsync(SetParamsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var changed = callers.Of(exchange.Caller)
            .Change(settings => SettingsReader.Apply(settings, SettingsReader.Members(request.Params, "params")));
        return Task.FromResult(new ParamsReply(changed.View()) { Message = "Parameters updated" });
    }
}

internal sealed class UpdateSettingsHandler(ModelShelf shelf, CallerStates callers) : IHandler<UpdateSettingsRequest, UpdateSettingsReply>
{
    public Task<UpdateSettingsReply> HandleAsync(
        UpdateSettingsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.Settings.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: settings is required, an object.");
        }

        var state = callers.Of(exchange.Caller);
        var changed = state.Change(settings => SettingsReader.Apply(settings, SettingsReader.Members(request.Settings, "settings")));
        string[] backends = state.ActiveModel is { } path && shelf.Find(path) is { } model ? [model.Host.Card.Engine.ToUpperInvariant()] : [];
        return Task.FromResult(new UpdateSettingsReply(backends, changed.View())
        {
            Message = backends.Length == 0 ? "Settings updated" : $"Settings updated ({backends[0]})",
        });
    }
}
