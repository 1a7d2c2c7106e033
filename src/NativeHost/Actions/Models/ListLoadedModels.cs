using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Asks which models the caller has loaded, those as well that left memory and come back with its next use.</summary>
internal sealed record ListLoadedModelsRequest;

/// <param name="Models">In the order in which they were loaded.</param>
/// <param name="Total">How many they are.</param>
/// <param name="ActiveModelId">The one that requests without an address mean; null for none.</param>
/// <param name="ByBackend">How many of them are in memory, for each engine.</param>
internal sealed record ListLoadedModelsReply(
    IReadOnlyList<HeldModelView> Models,
    int Total,
    [property: JsonPropertyName("active_model_id"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ActiveModelId,
    [property: JsonPropertyName("by_backend")] IReadOnlyDictionary<string, int> ByBackend) : Reply;

/// <summary>A model that the caller has loaded.</summary>
/// <param name="ModelId">What it is called.</param>
/// <param name="ModelPath">As <see cref="ModelId"/>.</param>
/// <param name="State"><c>downloaded</c> where it left memory, and comes back with the next use.</param>
/// <param name="Backend">The engine; null where it is not in memory.</param>
/// <param name="Resources">What it takes of memory; null where it is not in memory.</param>
/// <param name="LoadedAt">Null where it is not in memory.</param>
/// <param name="LastUsed">When it was loaded, or a generation on it began or ended; null where it is not in memory.</param>
/// <param name="InUse">Whether a generation runs or waits on it.</param>
/// <param name="Metadata">What its file says of it; absent where it is not in memory.</param>
internal sealed record HeldModelView(
    [property: JsonPropertyName("model_id")] string ModelId,
    [property: JsonPropertyName("model_path")] string ModelPath,
    [property: OneOf("loaded", "downloaded")] string State,
    [property: JsonPropertyName("in_use")] bool InUse,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Backend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ModelResources? Resources,
    [property: JsonPropertyName("loaded_at"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LoadedAt,
    [property: JsonPropertyName("last_used"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LastUsed,
    HeldModelMetadata? Metadata)
{
    public static HeldModelView Of(HeldModel held)
    {
        var model = held.InMemory;
        return new HeldModelView(
            held.Path,
            held.Path,
            model is null ? "downloaded" : "loaded",
            held.IsInUse,
            model?.Host.Card.Engine,
            model is null ? null : ModelResources.Of(model),
            model?.LoadedAt,
            held.LastUsed,
            model is null ? null : new HeldModelMetadata(model.Host.Card.Name, model.Host.Card.Architecture, model.Host.ContextTokens));
    }
}

/// <summary>What a model in memory takes of it, as its load was planned.</summary>
/// <param name="VramMb">Of the GPU's memory, in 2^20 bytes.</param>
/// <param name="RamMb">Of the machine's memory, in 2^20 bytes.</param>
/// <param name="VramLayers">Layers that a GPU computes.</param>
/// <param name="RamLayers">Layers that the CPU computes.</param>
internal sealed record ModelResources(
    [property: JsonPropertyName("vram_mb")] double VramMb,
    [property: JsonPropertyName("ram_mb")] double RamMb,
    [property: JsonPropertyName("vram_layers")] int VramLayers,
    [property: JsonPropertyName("ram_layers")] int RamLayers)
{
    public static ModelResources Of(LoadedModel model)
    {
        var memory = ModelMemory.Of(model);
        var card = model.Host.Card;
        return new ModelResources(memory.VramMegabytes, memory.RamMegabytes, card.GpuLayers, Math.Max(0, card.LayerCount - card.GpuLayers));
    }
}

/// <param name="Name">As its file says; absent where that says nothing.</param>
/// <param name="Architecture">As its file says, such as <c>llama</c>.</param>
/// <param name="ContextSize">The context window in tokens.</param>
internal sealed record HeldModelMetadata(
    string? Name, string Architecture, [property: JsonPropertyName("context_size")] int ContextSize);

internal sealed class ListLoadedModelsHandler(ModelShelf shelf, CallerStates callers) : IHandler<ListLoadedModelsRequest, ListLoadedModelsReply>
{
    public Task<ListLoadedModelsReply> HandleAsync(ListLoadedModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        HeldModelView[] models = [.. shelf.HeldBy(exchange.Caller).Select(HeldModelView.Of)];
        var byBackend = models.Where(model => model.Backend is not null).CountBy(model => model.Backend!).ToDictionary();
        return Task.FromResult(new ListLoadedModelsReply(models, models.Length, callers.Of(exchange.Caller).ActiveModel, byBackend));
    }
}

/// <summary>Asks for the caller's models that are in memory.</summary>
internal sealed record GetLoadedModelsRequest;

/// <param name="Models">In the order in which they were loaded.</param>
internal sealed record LoadedModelsPayload(IReadOnlyList<ModelPayload> Models);

internal sealed class GetLoadedModelsHandler(ModelShelf shelf, CallerStates callers) : IHandler<GetLoadedModelsRequest, Reply<LoadedModelsPayload>>
{
    public Task<Reply<LoadedModelsPayload>> HandleAsync(GetLoadedModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        var models = shelf.HeldBy(exchange.Caller)
            .Where(held => held.InMemory is not null)
            .Select(held => ModelPayload.Of(held.InMemory!, exchange.Caller, held.Expires, state.SettingsOf(held.Path)));
        return Task.FromResult(new Reply<LoadedModelsPayload> { Payload = new LoadedModelsPayload([.. models]) });
    }
}
