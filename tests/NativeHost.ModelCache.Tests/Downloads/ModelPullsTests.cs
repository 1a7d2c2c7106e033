using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Tests.Matrix;
using Xunit;

namespace NativeHost.ModelCache.Tests.Downloads;

public sealed class ModelPullsTests : IAsyncLifetime
{
    private const string Repo = "acme/tiny-GGUF";
    private const int Size = 300_000;

    private readonly string _home = Directory.CreateTempSubdirectory("pulls-").FullName;
    private FakeHub _hub = null!;

    private static CancellationToken Timeout => Patience.Token;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        var repo = _hub.AddRepo(Repo);
        repo.AddGenerated("tiny-Q4_K_M.gguf", Size, seed: 1);
        repo.AddGenerated("tiny-Q8_0-00001-of-00002.gguf", Size, seed: 2);
        repo.AddGenerated("tiny-Q8_0-00002-of-00002.gguf", Size, seed: 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_model_of_several_files_is_brought_whole_and_told_of_in_steps_that_only_grow()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        var job = await bed.StartAsync($"{Repo}:Q8_0");
        var told = new List<PullStatus> { job.Status };
        while (told[^1].IsActive)
        {
            told.Add(await job.ChangedAsync(told[^1], Timeout));
        }

        Assert.DoesNotContain(told, status => status.Phase == BlobPhase.Waiting);
        Assert.Equal((PullState.Completed, 2L * Size, 2L * Size), (told[^1].State, told[^1].DurableBytes, told[^1].TotalBytes));
        Assert.Equal(told.Select(status => status.DurableBytes).Order(), told.Select(status => status.DurableBytes));
        Assert.All(told[^1].Files, file => Assert.Equal(Size, file.DurableBytes));
        Assert.All(job.Plan.Files, file => Assert.Equal(Size, File.ReadAllBytes(bed.Cache.PathOf(job.Plan.Repo, job.Plan.Commit, file.Path)).Length));
        Assert.Equal(job.Plan.Commit, bed.Cache.ReadReference(job.Plan.Repo, "main"));
        bed.AssertSound();
    }

    [Fact]
    public async Task What_is_here_is_not_fetched_again_also_without_a_network()
    {
        await using (var bed = new PullBed(_hub.Endpoint, _home))
        {
            Assert.Equal(Size, (await bed.PullAsync($"{Repo}:Q4_K_M")).ReceivedBytes);
            var served = _hub.ServedBytes;
            Assert.Equal((PullState.Completed, 0), ((await bed.PullAsync(Repo)).State, (await bed.PullAsync(Repo)).ReceivedBytes));
            Assert.Equal(served, _hub.ServedBytes);
        }

        await using var offline = new PullBed(_hub.Endpoint, _home, new PullSetup { IsOffline = true });
        Assert.Equal(PullState.Completed, (await offline.PullAsync($"{Repo}:Q4_K_M")).State);
        var status = await offline.PullAsync($"{Repo}:Q8_0");
        Assert.Equal((PullState.Failed, CacheFault.Offline), (status.State, status.Failure?.Fault));
    }

