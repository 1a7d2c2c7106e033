using NativeHost.Actions.Hardware;

namespace NativeHost.Actions.Planning;

/// <summary>Where a model would be, in the words that clients know; and that it fits nowhere, where that is so.</summary>
internal static class LoadStrategies
{
    public const string None = "none";

    /// <summary>What a model takes beside its file on a GPU, and in the machine's memory, as a part of the file.</summary>
    private const int GpuSpare = 5;
    private const int RamSpare = 10;

    private const double Whole = 100;

    /// <summary>By its size alone, by the rules that clients know.</summary>
    /// <param name="megabytes">Of the model's files; above 0.</param>
    public static LoadStrategy Choose(long megabytes, MemoryBudget budget)
    {
        var onGpu = megabytes + (megabytes / GpuSpare);
        var inRam = megabytes + (megabytes / RamSpare);
        var room = InMegabytes(budget.RoomRam);
        if (budget.BestCard is { } card && InMegabytes(card.FreeBytes) is var free)
        {
            if (free >= onGpu)
            {
                return new LoadStrategy("gpu", card.Index, Whole, 0, $"Model fits in GPU VRAM ({free} MB available)");
            }

            if (free > 0 && room >= inRam - free)
            {
                var percent = Math.Clamp(Whole * free / megabytes, 0, Whole);
                return new LoadStrategy(
                    "split",
                    card.Index,
                    percent,
                    Whole - percent,
                    FormattableString.Invariant($"Model split between GPU ({percent:0}%) and CPU ({Whole - percent:0}%)"));
            }
        }
        else if (budget.BestSharing is { } sharing && InMegabytes(sharing.TotalBytes) >= inRam && room >= inRam)
        {
            return new LoadStrategy("gpu", sharing.Index, Whole, 0, $"Model fits in the memory that the GPU shares ({room} MB available)");
        }

        return room >= inRam
            ? new LoadStrategy("cpu", null, 0, Whole, "Loading model on CPU")
            : new LoadStrategy(None, null, 0, 0, $"Model needs {inRam} MB of memory, and {room} MB can be made free");
    }

    /// <summary>As a load would decide.</summary>
    /// <param name="problem">Why no engine loads it; null where one does.</param>
    public static LoadStrategy Of(LoadForecast forecast, string? problem, MemoryBudget budget)
    {
        if (problem is not null || forecast.Chosen is not { } plan)
        {
            return new LoadStrategy(None, null, 0, 0, problem ?? forecast.Notes[0]);
        }

        var onGpu = plan.Settings.GpuLayers;
        if (onGpu == 0)
        {
            return new LoadStrategy("cpu", null, 0, Whole, "Loading model on CPU");
        }

        var gpu = (budget.BestCard ?? budget.BestSharing)?.Index;
        var percent = Math.Clamp(Whole * onGpu / plan.Layers, 0, Whole);
        return onGpu >= plan.Layers
            ? new LoadStrategy("gpu", gpu, Whole, 0, $"All {plan.Layers} layers on the GPU")
            : new LoadStrategy("split", gpu, percent, Whole - percent, $"{onGpu} of {plan.Layers} layers on the GPU, the others on the CPU");
    }

    private static long InMegabytes(long bytes) => MachineWords.Megabytes(bytes)!.Value;
}
