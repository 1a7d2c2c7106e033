using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks how large models should be on this machine.</summary>
internal sealed record GetRecommendedModelsRequest;

/// <param name="MaxModelSizeGb">The largest file that is recommended, in gigabytes (2^30 bytes) with one decimal.</param>
/// <param name="MaxModelSizeMb">The same in megabytes.</param>
/// <param name="Recommendations">The same for GPU and CPU alone.</param>
/// <param name="SuggestedModels">By size: <c>tiny</c>, <c>small</c>, <c>medium</c>, <c>large</c>, <c>xlarge</c>; a text for a person each.</param>
/// <param name="HardwareSummary">What decided it, for a person.</param>
/// <param name="AvailableRamMb">Megabytes of the machine's memory that are free.</param>
/// <param name="AvailableVramMb">Megabytes that are free of the memory of all GPUs that models can run on; null where these are not known.</param>
/// <param name="SafeRamMb">70 % of that.</param>
/// <param name="SafeVramMb">70 % of that; null where that is.</param>
/// <param name="VramReason">Why it is not known on which GPUs models can run.</param>
/// <param name="RecommendedSizes">Parameters of models that should run, the largest first, such as <c>7B</c>.</param>
/// <param name="Recommendation">The answer for a person.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>, and may change the answer.</param>
internal sealed record RecommendedModelsPayload(
    [property: JsonPropertyName("max_model_size_gb")] string MaxModelSizeGb,
    [property: JsonPropertyName("max_model_size_mb")] long MaxModelSizeMb,
    ModelSizeLimits Recommendations,
    [property: JsonPropertyName("suggested_models")] SuggestedSizes SuggestedModels,
    [property: JsonPropertyName("hardware_summary")] HardwareSummary HardwareSummary,
    [property: JsonPropertyName("available_ram_mb")] long AvailableRamMb,
    [property: JsonPropertyName("available_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableVramMb,
    [property: JsonPropertyName("safe_ram_mb")] long SafeRamMb,
    [property: JsonPropertyName("safe_vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? SafeVramMb,
    [property: JsonPropertyName("vram_reason")] string? VramReason,
    [property: JsonPropertyName("recommended_sizes")] IReadOnlyList<string> RecommendedSizes,
    string Recommendation,
    IReadOnlyList<string> Pending);

/// <summary>Gigabytes (2^30 bytes) with one decimal.</summary>
/// <param name="MaxGpuModelGb">80 % of the memory of all GPUs that models can run on; null where these are not known.</param>
/// <param name="MaxCpuModelGb">Half of the machine's memory that is free.</param>
internal sealed record ModelSizeLimits(
    [property: JsonPropertyName("max_gpu_model_gb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? MaxGpuModelGb, [property: JsonPropertyName("max_cpu_model_gb")] string MaxCpuModelGb);

/// <summary>A text for a person on each size of model: ✅ with an example where it is recommended, else ❌.</summary>
internal sealed record SuggestedSizes(string Tiny, string Small, string Medium, string Large, string Xlarge);

/// <summary>For a person.</summary>
internal sealed record HardwareSummary(string Ram, string Vram, string Tier);

internal sealed class GetRecommendedModelsHandler(Lazy<IMachine> machine, ModelShelf shelf)
    : IHandler<GetRecommendedModelsRequest, Reply<RecommendedModelsPayload>>
{
    private const double GpuPart = 0.8;
    private const double CpuPart = 0.5;
    private const double SafePart = 0.7;

    /// <summary>Below so much memory a GPU decides nothing.</summary>
    private const long LeastVramMegabytes = 4096;

    public async Task<Reply<RecommendedModelsPayload>> HandleAsync(
        GetRecommendedModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var look = await machine.Value.LookAsync(cancellationToken);
        var budget = MemoryBudget.Of(look, shelf);
        var hardware = FeasibilityHardware.Of(budget);
        var vram = hardware.TotalVramMb;
        var (onGpu, onCpu) = ((long?)(vram * GpuPart), (long)(hardware.AvailableRamMb * CpuPart));
        var largest = vram > LeastVramMegabytes ? Math.Max(onGpu!.Value, onCpu) : onCpu;
        var free = MachineWords.Megabytes(budget.KnownAvailableVram);
        var sizes = SizesFor(vram ?? 0, hardware.TotalRamMb);
        return new Reply<RecommendedModelsPayload>
        {
            Payload = new RecommendedModelsPayload(
                MachineWords.Gigabytes(largest),
                largest,
                new ModelSizeLimits(onGpu is { } most ? MachineWords.Gigabytes(most) : null, MachineWords.Gigabytes(onCpu)),
                Suggestions(largest),
                new HardwareSummary(
                    $"{hardware.TotalRamGb}GB total, {hardware.AvailableRamGb}GB available",
                    vram is null ? "unknown" : $"{hardware.TotalVramGb}GB total",
                    $"RAM: {hardware.RamTier}, VRAM: {hardware.VramTier ?? "unknown"}"),
                hardware.AvailableRamMb,
                free,
                (long)(hardware.AvailableRamMb * SafePart),
                (long?)(free * SafePart),
                budget.GpuReason,
                sizes,
                $"Models of up to {MachineWords.Gigabytes(largest)}GB are recommended: {sizes[0]} parameters and fewer.",
                look.Pending),
        };
    }

    private static SuggestedSizes Suggestions(long largestMegabytes)
    {
        return new SuggestedSizes(
            If(512, "✅ 0.5GB models (e.g., TinyLlama)"),
            If(2 * 1024, "✅ 2GB models (e.g., Phi-2)"),
            If(4 * 1024, "✅ 4GB models (e.g., Llama-7B-Q4)"),
            If(8 * 1024, "✅ 8GB models (e.g., Llama-13B-Q4)"),
            If(16 * 1024, "✅ 16GB+ models (e.g., Llama-70B-Q4)"));

        string If(long neededMegabytes, string text) => largestMegabytes >= neededMegabytes ? text : "❌ Not recommended";
    }

    private static IReadOnlyList<string> SizesFor(long vram, long ram) => (vram, ram) switch
    {
        ( >= 24000, _) => ["70B", "34B", "13B", "7B", "3B"],
        ( >= 12000, _) => ["34B", "13B", "7B", "3B", "1B"],
        ( >= 6000, _) => ["13B", "7B", "3B", "1B"],
        (_, >= 16000) => ["7B", "3B", "1B"],
        (_, >= 8000) => ["3B", "1B"],
        _ => ["1B"],
    };
}
