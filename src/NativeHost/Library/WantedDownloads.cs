using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.ModelCache.Downloads;

namespace NativeHost.Library;

/// <summary>The downloads, and which callers want which: what one caller stops goes on for the others.</summary>
/// <remarks>
/// Safe to call from any thread. A download belongs to the host: it goes on when the port that asked for it is gone.
/// </remarks>
/// <param name="freeBytes">How much one extension may download, since the host started, without the grant for more.</param>
internal sealed class WantedDownloads(Lazy<ModelLibrary> library, CallerGrants grants, long freeBytes)
{
    /// <summary>Downloads that are not done, of one extension.</summary>
    private const int MostOfExtension = 256;

    private readonly Lock _lock = new();
    private readonly List<Wish> _wishes = [];
    private readonly Dictionary<Caller, Dictionary<string, long>> _begun = [];

    /// <summary>All that go on, wait for somebody, or ended not long ago; the oldest first.</summary>
    public IReadOnlyList<PullJob> All => library.IsValueCreated ? library.Value.Pulls.All() : [];

    /// <summary>Whether nothing runs or waits for its turn.</summary>
    public bool IsIdle => !library.IsValueCreated || library.Value.Pulls.IsIdle;

    /// <summary>Starts a download for a caller, or joins the one that is under way.</summary>
    /// <param name="priority">The higher, the sooner it starts.</param>
    /// <exception cref="RequestException">It is more than the caller may download unasked, or than it may have under way.</exception>
    public PullJob Want(PullPlan plan, Caller caller, int priority)
    {
        CheckAllowance(plan, caller);
        lock (_lock)
        {
            var known = All;
            _wishes.RemoveAll(wish => wish.Job.Status.State is PullState.Completed or PullState.Cancelled || !known.Contains(wish.Job));
            CheckRoom(plan, caller);
            var job = library.Value.Pulls.Start(plan, priority);
            AddWish(job, caller);
            return job;
        }
    }

    /// <summary>Lets a download go on that was paused or failed, and makes the caller one of those who want it.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Resume(PullJob job, Caller caller)
    {
        CheckAllowance(job.Plan, caller);
        lock (_lock)
        {
            AddWish(job, caller);
            return library.Value.Pulls.Resume(job);
        }
    }

    /// <summary>Stops a download, where nobody but the caller wants it, or the caller is the user.</summary>
    /// <param name="endsAs"><see cref="PullState.Paused"/> or <see cref="PullState.Cancelled"/>.</param>
    /// <param name="keep">Whether what came is kept when it is cancelled.</param>
    /// <returns>Whether it was stopped; else it goes on for others.</returns>
    /// <exception cref="RequestException">It is no download of the caller's.</exception>
    public async Task<bool> StopAsync(PullJob job, Caller caller, PullState endsAs, bool keep)
    {
        Task<bool> stopping;
        lock (_lock)
        {
            var own = _wishes.Find(wish => wish.Job == job && wish.Caller == caller);
            if (own is null && caller.Kind == CallerKind.Extension)
            {
                throw new RequestException(ErrorCode.DownloadNotFound, $"{job.Plan.Id} is no download of {caller.Origin}, and goes on for those who asked for it.");
            }

            var stops = caller.Kind == CallerKind.Local || !_wishes.Exists(wish => wish.Job == job && wish.Caller != caller && !wish.IsPaused);
            if (own is not null && (!stops || endsAs == PullState.Cancelled))
            {
                _wishes.Remove(own);
                own.Leave(endsAs);
            }

            // Before anybody else can join it, who would be stopped with it.
            stopping = !stops ? Task.FromResult(false) : endsAs == PullState.Cancelled ? library.Value.Pulls.CancelAsync(job, keep) : PauseAsync(job);
        }

        return await stopping;
    }

