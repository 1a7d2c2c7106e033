using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;

namespace NativeHost.CommandLine.Models;

/// <summary>What a pull means for this machine.</summary>
/// <param name="NeededDiskBytes">With what has to stay free beside it.</param>
/// <param name="FreeDiskBytes">Null where that is not known.</param>
/// <param name="MemoryBytes">That the model takes when it is loaded, about.</param>
/// <param name="FittingQuants">Where it does not fit: labels of those of the same model that do, the best first.</param>
/// <param name="UnverifiedBytes">That are here and were not looked at, as after another tool's download.</param>
/// <param name="HasToken">Whether the hub is shown one.</param>
internal sealed record PullOutlook(
    PullPlan Plan,
    long NeededDiskBytes,
    long? FreeDiskBytes,
    long MemoryBytes,
    long FreeMemoryBytes,
    IReadOnlyList<string> FittingQuants,
    long UnverifiedBytes,
    bool HasToken)
{
    public bool Fits => MemoryBytes <= FreeMemoryBytes;

    /// <summary>Bytes that the disk has too few; 0 where there are enough, or nobody knows.</summary>
    public long LackingDiskBytes => Plan.MissingBytes > UnverifiedBytes && FreeDiskBytes is { } free ? Math.Max(0, NeededDiskBytes - free) : 0;
}

/// <summary>What a person is told of a pull.</summary>
internal static class PullWords
{
    private const int MostFiles = 6;

    /// <summary>What is pulled, in one line.</summary>
    public static string Heading(PullPlan plan) => $"{plan.Repo}:{plan.Variant.LabelText} at {plan.Commit[..7]}";

    /// <summary>What it will do, before it does.</summary>
    public static IEnumerable<string> Plan(PullOutlook outlook)
    {
        var plan = outlook.Plan;
        List<(string Name, string Text)> facts = [];
        if (plan.Description is not { } description)
        {
            facts.Add(("hub", "could not be asked; this is what it said the last time"));
        }
        else
        {
            facts.Add(("licence", description.License is { Length: > 0 } license ? license : "not named"));
            if (description.Gate != RepoGate.None)
            {
                facts.Add(("access", AccessOf(description.Gate, outlook.HasToken)));
            }
        }

        facts.AddRange(Files(plan));
        facts.Add(("download", Download(outlook)));
        if (outlook.FreeDiskBytes is { } free)
        {
            facts.Add(("disk", $"{Amounts.Bytes(free)} are free"));
        }

        facts.Add(("memory", $"about {Amounts.Bytes(outlook.MemoryBytes)} when it is loaded; {Amounts.Bytes(outlook.FreeMemoryBytes)} are free"));
        return TextTable.Facts(facts);
    }

    /// <summary>What speaks against it.</summary>
    public static IEnumerable<string> Warnings(PullOutlook outlook)
    {
        if (!outlook.Fits)
        {
            yield return outlook.FittingQuants.Count > 0
                ? $"It does not fit into the memory that is free: it will be slow, or not load. These would fit: {string.Join(", ", outlook.FittingQuants)}"
                : "It does not fit into the memory that is free: it will be slow, or not load. No other quant of it would fit, either.";
        }

        if (outlook.LackingDiskBytes > 0)
        {
            yield return $"The disk lacks {Amounts.Bytes(outlook.LackingDiskBytes)}: with what has to stay free, {Amounts.Bytes(outlook.NeededDiskBytes)} are needed.";
        }
    }

    /// <summary>What it does at the moment.</summary>
    public static string Phase(PullStatus status)
    {
        var phase = status.Phase switch
        {
            BlobPhase.Waiting => "waits for another program's download",
            BlobPhase.Checking => "looks at what is here",
            BlobPhase.Verifying => "verifies",
            BlobPhase.Repairing => "fetches damaged parts again",
            BlobPhase.Publishing => "puts it in its place",
            _ when status.BytesPerSecond >= 1 => Speed(status.BytesPerSecond) + (status.Remaining is { } left ? $"  {Amounts.Duration(left)} left" : ""),
            _ => "",
        };
        var file = status.Files.TakeWhile(file => file.DurableBytes == file.TotalBytes).Count();
        return status.Files.Count > 1 && file < status.Files.Count ? $"{phase}  file {file + 1} of {status.Files.Count}".TrimStart() : phase;
    }

    /// <summary>What came of it.</summary>
    /// <param name="took">From the start of the download.</param>
    public static string End(PullPlan plan, PullStatus end, TimeSpan took)
        => plan.MissingBytes == 0 ? "Already here, verified:"
            : end.ReceivedBytes == 0 ? "Here, verified; another program had it or downloaded it:"
            : took < TimeSpan.FromSeconds(1) ? $"Here, verified, {Amounts.Bytes(end.ReceivedBytes)}:"
            : $"Here, verified, {Amounts.Bytes(end.ReceivedBytes)} in {Amounts.Duration(took)} ({Speed(end.ReceivedBytes / took.TotalSeconds)}):";

    private static string Speed(double bytesPerSecond) => $"{Amounts.Bytes((long)bytesPerSecond)}/s";

    private static string AccessOf(RepoGate gate, bool hasToken)
        => (gate == RepoGate.Manual ? "the authors let in whom they choose" : "for those who have accepted its terms")
            + (hasToken ? ", as the user whose token is set" : ", and no token is set: tabagent token set");

    private static IEnumerable<(string Name, string Text)> Files(PullPlan plan)
    {
        foreach (var (index, file) in plan.Files.Take(MostFiles).Index())
        {
            yield return (index > 0 ? "" : plan.Files.Count == 1 ? "file" : "files", $"{file.Path}, {Amounts.Bytes(file.Size)}");
        }

        if (plan.Files.Count > MostFiles)
        {
            yield return ("", $"and {plan.Files.Count - MostFiles} more, {Amounts.Bytes(plan.Variant.TotalBytes)} in all");
        }
    }

    private static string Download(PullOutlook outlook)
    {
        var missing = outlook.Plan.MissingBytes - outlook.UnverifiedBytes;
        return missing <= 0
            ? outlook.UnverifiedBytes > 0 ? "nothing: all of it is here, and is read once to verify it" : "nothing: all of it is here"
            : outlook.Plan.Variant.CachedBytes > 0 ? $"{Amounts.Bytes(missing)}; {Amounts.Bytes(outlook.Plan.Variant.CachedBytes)} are here"
            : Amounts.Bytes(missing);
    }
}