    [Fact]
    public async Task On_a_disk_without_links_what_is_here_is_not_fetched_again_either()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Ways = PointerWays.Move });
        Assert.Equal(2L * Size, (await bed.PullAsync($"{Repo}:Q8_0")).ReceivedBytes);

        var job = await bed.StartAsync($"{Repo}:Q8_0");
        var end = await job.EndAsync(Timeout);

        Assert.Equal((0, 0), (job.Plan.MissingBytes, end.ReceivedBytes));
        Assert.Equal((PullState.Completed, 2L * Size), (end.State, end.DurableBytes));
        Assert.Equal(2L * Size, _hub.ServedBytes);
    }

    [Fact]
    public async Task Who_asks_for_what_is_under_way_joins_it()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        _hub.Rate = 1_000_000;
        var first = await bed.StartAsync(Repo);
        var second = await bed.StartAsync($"{Repo}/tiny-Q4_K_M.gguf", priority: 5);

        Assert.Same(first, second);
        Assert.Equal(5, first.Priority);
        Assert.Equal(PullState.Completed, (await second.EndAsync(Timeout)).State);
        Assert.InRange(_hub.ServedBytes, Size, Size * 11 / 10);
    }

    [Fact]
    public async Task Two_programs_that_want_the_same_fetch_it_once_and_both_have_it()
    {
        await using var one = new PullBed(_hub.Endpoint, _home);
        await using var other = new PullBed(_hub.Endpoint, _home);
        _hub.Rate = 1_000_000;
        var jobs = new[] { await one.StartAsync(Repo), await other.StartAsync(Repo) };
        var ends = await Task.WhenAll(jobs.Select(job => job.EndAsync(Timeout)));

        Assert.All(ends, end => Assert.Equal((PullState.Completed, (long)Size), (end.State, end.DurableBytes)));
        Assert.InRange(ends.Sum(end => end.ReceivedBytes), Size, Size * 11 / 10);
    }

    [Fact]
    public async Task What_was_paused_goes_on_from_what_came()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        var job = await StartAndHearAsync(bed, Size / 4);
        Assert.True(ModelPulls.Pause(job));
        var paused = await job.EndAsync(Timeout);
        Assert.Equal((PullState.Paused, null), (paused.State, paused.Failure));
        Assert.False(ModelPulls.Pause(job));

        _hub.TotalRate = null;
        Assert.True(bed.Pulls.Resume(job));
        Assert.Equal(PullState.Completed, (await job.EndAsync(Timeout)).State);
        Assert.False(bed.Pulls.Resume(job));
        Assert.InRange(job.Status.ReceivedBytes, 1, Size - (Size / 8));
        bed.AssertSound();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_given_up_is_kept_or_not_as_asked(bool keep)
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        var job = await StartAndHearAsync(bed, Size / 4);

        Assert.True(await bed.Pulls.CancelAsync(job, keep));
        Assert.Equal(PullState.Cancelled, job.Status.State);
        Assert.False(await bed.Pulls.CancelAsync(job, keep));
        Assert.Equal(keep, (bed.Scan.TryRead(job.Plan.Repo)?.Partials.Count ?? 0) > 0);

        _hub.TotalRate = null;
        var again = await bed.StartAsync($"{Repo}:Q4_K_M");
        Assert.NotSame(job, again);
        var end = await again.EndAsync(Timeout);
        Assert.Equal((PullState.Completed, keep), (end.State, end.ReceivedBytes < Size - (Size / 8)));
        bed.AssertSound();
    }

    [Fact]
    public async Task More_than_two_wait_for_their_turn_and_the_higher_priority_comes_first()
    {
        for (var number = 0; number < 4; number++)
        {
            _hub.AddRepo($"acme/m{number}-GGUF").AddGenerated("m-Q4_K_M.gguf", Size, seed: 10 + number);
        }

        await using var bed = new PullBed(_hub.Endpoint, _home);
        _hub.TotalRate = 100_000;
        var jobs = new List<PullJob>();
        for (var number = 0; number < 4; number++)
        {
            jobs.Add(await bed.StartAsync($"acme/m{number}-GGUF", priority: number == 3 ? 1 : 0));
        }

        await Until.TrueAsync(() => jobs.Count(job => job.Status.State == PullState.Running) == 2);

        Assert.Equal([PullState.Queued, PullState.Queued], jobs.Skip(2).Select(job => job.Status.State));
        Assert.False(bed.Pulls.IsIdle);
        Assert.True(ModelPulls.Pause(jobs[0]));
        await Until.TrueAsync(() => jobs[3].Status.State != PullState.Queued);

        Assert.Equal(PullState.Queued, jobs[2].Status.State);
    }

    [Fact]
    public async Task Bytes_that_another_program_on_this_machine_has_are_not_downloaded_also_where_the_disk_is_full()
    {
        Directory.CreateDirectory(Path.Combine(_home, "studio", "acme"));
        var bytes = new byte[Size];
        _hub.AddRepo(Repo).Head.Files["tiny-Q4_K_M.gguf"].Content.Read(0, bytes);
        await File.WriteAllBytesAsync(Path.Combine(_home, "studio", "acme", "same.gguf"), bytes, Timeout);
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { FreeBytes = _ => 0 } });

        var end = await bed.PullAsync(Repo);

        Assert.Equal((PullState.Completed, 0L, 0L), (end.State, end.ReceivedBytes, _hub.ServedBytes));
        bed.AssertSound();
    }

    [Fact]
    public async Task A_disk_that_is_full_pauses_it_and_room_lets_it_go_on()
    {
        long? free = Size / 2;
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { FreeBytes = _ => free } });
        var job = await bed.StartAsync(Repo);
        var full = await job.EndAsync(Timeout);
        Assert.Equal((PullState.Paused, CacheFault.DiskFull), (full.State, full.Failure?.Fault));
        Assert.True(full.Failure?.NeededBytes >= Size && full.Failure.AvailableBytes == free);

        free = null;
        Assert.True(bed.Pulls.Resume(job));
        Assert.Equal((PullState.Completed, null), ((await job.EndAsync(Timeout)).State, job.Status.Failure));
    }

    [Fact]
    public async Task What_the_hub_has_is_told_also_where_it_cannot_be_written_down()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        var folder = Path.Combine(bed.Cache.Root, "models--acme--tiny-GGUF");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "trees"), "no folder", Timeout);

        Assert.Equal((2L * Size, 2), ((await bed.PlanAsync($"{Repo}:Q8_0")).MissingBytes, (await bed.PlanAsync($"{Repo}:Q8_0")).Files.Count));
        Assert.Equal(PullState.Completed, (await bed.PullAsync(Repo)).State);
    }

    [Fact]
    public async Task A_gate_is_told_with_what_to_do_and_leaves_no_file()
    {
        _hub.AddRepo("acme/gated-GGUF").AddGenerated("g-Q4_K_M.gguf", Size, seed: 9);
        _hub.AddRepo("acme/gated-GGUF").Gate = Gate.Auto;
        await using var bed = new PullBed(_hub.Endpoint, _home);

        var end = await bed.PullAsync("acme/gated-GGUF");

        Assert.Equal((PullState.Failed, CacheFault.GatedLogin), (end.State, end.Failure?.Fault));
        Assert.Contains("acme/gated-GGUF", end.Failure?.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(bed.Cache.Root, "*.part", SearchOption.AllDirectories));
    }

    /// <summary>A pull that is slow from here on, and has brought so many bytes.</summary>
    private async Task<PullJob> StartAndHearAsync(PullBed bed, long bytes)
    {
        _hub.TotalRate = 200_000;
        var job = await bed.StartAsync($"{Repo}:Q4_K_M");
        var status = job.Status;
        while (status.DurableBytes < bytes)
        {
            Assert.True(status.IsActive, status.Failure?.Message);
            status = await job.ChangedAsync(status, Timeout);
        }

        return job;
    }
}