    /// <summary>Waits until a download is done.</summary>
    /// <param name="tell">Told how far it is: at once, at most ten times a second, and at the end.</param>
    /// <returns>How it ended: completed.</returns>
    /// <exception cref="RequestException">Somebody paused or cancelled it, or the caller gave it up.</exception>
    /// <exception cref="ModelCache.ModelCacheException">It failed, or waits for somebody to do something.</exception>
    public async Task<PullStatus> CompleteAsync(PullJob job, Caller caller, Func<PullStatus, ValueTask> tell, CancellationToken cancellationToken)
    {
        Wish? own;
        lock (_lock)
        {
            own = _wishes.Find(wish => wish.Job == job && wish.Caller == caller);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own?.Left ?? CancellationToken.None);
        try
        {
            var status = await FollowAsync(job, tell, ending.Token);
            return status.State == PullState.Completed ? status : throw (Exception?)status.Failure ?? Stopped(status.State);
        }
        catch (OperationCanceledException) when (own is { LeftAs: { } state } && !cancellationToken.IsCancellationRequested)
        {
            throw Stopped(state);
        }
    }

    private static async Task<PullStatus> FollowAsync(PullJob job, Func<PullStatus, ValueTask> tell, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var status = job.Status;
        while (status.IsActive)
        {
            await tell(status);
            await Task.Delay(pause, cancellationToken);
            status = await job.ChangedAsync(status, cancellationToken);
        }

        await tell(status);
        return status;
    }

    private static RequestException Stopped(PullState state)
        => state == PullState.Cancelled
            ? new RequestException(ErrorCode.DownloadCancelled, "The download was cancelled.")
            : new RequestException(ErrorCode.DownloadPaused, "The download was paused. What came is kept: resume_download goes on from there.");

    // Under the lock. Who wanted it keeps a part in it, to have it go on or to give it up, but does not keep it going for others.
    private Task<bool> PauseAsync(PullJob job)
    {
        _wishes.FindAll(wish => wish.Job == job).ForEach(wish => wish.IsPaused = true);
        return ModelPulls.Pause(job) ? PausedAsync(job) : Task.FromResult(false);
    }

    private async Task<bool> PausedAsync(PullJob job)
    {
        await library.Value.Pulls.StoppedAsync(job);
        return job.Status.State == PullState.Paused;
    }

    // Under the lock.
    private void AddWish(PullJob job, Caller caller)
    {
        if (_wishes.Find(wish => wish.Job == job && wish.Caller == caller) is { } own)
        {
            own.IsPaused = false;
        }
        else
        {
            _wishes.Add(new Wish(job, caller));
        }
    }

    // Under the lock.
    private void CheckRoom(PullPlan plan, Caller caller)
    {
        var owner = caller.WithoutNamespace;
        var open = _wishes.Where(wish => wish.Caller.WithoutNamespace == owner && wish.Job.Plan.Id != plan.Id && wish.Job.Status.State != PullState.Failed);
        if (caller.Kind == CallerKind.Extension && open.Count() >= MostOfExtension)
        {
            throw new RequestException(
                ErrorCode.TooManyRequests, $"Too many downloads: {MostOfExtension} of {caller.Origin} are not done. Wait for some of them, or cancel some.");
        }
    }

    private void CheckAllowance(PullPlan plan, Caller caller)
    {
        if (caller.Kind == CallerKind.Local)
        {
            return;
        }

        lock (_lock)
        {
            var owner = caller.WithoutNamespace;
            var begun = _begun.GetValueOrDefault(owner) ?? [];
            if (!begun.ContainsKey(plan.Id) && plan.MissingBytes > freeBytes - begun.Values.Sum() && !grants.Has(caller, GrantKind.LargeDownloads))
            {
                throw CallerGrants.Refusal(caller, GrantKind.LargeDownloads);
            }

            begun.TryAdd(plan.Id, plan.MissingBytes);
            _begun[owner] = begun;
        }
    }

    /// <summary>One caller's wish for one download.</summary>
#pragma warning disable CA1001 // The source has no timer and no handle to free, and who waits may look at it later.
    private sealed class Wish(PullJob job, Caller caller)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _left = new();

        public PullJob Job { get; } = job;

        public Caller Caller { get; } = caller;

        /// <summary>Whether it was paused since the caller asked for it last.</summary>
        public bool IsPaused { get; set; }

        /// <summary>Cancelled when the caller does not want it any more.</summary>
        public CancellationToken Left => _left.Token;

        /// <summary>Null while the caller wants it.</summary>
        public PullState? LeftAs { get; private set; }

        public void Leave(PullState state)
        {
            LeftAs = state;
            _ = _left.CancelAsync();
        }
    }
}
