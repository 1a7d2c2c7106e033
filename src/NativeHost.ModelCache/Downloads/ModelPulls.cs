using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Store;

namespace NativeHost.ModelCache.Downloads;

/// <summary>The pulls of this process: a queue, what runs, and what ended last. Safe to use from any thread.</summary>
/// <remarks>Several processes may pull the same: one has the network, the others follow it.</remarks>
public sealed class ModelPulls(PullServices services) : IAsyncDisposable
{
    /// <summary>More at once would only share the same line.</summary>
    private const int MostRunning = 2;

    private const int MostRemembered = 50;

    private readonly Lock _gate = new();
    private readonly List<PullJob> _jobs = [];
    private readonly Dictionary<PullJob, Task> _running = [];
    private bool _isEnding;

    /// <summary>Whether nothing runs or waits.</summary>
    public bool IsIdle => All().All(job => !job.Status.IsActive);

    /// <summary>All that are known, the oldest first.</summary>
    public IReadOnlyList<PullJob> All()
    {
        lock (_gate)
        {
            return [.. _jobs];
        }
    }

    /// <returns>Null where there is none of this id, or it was forgotten.</returns>
    public PullJob? Find(string id)
    {
        lock (_gate)
        {
            return _jobs.Find(job => job.Plan.Id == id);
        }
    }

    /// <summary>Starts a pull, or joins the one that is under way. One that was paused or failed goes on.</summary>
    /// <param name="priority">The higher, the sooner it starts; one that waits gets the higher of both.</param>
    public PullJob Start(PullPlan plan, int priority)
    {
        PullJob job;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            var known = _jobs.Find(other => other.Plan.Id == plan.Id);
            if (known?.Status.State is null or PullState.Completed or PullState.Cancelled)
            {
                _jobs.RemoveAll(other => other == known);
                job = new PullJob(plan, priority, services);
                _jobs.Add(job);
                Forget();
            }
            else
            {
                job = known!;
                job.Priority = Math.Max(job.Priority, priority);
                job.TryQueue();
            }
        }

        Pump();
        return job;
    }

    /// <summary>Stops a pull; all that came is kept.</summary>
    /// <returns>Whether there was one to stop; it has not stopped yet.</returns>
    public static bool Pause(PullJob job) => job.Stop(PullState.Paused);

    /// <summary>Waits until a pull that was stopped has stopped. Somebody may have it go on by then.</summary>
    public Task StoppedAsync(PullJob job)
    {
        lock (_gate)
        {
            return _running.GetValueOrDefault(job, Task.CompletedTask);
        }
    }

    /// <summary>Lets a pull go on that was paused or failed.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Resume(PullJob job)
    {
        var isQueued = job.TryQueue();
        Pump();
        return isQueued;
    }

    /// <summary>Gives a pull up.</summary>
    /// <param name="keep">Whether what came is kept for another time.</param>
    /// <returns>Whether it was given up: there was one, it was not done before it heard of it, and nobody wanted it again.</returns>
    /// <exception cref="ModelCacheException">What came cannot be removed.</exception>
    public Task<bool> CancelAsync(PullJob job, bool keep) => job.Stop(PullState.Cancelled) ? CancelledAsync(job, keep) : Task.FromResult(false);

    /// <summary>Stops all; what came is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        List<PullJob> jobs;
        lock (_gate)
        {
            _isEnding = true;
            jobs = [.. _jobs];
        }

        foreach (var job in jobs)
        {
            job.Stop(PullState.Paused);
            await StoppedAsync(job);
        }
    }

    private async Task<bool> CancelledAsync(PullJob job, bool keep)
    {
        await StoppedAsync(job);
        if (job.Status.State != PullState.Cancelled)
        {
            return false;
        }

        try
        {
            if (!keep)
            {
                // Not on the caller's thread, which may hold locks. Where another process downloads the same, it goes on there.
                await Task.Run(() => job.Plan.Files.ToList().ForEach(file => BlobDownload.Discard(services.Cache.FilesOf(job.Plan.Repo, file.Content))));
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(services.Cache.Root, e);
        }
    }

    private void Pump()
    {
        lock (_gate)
        {
            while (!_isEnding && _running.Count < MostRunning
                && _jobs.Where(job => job.Status.State == PullState.Queued && !_running.ContainsKey(job)).MaxBy(job => job.Priority) is { } next)
            {
                _running[next] = Task.Run(() => RunAsync(next));
            }
        }
    }

    private async Task RunAsync(PullJob job)
    {
        await job.RunAsync();
        lock (_gate)
        {
            _running.Remove(job);
        }

        Pump();
    }

    // Under the gate. What goes on by itself or waits for somebody is not forgotten; what failed can be pulled again as well without being remembered.
    private void Forget()
    {
        foreach (var job in _jobs.Where(job => job.Status.State is PullState.Completed or PullState.Cancelled or PullState.Failed).SkipLast(MostRemembered).ToList())
        {
            _jobs.Remove(job);
        }
    }
}
