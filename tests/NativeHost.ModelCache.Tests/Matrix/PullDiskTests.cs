using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Tests.Downloads;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>Real disks that are full, read-only, or gone: a pull says so, loses nothing, and goes on when it can.</summary>
public sealed class PullDiskTests : IAsyncLifetime
{
    private const string Repo = "acme/tiny-GGUF";
    private const string Address = $"{Repo}:Q4_K_M";
    private const string File = "tiny-Q4_K_M.gguf";
    private const int Size = 1_000_000;
    private const int DiskBytes = 3 << 20;

    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.AddRepo(Repo).AddGenerated(File, Size);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Without_room_it_waits_and_with_room_it_goes_on()
    {
        using var disk = SmallDisk.Mount(DiskBytes);
        disk.FillUpTo(Size);
        await using var bed = new PullBed(_hub.Endpoint, disk.Path);
        var job = await bed.StartAsync(Address);

        var full = await job.EndAsync(Patience.Token);
        Assert.Equal((PullState.Paused, CacheFault.DiskFull), (full.State, full.Failure?.Fault));
        Assert.InRange(full.Failure!.AvailableBytes!.Value, 0, Size);
        Assert.Equal(0, _hub.ServedBytes);

        disk.Clear();
        await AssertGoesOnAsync(bed, job);
        Assert.Equal(Size, _hub.ServedBytes);
    }

    [Fact]
    public async Task A_disk_that_is_filled_by_others_meanwhile_loses_nothing()
    {
        using var disk = SmallDisk.Mount(DiskBytes);
        disk.FillUpTo(Size / 2);
        await using var watch = new InvariantWatch(disk.Path);

        // As where nobody can say how much is free, nor set anything aside.
        await using var bed = new PullBed(_hub.Endpoint, disk.Path, new PullSetup { Blobs = PullSetup.SmallBlocks with { FreeBytes = _ => null } });
        var job = await bed.StartAsync(Address);
        var full = await job.EndAsync(Patience.Token);
        Assert.Equal((PullState.Paused, CacheFault.DiskFull), (full.State, full.Failure?.Fault));
        Assert.InRange(full.DurableBytes, Size / 4, Size / 2);

        disk.Clear();
        await AssertGoesOnAsync(bed, job);
        Assert.InRange(job.Status.ReceivedBytes, 1, Size - full.DurableBytes);
        await watch.AssertHeldAsync();
    }

    [Theory]
    [InlineData(CrashPoint.JournalRemoved)]
    [InlineData(CrashPoint.Pointed)]
    public async Task A_disk_that_is_full_at_the_very_end_is_full_and_not_broken(string point)
    {
        using var disk = SmallDisk.Mount(DiskBytes);
        var isFull = false;
        var blobs = PullSetup.SmallBlocks with
        {
            AtPoint = passed =>
            {
                if (passed == point && !isFull)
                {
                    isFull = true;
                    disk.FillUpTo(0);
                }
            },
        };
        await using var bed = new PullBed(_hub.Endpoint, disk.Path, new PullSetup { Blobs = blobs });
        var job = await bed.StartAsync(Address);

        var full = await job.EndAsync(Patience.Token);
        Assert.Equal((PullState.Paused, CacheFault.DiskFull), (full.State, full.Failure?.Fault));

        disk.Clear();
        await AssertGoesOnAsync(bed, job);
        Assert.Equal(Size, _hub.ServedBytes);
    }

    [Fact]
    public async Task What_is_here_can_be_used_from_a_disk_that_may_only_be_read()
    {
        using var disk = SmallDisk.Mount(DiskBytes);
        await using (var bed = new PullBed(_hub.Endpoint, disk.Path))
        {
            Assert.Equal(PullState.Completed, (await bed.PullAsync(Address)).State);
        }

        disk.MakeReadOnly();
        await using var readOnly = new PullBed(_hub.Endpoint, disk.Path);
        var end = await readOnly.PullAsync(Address);
        Assert.Equal((PullState.Completed, null, 0), (end.State, end.Failure?.Message, end.ReceivedBytes));
        var plan = await readOnly.PlanAsync(Address);
        using var lease = ModelLease.Take(readOnly.Cache, plan.Repo, plan.Commit, [File]);
        Assert.Equal(Size, new FileInfo(lease.Paths.Single()).ResolveLinkTarget(returnFinalTarget: true) is FileInfo blob ? blob.Length : 0);
        disk.MakeWritable();
    }

    [Fact]
    public async Task A_disk_that_may_only_be_read_is_named_and_takes_the_model_once_it_may_be_written()
    {
        using var disk = SmallDisk.Mount(DiskBytes);
        disk.MakeReadOnly();
        await using var bed = new PullBed(_hub.Endpoint, disk.Path);

        var failed = await bed.PullAsync(Address);
        var failure = failed.Failure!;
        Assert.Equal((PullState.Failed, CacheFault.CacheUnusable), (failed.State, failure.Fault));
        Assert.Contains(disk.Path, failure.Message, StringComparison.Ordinal);

        disk.MakeWritable();
        Assert.Equal(PullState.Completed, (await bed.PullAsync(Address)).State);
    }

    [Theory]
    [InlineData("hub")]
    [InlineData("hub/models--acme--tiny-GGUF/blobs")]
    [InlineData("hub/.locks")]
    public async Task A_folder_that_vanishes_meanwhile_costs_a_second_try(string folder)
    {
        var home = Directory.CreateTempSubdirectory("gone-").FullName;
        var recorded = 0;
        var blobs = PullSetup.SmallBlocks with
        {
            AtPoint = point =>
            {
                if (point == CrashPoint.BlockRecorded && Interlocked.Increment(ref recorded) == 20)
                {
                    Directory.Delete(Path.Combine(home, folder), recursive: true);
                }
            },
        };
        await using (var bed = new PullBed(_hub.Endpoint, home, new PullSetup { Blobs = blobs }))
        {
            var end = await bed.PullAsync(Address);
            if (end.State != PullState.Completed)
            {
                Assert.Equal((PullState.Failed, CacheFault.CacheUnusable), (end.State, end.Failure?.Fault));
            }

            Assert.Equal(PullState.Completed, (await bed.PullAsync(Address)).State);
            bed.AssertSound();
            Assert.Equal(CachedFileState.Verified, bed.Scan.TryRead(RepoId.Parse(Repo))!.Revisions.Single().Files.Single().State);
        }

        Directory.Delete(home, recursive: true);
    }

    private static async Task AssertGoesOnAsync(PullBed bed, PullJob job)
    {
        Assert.True(bed.Pulls.Resume(job));
        var end = await job.EndAsync(Patience.Token);
        Assert.Equal((PullState.Completed, null, Size), (end.State, end.Failure?.Message, end.DurableBytes));
        bed.AssertSound();
    }
}
