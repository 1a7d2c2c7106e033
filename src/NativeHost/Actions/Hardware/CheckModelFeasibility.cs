using System.Text.Json.Serialization;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks whether a model of some size can be loaded.</summary>
[Requires(nameof(ModelSizeMb))]
internal sealed record CheckModelFeasibilityRequest
{
    /// <summary>The size of its files in megabytes of 2^20 bytes; above 0, up to 1,000,000,000.</summary>
    [JsonConverter(typeof(NumberOrNothing))]
    public double? ModelSizeMb { get; init; }

    [SynonymOf(nameof(ModelSizeMb))]
    [JsonPropertyName("model_size_mb"), JsonConverter(typeof(NumberOrNothing))]
    public double? ModelSizeMbSnake { get; init; }
}

/// <param name="CanLoad">Whether it fits into what is free, or into what the models in memory can make room for.</param>
/// <param name="ModelSizeMb">The size that was asked about, rounded up.</param>
/// <param name="ModelSizeGb">The same in gigabytes (2^30 bytes) with one decimal.</param>
/// <param name="Strategy">Where it would be.</param>
/// <param name="Hardware">What decided it.</param>
/// <param name="Recommendation">The answer for a person.</param>
/// <param name="AvailableRamMb">Megabytes of the machine's memory that are free.</param>
/// <param name="AvailableVramMb">Megabytes that are free of the memory of all GPUs that models can run on.</param>
/// <param name="Confidence">How far the answer can be trusted. It is <c>unknown</c>: by the size alone, which says nothing of the memory that a context takes.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>, and may change the answer.</param>
internal sealed record FeasibilityPayload(
    [property: JsonPropertyName("can_load")] bool CanLoad,
    [property: JsonPropertyName("model_size_mb")] long ModelSizeMb,
    [property: JsonPropertyName("model_size_gb")] string ModelSizeGb,
    LoadStrategy Strategy,
    FeasibilityHardware Hardware,
    string Recommendation,
    [property: JsonPropertyName("available_ram_mb")] long AvailableRamMb,
    [property: JsonPropertyName("available_vram_mb")] long AvailableVramMb,
    string Confidence,
    IReadOnlyList<string> Pending);

/// <param name="Target"><c>none</c> where it does not fit.</param>
/// <param name="GpuIndex">The GPU, as <c>get_hardware_info</c> numbers them; null for none.</param>
/// <param name="GpuPercent">The part of the model that the GPU has, 0 to 100.</param>
/// <param name="CpuPercent">The part that the CPU has, 0 to 100.</param>
/// <param name="Reason">Why so, for a person.</param>
internal sealed record LoadStrategy(
    [property: OneOf("gpu", "split", "cpu", "none")] string Target,
    [property: JsonPropertyName("gpu_index"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? GpuIndex,
    [property: JsonPropertyName("gpu_percent")] double GpuPercent,
    [property: JsonPropertyName("cpu_percent")] double CpuPercent,
    string Reason);

/// <summary>Megabytes are 2^20 bytes; gigabytes are texts with one decimal.</summary>
/// <param name="TotalRamMb">Of the machine, or of its container.</param>
/// <param name="TotalVramMb">Of all GPUs that models can run on and that have memory of their own.</param>
/// <param name="RamTier">As in <c>get_hardware_info</c>.</param>
/// <param name="VramTier">As in <c>get_hardware_info</c>.</param>
/// <param name="GpuCount">GPUs that models can run on.</param>
internal sealed record FeasibilityHardware(
    [property: JsonPropertyName("total_ram_mb")] long TotalRamMb,
    [property: JsonPropertyName("total_ram_gb")] string TotalRamGb,
    [property: JsonPropertyName("available_ram_mb")] long AvailableRamMb,
    [property: JsonPropertyName("available_ram_gb")] string AvailableRamGb,
    [property: JsonPropertyName("ram_tier")] string RamTier,
    [property: JsonPropertyName("total_vram_mb")] long TotalVramMb,
    [property: JsonPropertyName("total_vram_gb")] string TotalVramGb,
    [property: JsonPropertyName("vram_tier")] string VramTier,
    [property: JsonPropertyName("gpu_count")] int GpuCount)
{
    public static FeasibilityHardware Of(MemoryBudget budget)
    {
        var (total, available) = (MachineWords.Megabytes(budget.TotalRam)!.Value, MachineWords.Megabytes(budget.AvailableRam)!.Value);
        var vram = MachineWords.Megabytes(budget.Gpus.Where(gpu => !gpu.SharesMemory).Sum(gpu => gpu.TotalBytes))!.Value;
        return new FeasibilityHardware(
            total, MachineWords.Gigabytes(total), available, MachineWords.Gigabytes(available), MachineWords.RamTier(total),
            vram, MachineWords.Gigabytes(vram), MachineWords.VramTier(vram), budget.Gpus.Count);
    }
}

internal sealed class CheckModelFeasibilityHandler(Lazy<IMachine> machine, Models.ModelShelf shelf)
    : IHandler<CheckModelFeasibilityRequest, Reply<FeasibilityPayload>>
{
    private const double LargestSize = 1e9;

    public async Task<Reply<FeasibilityPayload>> HandleAsync(
        CheckModelFeasibilityRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var size = request.ModelSizeMb ?? request.ModelSizeMbSnake;
        if (!(size > 0 && size <= LargestSize))
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid model size");
        }

        var look = await machine.Value.LookAsync(cancellationToken);
        var budget = MemoryBudget.Of(look, shelf);
        var megabytes = (long)Math.Ceiling(size.Value);
        var strategy = LoadStrategies.Choose(megabytes, budget);
        var canLoad = strategy.Target != LoadStrategies.None;
        var hardware = FeasibilityHardware.Of(budget);
        return new Reply<FeasibilityPayload>
        {
            Payload = new FeasibilityPayload(
                canLoad,
                megabytes,
                MachineWords.Gigabytes(megabytes),
                strategy,
                hardware,
                canLoad
                    ? $"✅ This {MachineWords.Gigabytes(megabytes)}GB model can be loaded using: {strategy.Reason}"
                    : $"❌ This {MachineWords.Gigabytes(megabytes)}GB model is too large. Available: {hardware.AvailableRamGb}GB RAM, {MachineWords.Gigabytes(MachineWords.Megabytes(budget.AvailableVram)!.Value)}GB VRAM. Consider using a smaller model variant.",
                hardware.AvailableRamMb,
                MachineWords.Megabytes(budget.AvailableVram)!.Value,
                WireWord.Of(Confidence.Unknown),
                look.Pending),
        };
    }
}
