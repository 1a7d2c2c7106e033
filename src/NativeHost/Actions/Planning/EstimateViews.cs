using System.Text.Json.Serialization;
using NativeHost.Actions.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Hardware.Probing;
using NativeHost.Messages;
using Certainty = NativeHost.Hardware.Planning.Confidence;

namespace NativeHost.Actions.Planning;

/// <summary>Megabytes of 2^20 bytes, rounded up.</summary>
/// <param name="TotalSizeMb">Of both memories together: weights, context and all that is computed with.</param>
/// <param name="VramRequiredMb">Of the GPUs' memory, as it would be loaded.</param>
/// <param name="RamRequiredMb">Of the machine's memory.</param>
/// <param name="LayerCount">Its layers; null where they are not known.</param>
/// <param name="MbPerLayer">Weights and context of a layer, on average, with one decimal; null where the layers are not known.</param>
internal sealed record SizeEstimate(
    [property: JsonPropertyName("total_size_mb")] long TotalSizeMb,
    [property: JsonPropertyName("vram_required_mb")] long VramRequiredMb,
    [property: JsonPropertyName("ram_required_mb")] long RamRequiredMb,
    [property: JsonPropertyName("layer_count"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? LayerCount,
    [property: JsonPropertyName("mb_per_layer"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? MbPerLayer)
{
    private const double Mebibyte = 1024 * 1024;

    public static SizeEstimate Of(MemoryPlan plan) => new(
        Megabytes(plan.TotalBytes),
        Megabytes(plan.GpuBytes),
        Megabytes(plan.CpuBytes),
        plan.Layers > 0 ? plan.Layers : null,
        plan.Layers > 0 ? Math.Round(((double)plan.Weights.Bytes + plan.Cache.Bytes) / plan.Layers / Mebibyte, 1) : null);

    /// <summary>Rounded up.</summary>
    public static long Megabytes(long bytes) => (long)Math.Ceiling(bytes / Mebibyte);
}

/// <summary>Megabytes of 2^20 bytes that are free now.</summary>
/// <param name="VramMb">Of the memory of GPUs that models can run on; null where that is not known.</param>
/// <param name="RamMb">Of the machine's memory.</param>
/// <param name="Reason">Why <c>vram_mb</c> is null.</param>
internal sealed record FreeMegabytes(
    [property: JsonPropertyName("vram_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? VramMb,
    [property: JsonPropertyName("ram_mb")] long RamMb,
    string? Reason)
{
    public static FreeMegabytes Of(MemoryBudget budget)
        => new(MachineWords.Megabytes(budget.KnownAvailableVram), MachineWords.Megabytes(budget.AvailableRam)!.Value, budget.GpuReason);
}

/// <summary>A way to divide a model between GPU and CPU. Megabytes of 2^20 bytes, rounded up.</summary>
/// <param name="Strategy">Where the layers are.</param>
/// <param name="VramLayers">Layers that the GPU computes.</param>
/// <param name="RamLayers">Layers that the CPU computes.</param>
/// <param name="VramMb">Megabytes of the GPU's memory.</param>
/// <param name="RamMb">Megabytes of the machine's memory.</param>
/// <param name="Speed">One way beside the others.</param>
/// <param name="Description">The same for a person.</param>
internal sealed record LoadWay(
    [property: OneOf(LoadWay.FullVram, LoadWay.Hybrid, LoadWay.FullRam)] string Strategy,
    [property: JsonPropertyName("vram_layers")] int VramLayers,
    [property: JsonPropertyName("ram_layers")] int RamLayers,
    [property: JsonPropertyName("vram_mb")] long VramMb,
    [property: JsonPropertyName("ram_mb")] long RamMb,
    [property: OneOf("fast", "medium", "slow")] string Speed,
    string Description)
{
    private const string FullVram = "full_vram";
    private const string Hybrid = "hybrid";
    private const string FullRam = "full_ram";

    public static LoadWay Of(MemoryPlan plan)
    {
        var (onGpu, layers) = (plan.Settings.GpuLayers, plan.Layers);
        var (strategy, speed, description) = onGpu == 0 ? (FullRam, "slow", $"All {layers} layers on RAM. Slower but works.")
            : onGpu >= layers ? (FullVram, "fast", $"All {layers} layers on GPU. Fastest inference.")
            : (Hybrid, "medium", $"{onGpu} layers GPU, {layers - onGpu} layers RAM. Balanced.");
        return new LoadWay(
            strategy, onGpu, layers - onGpu, SizeEstimate.Megabytes(plan.GpuBytes), SizeEstimate.Megabytes(plan.CpuBytes), speed, description);
    }
}

/// <summary>What a model would take, part by part.</summary>
/// <param name="Weights">The tensors of its files.</param>
/// <param name="KvCache">Keys and values of the context, and the states of recurrent layers.</param>
/// <param name="Compute">What the steps between them need.</param>
/// <param name="Output">The probabilities of the next token.</param>
/// <param name="Runtime">What the engine keeps beside: tables of the tokenizer, memory of its threads. Never exact.</param>
internal sealed record PlannedMemory(
    PlannedPart Weights, [property: JsonPropertyName("kv_cache")] PlannedPart KvCache, PlannedPart Compute, PlannedPart Output, PlannedPart Runtime)
{
    public static PlannedMemory Of(MemoryPlan plan) => new(
        PlannedPart.Of(plan.Weights), PlannedPart.Of(plan.Cache), PlannedPart.Of(plan.Compute), PlannedPart.Of(plan.Output), PlannedPart.Of(plan.Runtime));
}

/// <param name="RamBytes">Bytes of the machine's memory.</param>
/// <param name="VramBytes">Bytes of the GPUs' memory.</param>
/// <param name="Confidence"><c>exact</c> is what the engine allocates, <c>bounded</c> no less than that, <c>unknown</c> a guess.</param>
internal sealed record PlannedPart(
    [property: JsonPropertyName("ram_bytes")] long RamBytes,
    [property: JsonPropertyName("vram_bytes")] long VramBytes,
    [property: OneOf(typeof(Certainty))] string Confidence)
{
    public static PlannedPart Of(MemoryPart part) => new(part.CpuBytes, part.GpuBytes, WireWord.Of(part.Confidence));
}

/// <summary>How fast a model would be.</summary>
/// <param name="TokensPerSecond">
/// Tokens that it makes in a second at the end of a full context, as far as the memory decides, which has to be read for each of them: computing
/// may make it slower, a shorter context makes it faster. Null where that is not known.
/// </param>
/// <param name="Reason">Why it is null.</param>
/// <param name="PromptTokensPerSecond">Tokens of a prompt that it reads in a second; null, because that is not known before it runs.</param>
/// <param name="PromptReason">Why it is null.</param>
/// <param name="BytesPerToken">Bytes that are read to make a token: weights that it passes through, and the context. Absent where that is not known.</param>
/// <param name="MemoryBytesPerSecond">How fast this machine's memory is read, the best of a few measurements; absent before the first.</param>
internal sealed record PlannedSpeed(
    [property: JsonPropertyName("tokens_per_second"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? TokensPerSecond,
    string? Reason,
    [property: JsonPropertyName("prompt_tokens_per_second"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? PromptTokensPerSecond,
    [property: JsonPropertyName("prompt_reason")] string PromptReason,
    [property: JsonPropertyName("bytes_per_token")] long? BytesPerToken,
    [property: JsonPropertyName("memory_bytes_per_second")] double? MemoryBytesPerSecond)
{
    private const string UnknownPromptSpeed = "It is decided by how fast the processor computes with this model, which shows when it runs.";

    public static PlannedSpeed Of(MemoryPlan plan, Finding<MemoryBandwidth> bandwidth)
    {
        var speed = DecodeSpeed.Of(plan, bandwidth);
        return new PlannedSpeed(
            Rounded(speed), speed.Reason, null, UnknownPromptSpeed, plan.TokenReads?.Bytes, bandwidth.Value is { } measured ? Math.Round(measured.BytesPerSecond) : null);
    }

    /// <summary>To one decimal, or three digits where it is slow.</summary>
    public static double? Rounded(DecodeSpeed speed) => speed.TokensPerSecond is { } exact ? Math.Round(exact, exact < 10 ? 2 : 1) : null;
}

/// <summary>What fits where what was asked for does not.</summary>
/// <param name="Kind">What is other than asked for.</param>
/// <param name="ContextTokens">The context that fits.</param>
/// <param name="GpuLayers">The layers that a GPU computes then; absent for another quant, where that is not known.</param>
/// <param name="Model">The other quant's address; absent where it is this model.</param>
/// <param name="Quant">Its label.</param>
/// <param name="RamMb">Megabytes (2^20 bytes, rounded up) of the machine's memory; for another quant those of both memories.</param>
/// <param name="VramMb">Megabytes of the GPUs' memory; absent for another quant.</param>
/// <param name="Confidence">How far these can be trusted.</param>
/// <param name="TokensPerSecond">As in <c>speed</c>; absent where it is not known.</param>
internal sealed record FittingAlternative(
    [property: OneOf(typeof(AlternativeKind))] string Kind,
    [property: JsonPropertyName("context_tokens")] int ContextTokens,
    [property: JsonPropertyName("gpu_layers")] int? GpuLayers,
    string? Model,
    string? Quant,
    [property: JsonPropertyName("ram_mb")] long RamMb,
    [property: JsonPropertyName("vram_mb")] long? VramMb,
    [property: OneOf(typeof(Certainty))] string Confidence,
    [property: JsonPropertyName("tokens_per_second")] double? TokensPerSecond)
{
    public static FittingAlternative Of(AlternativeKind kind, MemoryPlan plan, Finding<MemoryBandwidth> bandwidth) => new(
        WireWord.Of(kind),
        plan.Settings.ContextTokens,
        plan.Settings.GpuLayers,
        null,
        null,
        SizeEstimate.Megabytes(plan.CpuBytes),
        SizeEstimate.Megabytes(plan.GpuBytes),
        WireWord.Of(plan.Confidence),
        PlannedSpeed.Rounded(DecodeSpeed.Of(plan, bandwidth)));

    /// <summary>How its tensors are quantized is not known, so neither is what of them an engine lays out anew.</summary>
    public static FittingAlternative Of(RepositoryVariant quant, MemoryPlan asked, long bytes) => new(
        WireWord.Of(AlternativeKind.SmallerQuant),
        asked.Settings.ContextTokens,
        null,
        quant.Address,
        quant.Variant.LabelText,
        SizeEstimate.Megabytes(bytes),
        null,
        WireWord.Of(Certainty.Unknown),
        null);
}

/// <summary>In what an alternative differs from what was asked for.</summary>
internal enum AlternativeKind
{
    FewerGpuLayers,
    ShorterContext,
    SmallerQuant,
}
