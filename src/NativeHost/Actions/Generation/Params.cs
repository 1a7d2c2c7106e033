using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks for the caller's settings; those of a model where one is named.</summary>
internal sealed record GetParamsRequest : ModelAddressed;

/// <summary>Changes some of the caller's settings for all models; the others stay.</summary>
internal sealed record SetParamsRequest
{
    /// <summary>The settings to change.</summary>
    [Settings(typeof(GenerationSettingTable))]
    public JsonElement Params { get; init; }
}

/// <param name="Params">What the caller gave, and the host's defaults for what it left open.</param>
/// <param name="Effective">
/// What a generation on the model goes by where its request says nothing: as before, but what the caller left open is as suits the
/// model's family. Absent where no model is named or active.
/// </param>
/// <param name="ModelPath">That model.</param>
internal sealed record ParamsReply(ParamsView Params, ParamsView? Effective = null, string? ModelPath = null) : Reply;

/// <summary>Changes some of the caller's settings, for the generations to come: of the named model, or of all where none is named.</summary>
[Requires(nameof(Settings))]
internal sealed record UpdateSettingsRequest : ModelAddressed
{
    /// <summary>The settings to change.</summary>
    [Settings(typeof(GenerationSettingTable))]
    public JsonElement Settings { get; init; }
}

/// <param name="UpdatedBackends">The engine of the named or active model, in upper case; empty where it is not loaded.</param>
/// <param name="Settings">The settings from now on.</param>
internal sealed record UpdateSettingsReply(
    [property: JsonPropertyName("updated_backends")] IReadOnlyList<string> UpdatedBackends, ParamsView Settings) : Reply;

internal sealed class GetParamsHandler(CallerStates callers, ModelAddresses addresses, ModelShelf shelf) : IHandler<GetParamsRequest, ParamsReply>
{
    public async Task<ParamsReply> HandleAsync(GetParamsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        var model = request.Address is { } address ? await addresses.LookUpAsync(address, shelf) : state.ActiveModel;
        return ParamsReplies.Of(state, model);
    }
}

internal sealed class SetParamsHandler(CallerStates callers) : IHandler<SetParamsRequest, ParamsReply>
{
    public Task<ParamsReply> HandleAsync(SetParamsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        state.Give(GivenSettings.Of(SettingsReader.Members(request.Params, "params")));
        return Task.FromResult(ParamsReplies.Of(state, state.ActiveModel) with { Message = "Parameters updated" });
    }
}

internal sealed class UpdateSettingsHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses)
    : IHandler<UpdateSettingsRequest, UpdateSettingsReply>
{
    public Task<UpdateSettingsReply> HandleAsync(
        UpdateSettingsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.Settings.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: settings is required, an object.");
        }

        var state = callers.Of(exchange.Caller);
        var given = GivenSettings.Of(SettingsReader.Members(request.Settings, "settings"));
        var model = state.ActiveModel;
        if (request.Address is { } address)
        {
            model = addresses.NameOf(address, shelf);
            state.GiveFor(model, given);
        }
        else
        {
            state.Give(given);
        }

        string[] backends = model is not null && shelf.Find(model) is { } loaded ? [loaded.Host.Card.Engine.ToUpperInvariant()] : [];
        return Task.FromResult(new UpdateSettingsReply(backends, ParamsReplies.Of(state, model).Params)
        {
            Message = backends.Length == 0 ? "Settings updated" : $"Settings updated ({backends[0]})",
        });
    }
}

/// <summary>Shows a caller its settings.</summary>
file static class ParamsReplies
{
    /// <param name="model">The model that they are shown for; null for none.</param>
    public static ParamsReply Of(CallerState state, string? model)
        => new(state.GivenFor(model).Over(new GenerationSettings()).View(), model is null ? null : state.SettingsOf(model).View(), model);
}
