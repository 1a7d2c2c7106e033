using System.Text.Json.Serialization;
using NativeHost.Actions.Hardware;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Planning;

/// <summary>Asks whether a model can be loaded: one of some size, or one that is named, of which more is known than its size.</summary>
[Requires(nameof(ModelSizeMb), nameof(ModelPath), nameof(ModelFile))]
internal sealed record CheckModelFeasibilityRequest : RepositoryAddressed
{
    /// <summary>
    /// The size of its files in megabytes of 2^20 bytes; above 0, up to 1,000,000,000. Beside a name it is what counts where the model is not on this
    /// machine; a name alone is looked up at the hub then.
    /// </summary>
    [JsonConverter(typeof(NumberOrNothing))]
    public double? ModelSizeMb { get; init; }

    [SynonymOf(nameof(ModelSizeMb))]
    [JsonPropertyName("model_size_mb"), JsonConverter(typeof(NumberOrNothing))]
    public double? ModelSizeMbSnake { get; init; }
}

/// <param name="CanLoad">Whether it fits into what is free, or into what the models in memory can make room for.</param>
/// <param name="ModelSizeMb">The size that was asked about, or of the named model's files, rounded up.</param>
/// <param name="ModelSizeGb">The same in gigabytes (2^30 bytes) with one decimal.</param>
/// <param name="Strategy">Where it would be.</param>
/// <param name="Hardware">What decided it.</param>
/// <param name="Recommendation">The answer for a person.</param>
/// <param name="AvailableRamMb">Megabytes of the machine's memory that are free.</param>
/// <param name="AvailableVramMb">Megabytes that are free of the memory of all GPUs that models can run on; null where these are not known, as <c>hardware</c> says.</param>
/// <param name="Confidence">
/// How far the answer can be trusted: <c>unknown</c> by the size alone, which says nothing of the memory that a context takes; for a named model as far
/// as its bytes, as in <c>estimate_model_size</c>.
/// </param>
/// <param name="Planned">What the named model would take; absent where only a size is known.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>, and may change the answer.</param>
internal sealed record FeasibilityPayload(
    [property: JsonPropertyName("can_load")] bool CanLoad,
    [property: JsonPropertyName("model_size_mb")] long ModelSizeMb,
    [property: JsonPropertyName("model_size_gb")] string ModelSizeGb,
    LoadStrategy Strategy,
    FeasibilityHardware Hardware,
    string Recommendation,
    [property: JsonPropertyName("available_ram_mb")] long AvailableRamMb,
    [property: JsonPropertyName("available_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableVramMb,
    [property: OneOf(typeof(Confidence))] string Confidence,
    PlannedNeed? Planned,
    IReadOnlyList<string> Pending);

/// <summary>What a load of a named model would take. Megabytes are 2^20 bytes, rounded up.</summary>
/// <param name="ModelPath">The model's name, as <c>load_model</c> takes it.</param>
/// <param name="ContextTokens">The context that it would be loaded with.</param>
/// <param name="GpuLayers">The layers that a GPU would compute.</param>
/// <param name="RamMb">Megabytes of the machine's memory.</param>
/// <param name="VramMb">Megabytes of the GPUs' memory.</param>
internal sealed record PlannedNeed(
    [property: JsonPropertyName("model_path")] string ModelPath,
    [property: JsonPropertyName("context_tokens")] int ContextTokens,
    [property: JsonPropertyName("gpu_layers")] int GpuLayers,
    [property: JsonPropertyName("ram_mb")] long RamMb,
    [property: JsonPropertyName("vram_mb")] long VramMb)
{
    public static PlannedNeed Of(string name, MemoryPlan plan)
        => new(name, plan.Settings.ContextTokens, plan.Settings.GpuLayers, SizeEstimate.Megabytes(plan.CpuBytes), SizeEstimate.Megabytes(plan.GpuBytes));
}

/// <param name="Target"><c>none</c> where it does not fit.</param>
/// <param name="GpuIndex">The GPU, as <c>get_hardware_info</c> numbers them; null for none.</param>
/// <param name="GpuPercent">The part of the model that the GPU has, 0 to 100; of a named one's layers.</param>
/// <param name="CpuPercent">The part that the CPU has, 0 to 100.</param>
/// <param name="Reason">Why so, for a person.</param>
internal sealed record LoadStrategy(
    [property: OneOf("gpu", "split", "cpu", "none")] string Target,
    [property: JsonPropertyName("gpu_index"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? GpuIndex,
    [property: JsonPropertyName("gpu_percent")] double GpuPercent,
    [property: JsonPropertyName("cpu_percent")] double CpuPercent,
    string Reason);

/// <param name="models">Finds the model that is named.</param>
/// <param name="packing">What the processor makes llama.cpp do.</param>
internal sealed class CheckModelFeasibilityHandler(PlannedModels models, Lazy<IMachine> machine, ModelShelf shelf, CpuPacking packing)
    : IHandler<CheckModelFeasibilityRequest, Reply<FeasibilityPayload>>
{
    private const double LargestSize = 1e9;

    public async Task<Reply<FeasibilityPayload>> HandleAsync(
        CheckModelFeasibilityRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var size = (request.ModelSizeMb ?? request.ModelSizeMbSnake) is > 0 and <= LargestSize and var given ? given : (double?)null;
        if (size is null && request.Address is null)
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid model size");
        }

        var look = await machine.Value.LookAsync(cancellationToken);
        var budget = MemoryBudget.Of(look, shelf);
        var model = request.Address is not { } address ? null
            : models.FindHere(address, budget.RoomRam) ?? (size is null ? await models.FindAsync(address, budget.RoomRam, cancellationToken) : null);
        if (model is null)
        {
            var megabytes = (long)Math.Ceiling(size!.Value);
            return ReplyOf(megabytes, LoadStrategies.Choose(megabytes, budget), Confidence.Unknown, need: null);
        }

        var forecast = LoadForecast.Of(model, new ModelLoadOptions(), budget, packing);
        return ReplyOf(
            SizeEstimate.Megabytes(model.FileBytes),
            LoadStrategies.Of(forecast, model.IsLoadable ? null : model.Problem, budget),
            forecast.Shown.Confidence,
            PlannedNeed.Of(model.Name, forecast.Shown));

        Reply<FeasibilityPayload> ReplyOf(long megabytes, LoadStrategy strategy, Confidence confidence, PlannedNeed? need)
        {
            var hardware = FeasibilityHardware.Of(budget);
            var canLoad = strategy.Target != LoadStrategies.None;
            var vram = MachineWords.Megabytes(budget.KnownAvailableVram);
            var vramWords = vram is { } free ? $"{MachineWords.Gigabytes(free)}GB VRAM" : "VRAM unknown";
            var gigabytes = MachineWords.Gigabytes(megabytes);
            return new Reply<FeasibilityPayload>
            {
                Payload = new FeasibilityPayload(
                    canLoad,
                    megabytes,
                    gigabytes,
                    strategy,
                    hardware,
                    canLoad ? $"✅ This {gigabytes}GB model can be loaded using: {strategy.Reason}"
                        : need is null ? $"❌ This {gigabytes}GB model is too large. Available: {hardware.AvailableRamGb}GB RAM, {vramWords}. Consider using a smaller model variant."
                        : $"❌ This {gigabytes}GB model cannot be loaded: {strategy.Reason}",
                    hardware.AvailableRamMb,
                    vram,
                    WireWord.Of(confidence),
                    need,
                    look.Pending),
            };
        }
    }
}
