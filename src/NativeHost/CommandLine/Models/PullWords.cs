using System.Globalization;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary>What a person is told of a pull.</summary>
internal static class PullWords
{
    private const int BarWidth = 24;
    private const double Giga = 1e9;
    private const double Mega = 1e6;

    /// <summary>What it will do, before it does.</summary>
    /// <param name="freeDisk">Bytes; null where it is not known.</param>
    /// <param name="freeMemory">Bytes.</param>
    public static IEnumerable<string> Plan(PullPlan plan, long? freeDisk, long freeMemory)
    {
        yield return $"{plan.Repo}, {plan.Variant.LabelText}, at {plan.Commit[..7]}{License(plan.Description)}";
        foreach (var file in plan.Files)
        {
            yield return $"  {file.Path}  {Bytes(file.Size)}";
        }

        yield return plan.MissingBytes == 0
            ? $"All of it is here, {Bytes(plan.Variant.TotalBytes)}."
            : $"{Bytes(plan.MissingBytes)} to download{(plan.Variant.CachedBytes > 0 ? $", {Bytes(plan.Variant.CachedBytes)} are here" : "")}{(freeDisk is { } free ? $"; {Bytes(free)} are free on the disk" : "")}.";
        var need = MemoryFit.OfSize(plan.Variant.TotalBytes, new FitSettings()).TotalBytes;
        yield return need <= freeMemory
            ? $"It needs about {Bytes(need)} of memory; {Bytes(freeMemory)} are free."
            : $"It needs about {Bytes(need)} of memory and {Bytes(freeMemory)} are free: it will be slow, or not load. A smaller quant may fit.";
        if (plan.Description?.Gate is RepoGate.Automatic or RepoGate.Manual)
        {
            yield return "It is gated: its terms have to be accepted on its page, and a token has to be set.";
        }
    }

    /// <summary>How far it is, in one line.</summary>
    public static string Progress(PullStatus status)
    {
        var part = status.TotalBytes == 0 ? 1 : (double)status.DurableBytes / status.TotalBytes;
        var filled = (int)(part * BarWidth);
        var phase = status.Phase switch
        {
            _ when status.State == PullState.Queued => "waits for its turn",
            BlobPhase.Waiting => "waits for another program's download",
            BlobPhase.Checking => "looks at what is here",
            BlobPhase.Verifying => "verifies",
            BlobPhase.Repairing => "fetches damaged parts again",
            BlobPhase.Publishing => "puts it in its place",
            _ when status.BytesPerSecond > 0 => $"{Bytes((long)status.BytesPerSecond)}/s{(status.Remaining is { } left ? $"  {Time(left)} left" : "")}",
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('-', BarWidth - filled)}] {part * 100,3:F0} %  {Bytes(status.DurableBytes)} of {Bytes(status.TotalBytes)}  {phase}").TrimEnd();
    }

    /// <summary>Bytes as people count them: 1 GB is 10^9.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:F0} GB"),
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:F1} GB"),
        >= 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:F0} MB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:F1} MB"),
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    private static string Time(TimeSpan time)
        => time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
            : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.Seconds)} s");

    private static string License(RepoDescription? description) => description?.License is { Length: > 0 } license ? $", licence {license}" : "";
}
