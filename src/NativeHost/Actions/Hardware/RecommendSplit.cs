using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks how many layers of a model a GPU should have.</summary>
[Requires(nameof(ModelSize))]
internal sealed record RecommendSplitRequest
{
    /// <summary>The size of its files in bytes; at least one for each layer, at most 2^50.</summary>
    [JsonConverter(typeof(NumberOrNothing))]
    public double? ModelSize { get; init; }

    /// <summary>Its layers, a whole number.</summary>
    [Default(RecommendSplitHandler.DefaultLayers)]
    [Range(1, RecommendSplitHandler.MostLayers)]
    [JsonConverter(typeof(NumberOrNothing))]
    public double? TotalLayers { get; init; }
}

/// <param name="GpuLayers">Layers for the GPU.</param>
/// <param name="CpuLayers">Layers for the CPU.</param>
/// <param name="EstimatedVram">Bytes that the GPU's layers take.</param>
/// <param name="EstimatedRam">Bytes that the CPU's layers take.</param>
/// <param name="PerformanceTier"><c>fast</c> from 90 % of the layers on the GPU, <c>medium</c> from 50 %, else <c>slow</c>.</param>
/// <param name="Reason">Why so, for a person.</param>
/// <param name="GpuIndex">The GPU, as <c>get_hardware_info</c> numbers them; null for none.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>, and may change the answer.</param>
internal sealed record SplitPayload(
    [property: JsonPropertyName("gpu_layers")] long GpuLayers,
    [property: JsonPropertyName("cpu_layers")] long CpuLayers,
    [property: JsonPropertyName("estimated_vram")] long EstimatedVram,
    [property: JsonPropertyName("estimated_ram")] long EstimatedRam,
    [property: JsonPropertyName("performance_tier")] string PerformanceTier,
    string Reason,
    [property: JsonPropertyName("gpu_index"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? GpuIndex,
    IReadOnlyList<string> Pending);

internal sealed class RecommendSplitHandler(Lazy<IMachine> machine, ModelShelf shelf) : IHandler<RecommendSplitRequest, Reply<SplitPayload>>
{
    private const double LargestSize = 1L << 50;
    public const int DefaultLayers = 32;
    public const int MostLayers = 10_000;

    /// <summary>What stays free on a GPU for what is computed there, and for the screen.</summary>
    private const long SpareVram = 1L << 30;

    private const int FastPercent = 90;
    private const int MediumPercent = 50;

    public async Task<Reply<SplitPayload>> HandleAsync(RecommendSplitRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var (size, layers) = Checked(request);
        var look = await machine.Value.LookAsync(cancellationToken);
        var budget = MemoryBudget.Of(look, shelf);
        return new Reply<SplitPayload> { Payload = Split(size, layers, budget.BestCard ?? budget.BestSharing) with { Pending = look.Pending } };
    }

    private static (long Size, long Layers) Checked(RecommendSplitRequest request)
    {
        if (request.ModelSize is not { } size || !(size >= 0) || !double.IsInteger(size))
        {
            throw new RequestException(ErrorCode.InvalidRequest, "modelSize is required");
        }

        var layers = request.TotalLayers ?? DefaultLayers;
        if (!(layers >= 1 && layers <= MostLayers && double.IsInteger(layers)))
        {
            throw new RequestException(ErrorCode.InvalidRequest, $"totalLayers is a whole number from 1 to {MostLayers}");
        }

        return size >= layers && size <= LargestSize
            ? ((long)size, (long)layers)
            : throw new RequestException(ErrorCode.InvalidRequest, "Invalid model size");
    }

    private static SplitPayload Split(long size, long layers, GpuBudget? gpu)
    {
        if (gpu is not { } card)
        {
            return new SplitPayload(0, layers, 0, size, "slow", "No GPU available - using CPU only", null, []);
        }

        var layer = size / layers;
        var onGpu = Math.Min(layers, Math.Max(0, card.FreeBytes - SpareVram) / layer);
        var percent = onGpu * 100 / layers;
        var (tier, reason) = percent switch
        {
            >= FastPercent => ("fast", $"{percent}% of layers on GPU - excellent performance expected"),
            >= MediumPercent => ("medium", $"{percent}% of layers on GPU - good performance expected"),
            _ when onGpu > 0 => ("slow", $"{percent}% of layers on GPU - limited performance"),
            _ => ("slow", "All layers on CPU - slow performance expected"),
        };
        return new SplitPayload(onGpu, layers - onGpu, onGpu * layer, size - (onGpu * layer), tier, reason, card.Index, []);
    }
}
