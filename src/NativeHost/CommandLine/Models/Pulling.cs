using System.Diagnostics;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Variants;
using NativeHost.Planning;

namespace NativeHost.CommandLine.Models;

/// <summary>One run of <see cref="PullCommand"/>.</summary>
internal sealed class Pulling(ModelLibrary library, LibraryVerbs verbs, bool asJson)
{
    private readonly Screen _words = verbs.WordsBeside(asJson);

    /// <returns>The exit code.</returns>
    /// <exception cref="ModelCacheException">The model cannot be had.</exception>
    public async Task<int> RunAsync(ModelAddress address, bool onlyPlans, CancellationToken cancellationToken)
    {
        await _words.DrawAsync($"Asking {library.Settings.Endpoint.Host} ...");
        var outlook = await LookAsync(address, cancellationToken);
        var plan = outlook.Plan;
        await _words.WriteLineAsync(_words.Heading(PullWords.Heading(plan)));
        if (onlyPlans || plan.MissingBytes > 0)
        {
            await TellAsync(outlook);
        }

        if (onlyPlans)
        {
            return await EndAsync(outlook, "planned", receivedBytes: 0, path: null);
        }

        var began = Stopwatch.GetTimestamp();
        var end = await FollowAsync(library.Pulls.Start(plan, priority: 0), cancellationToken);
        if (end.State != PullState.Completed)
        {
            throw end.Failure ?? new ModelCacheException(CacheFault.Network, "The download was stopped. What came is kept: the same command goes on from there.");
        }

        var path = library.Cache.PathOf(plan.Repo, plan.Commit, plan.Files[0].Path);
        await _words.WriteLineAsync($"{_words.Good(PullWords.End(plan, end, Stopwatch.GetElapsedTime(began)))} {path}");
        if (plan.MissingBytes > 0)
        {
            await _words.WriteLineAsync($"Talk to it: tabagent chat {address}");
        }

        return await EndAsync(outlook, "completed", end.ReceivedBytes, path);
    }

    private async Task<PullOutlook> LookAsync(ModelAddress address, CancellationToken cancellationToken)
    {
        var fit = new PlanSettings();
        var freeMemory = AvailableMemory.Bytes();
        var (contents, description) = await library.Planner.ScanAsync(address.Repo, address.Revision, cancellationToken);
        var needOf = await VariantNeeds.FindAsync(library.Headers, contents, address, freeMemory, cancellationToken)
            ?? (variant => ModelPlanner.OfSize(variant.TotalBytes, fit).TotalBytes);
        var plan = PullPlanner.PlanOf(contents, description, address, freeMemory, fit, needOf);
        var memory = needOf(plan.Variant);
        var fitting = contents.Variants.Where(variant => variant is { IsComplete: true, Label.IsCommon: true }
            && variant.Model == plan.Variant.Model && needOf(variant) <= freeMemory);
        return new PullOutlook(
            plan,
            DiskSpace.NeededBytes(plan.MissingBytes, library.Downloading),
            DiskSpace.FreeBytes(library.Cache.Root),
            memory,
            freeMemory,
            memory <= freeMemory ? [] : [.. fitting.Select(variant => variant.LabelText).Distinct()],
            plan.Files.Select(file => library.Cache.FilesOf(plan.Repo, file.Content)).Zip(plan.Files).Where(IsUnverified).Sum(pair => pair.Second.Size),
            library.Token.Source != TokenSource.None);
    }

    private static bool IsUnverified((BlobFiles Files, RepoFile File) pair)
        => !BlobStamp.IsGood(pair.Files) && FileLook.Of(pair.Files.Blob)?.Length == pair.File.Size;

    private async Task TellAsync(PullOutlook outlook)
    {
        foreach (var line in PullWords.Plan(outlook))
        {
            await _words.WriteLineAsync(line);
        }

        foreach (var warning in PullWords.Warnings(outlook))
        {
            await _words.WriteLineAsync(_words.Warning(warning));
        }
    }

    private async Task<PullStatus> FollowAsync(PullJob job, CancellationToken cancellationToken)
    {
        var progress = new ProgressLine(_words);
        var status = job.Status;
        try
        {
            while (status.IsActive)
            {
                await progress.ShowAsync(status.DurableBytes, status.TotalBytes, PullWords.Phase(status));
                status = await job.ChangedAsync(status, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            await _words.LeaveAsync();
            await _words.WriteLineAsync("Stopped. What came is kept: the same command goes on from there.");
            throw;
        }

        return status;
    }

    private async Task<int> EndAsync(PullOutlook outlook, string state, long receivedBytes, string? path)
    {
        if (asJson)
        {
            await verbs.WriteJsonAsync(PullOutcome.Of(outlook, state, receivedBytes, path), ModelsJson.Default.PullOutcome);
        }

        return ExitCodes.Ok;
    }
}
