using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Generation;
using NativeHost.Inference;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Asks for a model to be read into memory, and to be the caller's active one.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record LoadModelRequest : RepositoryAddressed
{
    /// <summary>How to load it, and how to generate with it from now on.</summary>
    [Settings(typeof(GenerationSettingTable), typeof(LoadSettingTable))]
    public JsonElement Settings { get; init; }

    /// <summary>The same at the top level, as some clients send it.</summary>
    [Settings(typeof(GenerationSettingTable), typeof(LoadSettingTable))]
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed record LoadModelReply : Reply<ModelPayload>
{
    /// <summary>The caller's settings for this model from now on.</summary>
    public required ParamsView Settings { get; init; }
}

internal sealed class LoadModelHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses, RepositoryModels repositories, SavedSettings saved)
    : IHandler<LoadModelRequest, LoadModelReply>
{
    public async Task<LoadModelReply> HandleAsync(
        LoadModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var address = request.Address
            ?? throw new RequestException(ErrorCode.InvalidRequest, "Failed to load model: modelPath is required.");
        var (path, repository) = addresses.Read(address);
        KeyValuePair<string, JsonElement>[] fields =
            [.. request.Rest ?? [], .. SettingsReader.Members(request.Settings, "settings")];
        var load = LoadSettingTable.All.Apply(new LoadSettings(new ModelLoadOptions()), fields);
        var given = GivenSettings.Of(fields);
        var state = callers.Of(exchange.Caller);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        LoadedModel model;
        bool wasLoaded;
        try
        {
            path ??= await repositories.BringAsync(repository!, exchange, ending.Token);
            (model, wasLoaded) = await LoadingProgress.ReportAsync(
                exchange,
                Path.GetFileName(path),
                progress => shelf.LoadAsync(path, load.Options, load.KeepAlive(shelf.DefaultKeepAlive), exchange.Caller, progress, ending.Token),
                cancellationToken);
        }
        finally
        {
            // Nothing goes on for a client that could not be told of it.
            await ending.CancelAsync();
        }

        state.ActiveModel = path;
        state.GiveFor(path, given, saved.Of(exchange.Caller, path));
        return new LoadModelReply
        {
            Type = "workerReady",
            Message = wasLoaded ? "Model already loaded" : $"Model ready: {Path.GetFileName(path)}",
            Payload = ModelPayload.Of(model, exchange.Caller, shelf.ExpiryOf(model)),
            Settings = state.SettingsOf(path).View(),
        };
    }
}
