using System.Collections.Concurrent;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Tests.Matrix;
using Xunit;

namespace NativeHost.ModelCache.Tests.Downloads;

/// <summary>What a pull is when it stops, whoever wants it at the same moment, and whatever stopped it.</summary>
public sealed class StoppedPullTests : IAsyncLifetime
{
    private const string Repo = "acme/tiny-GGUF";
    private const string Address = $"{Repo}:Q4_K_M";
    private const int Size = 300_000;

    private readonly string _home = Directory.CreateTempSubdirectory("stopped-").FullName;
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.AddRepo(Repo).AddGenerated("tiny-Q4_K_M.gguf", Size, seed: 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(1e9, 1e-9)]
    [InlineData(1e15, 2)]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    public void How_long_it_takes_is_not_told_where_nothing_comes(double bytes, double speed) => Assert.Null(ProgressMeter.TimeFor((long)bytes, speed));

    [Fact]
    public void How_long_it_takes_is_told_else() => Assert.Equal(TimeSpan.FromSeconds(5), ProgressMeter.TimeFor(500, 100));

    [Fact]
    public async Task A_fault_that_nobody_foresaw_ends_the_pull_and_gives_its_place_to_the_next()
    {
        var isBroken = true;
        await using var bed = new PullBed(
            _hub.Endpoint,
            _home,
            new PullSetup { Blobs = PullSetup.SmallBlocks with { FreeBytes = _ => isBroken ? throw new InvalidOperationException("unforeseen") : null } });

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var failed = await bed.PullAsync(Address);
            Assert.Equal((PullState.Failed, "unforeseen"), (failed.State, failed.Failure?.InnerException?.Message));
        }

        isBroken = false;
        Assert.Equal(PullState.Completed, (await bed.PullAsync(Address)).State);
    }

    [Theory]
    [InlineData(PullState.Paused)]
    [InlineData(PullState.Cancelled)]
    public async Task Wanted_again_before_it_has_stopped_it_goes_on(PullState stop)
    {
        var isHeld = true;
        var gate = new ManualResetEventSlim();
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { AtPoint = HoldOnce } });
        var job = await bed.StartAsync(Address);
        await Until.TrueAsync(() => !Volatile.Read(ref isHeld));

        var cancelling = stop == PullState.Cancelled ? bed.Pulls.CancelAsync(job, keep: false) : Task.FromResult(ModelPulls.Pause(job));
        Assert.Same(job, await bed.StartAsync(Address));
        gate.Set();

        Assert.Equal(PullState.Completed, (await job.EndAsync(Patience.Token)).State);
        Assert.Equal(stop == PullState.Paused, await cancelling);
        bed.AssertSound();

        void HoldOnce(string point)
        {
            if (point == CrashPoint.BlockRecorded && Interlocked.Exchange(ref isHeld, false))
            {
                gate.Wait(Patience.Token);
            }
        }
    }

    [Fact]
    public async Task Who_stops_it_does_not_run_what_that_wakes()
    {
        var time = new WatchedTime();
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Time = time });
        Assert.Equal(PullState.Completed, (await bed.PullAsync(Address)).State);
        var notes = Directory.EnumerateFiles(_home, "notes.lock", SearchOption.AllDirectories).Single();
        await using var held = new FileStream(notes, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var job = await bed.StartAsync(Address);
        await Until.TrueAsync(() => time.Waits > 0);
        var stopper = new Thread(() => ModelPulls.Pause(job));

        stopper.Start();

        Assert.Equal(PullState.Paused, (await job.EndAsync(Patience.Token)).State);
        await bed.Pulls.StoppedAsync(job);
        Assert.True(stopper.Join(TimeSpan.FromMinutes(1)));
        Assert.DoesNotContain(stopper, time.Endings);
    }

    [Fact]
    public async Task What_failed_is_not_remembered_for_ever()
    {
        for (var number = 0; number < 60; number++)
        {
            var repo = _hub.AddRepo($"acme/g{number}-GGUF");
            repo.AddGenerated("g-Q4_K_M.gguf", 1000, seed: number);
            repo.Gate = Gate.Auto;
        }

        await using var bed = new PullBed(_hub.Endpoint, _home);
        for (var number = 0; number < 60; number++)
        {
            Assert.Equal(PullState.Failed, (await bed.PullAsync($"acme/g{number}-GGUF")).State);
        }

        Assert.InRange(bed.Pulls.All().Count, 1, 51);
        Assert.Equal(PullState.Completed, (await bed.PullAsync(Address)).State);
    }

    /// <summary>The system's time, which knows who ends the short waits for a lock.</summary>
    private sealed class WatchedTime : TimeProvider
    {
        private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);
        private int _waits;

        public int Waits => Volatile.Read(ref _waits);

        public ConcurrentBag<Thread> Endings { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime != LockPause)
            {
                return timer;
            }

            Interlocked.Increment(ref _waits);
            return new WatchedTimer(timer, Endings);
        }

        private sealed class WatchedTimer(ITimer timer, ConcurrentBag<Thread> endings) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                endings.Add(Thread.CurrentThread);
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
