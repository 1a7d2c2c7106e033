using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;

namespace NativeHost.ModelCache.Downloads;

/// <summary>One model on its way into the cache, file by file. Safe to use from any thread.</summary>
/// <remarks>Its owner runs it; it may run again after it was paused or failed, and goes on from what came.</remarks>
public sealed class PullJob
{
    private readonly Lock _gate = new();
    private readonly PullServices _services;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _running;
    private PullState _endsAs = PullState.Paused;
    private PullStatus _status;

    internal PullJob(PullPlan plan, int priority, PullServices services)
    {
        (Plan, Priority, _services, StartedAt) = (plan, priority, services, services.Time.GetUtcNow());
        var files = plan.Files.Select(file => new PulledFile(file.Path, 0, file.Size)).ToList();
        _status = new PullStatus(PullState.Queued, null, 0, plan.Variant.TotalBytes, 0, null, files, 0, null);
    }

    public PullPlan Plan { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>The higher, the sooner it starts.</summary>
    public int Priority { get; internal set; }

    public PullStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>Waits until it is not as it was.</summary>
    /// <returns>How it is now.</returns>
    public async Task<PullStatus> ChangedAsync(PullStatus seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!ReferenceEquals(_status, seen))
                {
                    return _status;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until it does not go on by itself.</summary>
    public async Task<PullStatus> EndAsync(CancellationToken cancellationToken)
    {
        var status = Status;
        while (status.IsActive)
        {
            status = await ChangedAsync(status, cancellationToken);
        }

        return status;
    }

    /// <summary>Brings the files. Never throws.</summary>
    internal async Task RunAsync()
    {
        using var running = new CancellationTokenSource();
        lock (_gate)
        {
            if (_status.State != PullState.Queued)
            {
                return;
            }

            (_running, _endsAs) = (running, PullState.Paused);
            Set(_status with { State = PullState.Running, Failure = null });
        }

        var (state, failure) = ((PullState?)PullState.Completed, (ModelCacheException?)null);
        try
        {
            await BringAsync(running.Token);
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            state = null;
        }
#pragma warning disable CA1031 // A pull that nobody ends keeps its place in the queue, and all who wait for it, for ever.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = FailureOf(e);

            // What somebody has to do something about, and then it goes on.
            state = failure.Fault is CacheFault.DiskFull or CacheFault.Network or CacheFault.RateLimited ? PullState.Paused : PullState.Failed;
            if (failure.Fault is CacheFault.UpstreamChanged or CacheFault.HashMismatch)
            {
                // A listing is kept for ever; one that was wrong would stand in the way for ever.
                _services.Cache.ForgetListing(Plan.Repo, Plan.Commit);
            }
        }

        lock (_gate)
        {
            _running = null;
            Set(_status with { State = state ?? _endsAs, Phase = null, BytesPerSecond = 0, Remaining = null, Failure = failure });
        }
    }

    /// <summary>Stops it, with all that came kept, or does nothing where it does not go on.</summary>
    /// <returns>Whether it was stopped.</returns>
    internal bool Stop(PullState endsAs)
    {
        lock (_gate)
        {
            switch (_status.State)
            {
                case PullState.Queued:
                    Set(_status with { State = endsAs });
                    return true;
                case PullState.Running:
                    // What it wakes must not run under the gate: it would go on to the owner, who looks at other pulls under his own.
                    _endsAs = endsAs;
                    _ = _running!.CancelAsync();
                    return true;
                case PullState.Paused or PullState.Failed when endsAs == PullState.Cancelled:
                    Set(_status with { State = endsAs, Failure = null });
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>Puts it into the queue again; where it is about to stop, once it has.</summary>
    /// <returns>False where it is there, runs, is done or was given up.</returns>
    internal bool TryQueue()
    {
        lock (_gate)
        {
            if (_running is { IsCancellationRequested: true } && _endsAs != PullState.Queued)
            {
                _endsAs = PullState.Queued;
                return true;
            }

            if (_status.State is not (PullState.Paused or PullState.Failed))
            {
                return false;
            }

            Set(_status with { State = PullState.Queued, Failure = null });
            return true;
        }
    }

    private async Task BringAsync(CancellationToken cancellationToken)
    {
        var cache = _services.Cache;
        cache.Prepare(Plan.Repo);
        for (var index = 0; index < Plan.Files.Count; index++)
        {
            await LinkInAsync(index, Plan.Files[index], cancellationToken);
        }

        DiskSpace.Require(cache.Root, MissingBytes(), _services.Options);
        for (var index = 0; index < Plan.Files.Count; index++)
        {
            var (number, file) = (index, Plan.Files[index]);
            await BesideDeletion.DoAsync(() => BringAsync(number, file, cancellationToken));
        }

        cache.WriteReference(Plan.Repo, Plan.Revision, Plan.Commit);
        try
        {
            await _services.Catalogue.NoteAsync(new ModelKey(Plan.Repo, Plan.Variant.Label?.Text), note => note with { Source = "pull" }, cancellationToken);
        }
        catch (ModelCacheException)
        {
            // The model is here, whether that can be written down or not.
        }
    }

    /// <summary>Takes what another program on this machine has, unless it is here or was begun here.</summary>
    private async Task LinkInAsync(int index, RepoFile file, CancellationToken cancellationToken)
    {
        var files = _services.Cache.FilesOf(Plan.Repo, file.Content);
        if (!File.Exists(files.Blob) && !File.Exists(files.Part) && !LiesInSnapshot(file))
        {
            Note(index, new BlobProgress(BlobPhase.Checking, 0, file.Size, 0, null));
            await _services.LinkIn.TryAsync(Plan.Repo, file.Content, file.Size, progress: null, cancellationToken);
        }
    }

    /// <summary>What has to find room on the disk, as far as can be told without reading: a blob of the right size may be the right one, and a part may have holes.</summary>
    private long MissingBytes()
    {
        var missing = 0L;
        for (var index = 0; index < Plan.Files.Count; index++)
        {
            var file = Plan.Files[index];
            var files = _services.Cache.FilesOf(Plan.Repo, file.Content);
            if (FileLook.Of(files.Blob)?.Length != file.Size && !LiesInSnapshot(file))
            {
                var here = Math.Max(FileLook.Of(files.Part)?.Length ?? 0, Status.Files[index].DurableBytes);
                missing += Math.Max(0, file.Size - here);
            }
        }

        return missing;
    }

    private async Task BringAsync(int index, RepoFile file, CancellationToken cancellationToken)
    {
        var files = _services.Cache.FilesOf(Plan.Repo, file.Content);
        while (!LiesInSnapshot(file))
        {
            var transport = _services.TransportOf(Plan.Repo, Plan.Commit, file.Path);
            var isNew = !File.Exists(files.Part);
            try
            {
                var receipt = await new BlobDownload(files, file, transport, _services.Options, _services.Time)
                    .RunAsync(new Notes(progress => Note(index, progress)), cancellationToken);
                lock (_gate)
                {
                    Set(_status with { ReceivedBytes = _status.ReceivedBytes + receipt.ReceivedBytes });
                }
            }
            catch (ModelCacheException) when (isNew && Status.Files[index].DurableBytes == 0)
            {
                // A gate, say: what holds nothing need not be kept.
                BlobDownload.Discard(files);
                throw;
            }

            if (await _services.Cache.TryPointAsync(Plan.Repo, Plan.Commit, file.Path, file.Content, cancellationToken))
            {
                break;
            }
        }

        _services.Options.AtPoint(CrashPoint.Pointed);
        Note(index, new BlobProgress(BlobPhase.Publishing, file.Size, file.Size, 0, null));
    }

    private ModelCacheException FailureOf(Exception failure)
        => failure is ModelCacheException known ? known
            : failure is IOException or UnauthorizedAccessException ? StoreFault.Unusable(_services.Cache.Root, failure)
            : new(CacheFault.CacheUnusable, $"{Plan.Repo} was not downloaded, by a fault of this program ({failure.GetType().Name}). Start again.", failure);

    private bool LiesInSnapshot(RepoFile file) => _services.Cache.LiesInSnapshot(Plan.Repo, Plan.Commit, file.Path, file.Content);

    private void Note(int index, BlobProgress progress)
    {
        lock (_gate)
        {
            PulledFile[] files = [.. _status.Files];
            files[index] = files[index] with { DurableBytes = Math.Max(files[index].DurableBytes, progress.DurableBytes) };
            var durable = files.Sum(file => file.DurableBytes);
            Set(_status with
            {
                Phase = progress.Phase,
                Files = files,
                DurableBytes = durable,
                BytesPerSecond = progress.BytesPerSecond,
                Remaining = ProgressMeter.TimeFor(_status.TotalBytes - durable, progress.BytesPerSecond),
            });
        }
    }

    // Under the gate.
    private void Set(PullStatus status)
    {
        _status = status;
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private sealed class Notes(Action<BlobProgress> note) : IProgress<BlobProgress>
    {
        public void Report(BlobProgress value) => note(value);
    }
}
