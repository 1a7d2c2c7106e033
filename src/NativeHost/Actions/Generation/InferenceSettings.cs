using System.Text.Json;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks which settings the caller saved for a model, and what a generation on it goes by.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record GetInferenceSettingsRequest : RepositoryAddressed;

/// <summary>Saves settings for a model: the caller's next loads of it begin with them, also after a restart.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record SaveInferenceSettingsRequest : RepositoryAddressed
{
    /// <summary>They take the place of what was saved before; none, or an empty object, forgets it.</summary>
    [Settings(typeof(GenerationSettingTable))]
    public JsonElement Settings { get; init; }
}

/// <param name="ModelPath">What the model is called.</param>
/// <param name="Settings">What a generation on it goes by where its request says nothing.</param>
/// <param name="Saved">What the caller saved for it, each by its own name.</param>
internal sealed record InferenceSettingsPayload(string ModelPath, ParamsView Settings, IReadOnlyDictionary<string, JsonElement> Saved);

internal sealed class GetInferenceSettingsHandler(CallerStates callers, ModelAddresses addresses, ModelShelf shelf, SavedSettings saved)
    : IHandler<GetInferenceSettingsRequest, Reply<InferenceSettingsPayload>>
{
    public Task<Reply<InferenceSettingsPayload>> HandleAsync(
        GetInferenceSettingsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var model = InferenceSettings.ModelOf(request, addresses, shelf);
        return Task.FromResult(InferenceSettings.Of(model, callers.Of(exchange.Caller), saved.Of(exchange.Caller, model)));
    }
}

internal sealed class SaveInferenceSettingsHandler(CallerStates callers, ModelAddresses addresses, ModelShelf shelf, SavedSettings saved)
    : IHandler<SaveInferenceSettingsRequest, Reply<InferenceSettingsPayload>>
{
    public Task<Reply<InferenceSettingsPayload>> HandleAsync(
        SaveInferenceSettingsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var model = InferenceSettings.ModelOf(request, addresses, shelf);
        var settings = GivenSettings.Of(SettingsReader.Members(request.Settings, "settings"));
        var state = callers.Of(exchange.Caller);
        saved.Save(exchange.Caller, model, settings);
        if (shelf.HeldBy(exchange.Caller).Any(held => ModelShelf.IsSame(held.Path, model)))
        {
            // What it is loaded with already holds from now on; what is not loaded will begin with them.
            state.GiveFor(model, settings);
        }

        return Task.FromResult(InferenceSettings.Of(model, state, settings) with { Message = "Settings saved" });
    }
}

/// <summary>What both actions do.</summary>
file static class InferenceSettings
{
    public static string ModelOf(ModelAddressed request, ModelAddresses addresses, ModelShelf shelf)
        => request.Address is { } address
            ? addresses.FindName(address, shelf) ?? throw new RequestException(ErrorCode.ModelNotFound, $"Model not found: {address}")
            {
                Details = new ErrorDetails { Advice = "It is not on this machine. Pull it first (pull_model), or load it." },
            }
            : throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: name the model that the settings are for, by modelPath or repoId.");

    public static Reply<InferenceSettingsPayload> Of(string model, CallerState state, GivenSettings saved)
        => new() { Payload = new InferenceSettingsPayload(model, state.SettingsOf(model, saved).View(), saved.Values) };
}
