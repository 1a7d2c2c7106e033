using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Hardware;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Hardware.Probing;
using NativeHost.Inference;
using NativeHost.Messages;
using NativeHost.Planning;
using NativeHost.Routing;

namespace NativeHost.Actions.Planning;

/// <summary>Asks what a model would take of the memory, and how fast it would be, before it is loaded or even downloaded.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record EstimateModelSizeRequest : RepositoryAddressed
{
    /// <summary>How it would be loaded, as for <c>load_model</c>.</summary>
    [Settings(typeof(LoadSettingTable))]
    public JsonElement Settings { get; init; }

    /// <summary>What the context would be kept in, where another than the engine's choice is of interest; a ternary model has no other.</summary>
    [OneOf("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")]
    [JsonPropertyName("cache_type")]
    public string? CacheType { get; init; }

    /// <summary>The same settings at the top level.</summary>
    [Settings(typeof(LoadSettingTable))]
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <param name="ModelPath">The model's name, as <c>load_model</c> takes it.</param>
/// <param name="Estimate">What it would take, in the megabytes of the original.</param>
/// <param name="Available">What is free.</param>
/// <param name="CanLoad">Whether a load would succeed, if need be after other models left the memory.</param>
/// <param name="Options">The ways to divide it between GPU and CPU that fit, the fastest first.</param>
/// <param name="Engine">Which engine would load it.</param>
/// <param name="Architecture">As its header names it; absent where the header could not be read.</param>
/// <param name="FileSize">Bytes of its files.</param>
/// <param name="Parameters">How many weights its tensors have; null where the header could not be read, or only that of its first file.</param>
/// <param name="Loaded">Whether it is in memory, loaded by the caller.</param>
/// <param name="ContextTokens">The context that it would be loaded with.</param>
/// <param name="GpuLayers">The layers that a GPU would compute.</param>
/// <param name="Confidence">How far the bytes can be trusted: the least known of weights, cache, compute and output. What the engine keeps beside is small and never exact, and does not count.</param>
/// <param name="Memory">What it would take, part by part.</param>
/// <param name="Speed">How fast it would be.</param>
/// <param name="Problem">Why no engine here loads it, or its header could not be read; absent where nothing is wrong.</param>
/// <param name="Notes">In what a load would differ from what was asked for, or why it would fail.</param>
/// <param name="Alternatives">What fits where the context and the layers that were asked for do not; empty where they do.</param>
/// <param name="Pending">What of the machine is still being found out, as in <c>get_hardware_info</c>, and may change the answer.</param>
internal sealed record EstimateModelSizeReply(
    [property: JsonPropertyName("model_path")] string ModelPath,
    SizeEstimate Estimate,
    FreeMegabytes Available,
    [property: JsonPropertyName("can_load")] bool CanLoad,
    IReadOnlyList<LoadWay> Options,
    [property: OneOf(LoadPlans.TernaryEngine, LoadPlans.UsualEngine)] string Engine,
    string? Architecture,
    [property: JsonPropertyName("file_size")] long FileSize,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Parameters,
    bool Loaded,
    [property: JsonPropertyName("context_tokens")] int ContextTokens,
    [property: JsonPropertyName("gpu_layers")] int GpuLayers,
    [property: OneOf(typeof(Confidence))] string Confidence,
    PlannedMemory Memory,
    PlannedSpeed Speed,
    string? Problem,
    IReadOnlyList<string> Notes,
    IReadOnlyList<FittingAlternative> Alternatives,
    IReadOnlyList<string> Pending) : Reply;

/// <param name="bandwidth">Tells how fast this machine's memory is read.</param>
/// <param name="packing">What its processor makes llama.cpp do.</param>
internal sealed class EstimateModelSizeHandler(
    PlannedModels models, Lazy<IMachine> machine, ModelShelf shelf, Func<CancellationToken, Task<Finding<MemoryBandwidth>>> bandwidth, CpuPacking packing)
    : IHandler<EstimateModelSizeRequest, EstimateModelSizeReply>
{
    public async Task<EstimateModelSizeReply> HandleAsync(EstimateModelSizeRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var address = request.Address ?? throw new RequestException(ErrorCode.InvalidRequest, "model_path required");
        var cacheTypeId = CacheTypes.Read(request.CacheType);
        var options = LoadSettingTable.All.Apply(
            new LoadSettings(new ModelLoadOptions()), [.. request.Rest ?? [], .. SettingsReader.Members(request.Settings, "settings")]).Options;

        var look = await machine.Value.LookAsync(cancellationToken);
        var speed = await bandwidth(cancellationToken);
        var budget = MemoryBudget.Of(look, shelf);
        var model = await models.FindAsync(address, budget.RoomRam, cancellationToken);

        var forecast = LoadForecast.Of(model, options, budget, packing, cacheTypeId);
        var shown = forecast.Shown;
        return new EstimateModelSizeReply(
            model.Name,
            SizeEstimate.Of(shown),
            FreeMegabytes.Of(budget),
            forecast.Chosen is not null && model.IsLoadable,
            [.. forecast.Ways().Select(LoadWay.Of)],
            model.Header is null ? LoadPlans.UsualEngine : LoadPlans.EngineOf(model.Header),
            model.Header?.First.Architecture,
            model.FileBytes,
            model.Header is { IsWhole: true } whole ? ParametersOf(whole) : null,
            shelf.Find(model.Name) is { } loaded && shelf.IsHeldBy(loaded, exchange.Caller),
            shown.Settings.ContextTokens,
            shown.Settings.GpuLayers,
            WireWord.Of(shown.Confidence),
            PlannedMemory.Of(shown),
            PlannedSpeed.Of(shown, speed),
            model.Problem,
            forecast.Notes,
            [.. AlternativesOf(forecast, model, speed)],
            look.Pending);
    }

    /// <summary>Null for a sum that no model has: the header is a stranger's.</summary>
    private static long? ParametersOf(ModelHeader header)
    {
        var sum = header.Tensors.Aggregate(Int128.Zero, (sum, tensor) => sum + tensor.Elements);
        return sum > 0 && sum <= long.MaxValue ? (long)sum : null;
    }

    private static IEnumerable<FittingAlternative> AlternativesOf(LoadForecast forecast, PlannedModel model, Finding<MemoryBandwidth> speed)
    {
        const int MostQuants = 3;
        if (forecast.FitsAsAsked)
        {
            yield break;
        }

        if (forecast.FewerGpuLayers() is { } fewer)
        {
            yield return FittingAlternative.Of(AlternativeKind.FewerGpuLayers, fewer, speed);
        }

        if (forecast.ShorterContext() is { } shorter)
        {
            yield return FittingAlternative.Of(AlternativeKind.ShorterContext, shorter, speed);
        }

        foreach (var (quant, bytes) in model.SmallerQuants()
            .Select(quant => (quant, forecast.BytesWith(quant.Variant.TotalBytes)))
            .Where(quant => quant.Item2 is not null)
            .Take(MostQuants))
        {
            yield return FittingAlternative.Of(quant, forecast.Asked, bytes!.Value);
        }
    }
}
