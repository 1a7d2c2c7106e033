using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>Several downloads of one blob are one on the wire.</summary>
public sealed class BlobContentionTests
{
    [Fact]
    public async Task Two_at_once_fetch_it_once_and_both_tell_how_far_it_is()
    {
        await using var fixture = await BlobFixture.StartAsync(1_000_000);
        fixture.Hub.TotalRate = 1_000_000;
        var first = new Recorder();
        var second = new Recorder();

        var receipts = await Task.WhenAll(fixture.RunAsync(progress: first), fixture.RunAsync(progress: second));

        Assert.Equal([BlobOrigin.Downloaded, BlobOrigin.Observed], receipts.Select(receipt => receipt.Origin).Order());
        Assert.Equal([0, 1_000_000], receipts.Select(receipt => receipt.ReceivedBytes).Order());
        Assert.Equal(1_000_000, fixture.Hub.ServedBytes);
        await fixture.AssertPublishedAsync();
        foreach (var told in new[] { first, second })
        {
            Assert.Equal(1_000_000, told.All[^1].DurableBytes);
            Assert.Equal(told.All.Select(progress => progress.DurableBytes).Order(), told.All.Select(progress => progress.DurableBytes));
            Assert.Contains(told.All, progress => progress is { Phase: BlobPhase.Downloading, DurableBytes: > 0 and < 1_000_000, BytesPerSecond: > 0, Remaining: not null });
        }
    }

    [Fact]
    public async Task When_the_owner_goes_who_waits_takes_over()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.TotalRate = 400_000;
        using var stop = new CancellationTokenSource();
        Task<BlobReceipt>? second = null;
        var recorded = 0;
        var first = fixture.RunAsync(
            fixture.Options with
            {
                AtPoint = point =>
                {
                    if (point == CrashPoint.BlockRecorded && Interlocked.Increment(ref recorded) == 5)
                    {
                        second = fixture.RunAsync();
                        stop.Cancel();
                    }
                },
            },
            cancellationToken: stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var receipt = await second!;

        Assert.Equal(BlobOrigin.Downloaded, receipt.Origin);
        Assert.InRange(receipt.ReceivedBytes, 1, BlobFixture.Size - (5 * BlobFixture.BlockSize));
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Another_program_that_has_the_lock_is_waited_for_and_its_blob_is_verified()
    {
        await using var fixture = await BlobFixture.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.Files.Lock)!);
        Directory.CreateDirectory(fixture.Files.Folder);
        var told = new Recorder();
        Task<BlobReceipt> waiting;
        await using (new FileStream(fixture.Files.Lock, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            waiting = fixture.RunAsync(progress: told);
            await File.WriteAllBytesAsync(fixture.Files.Blob, fixture.Content(), Patience.Token);
            while (!told.All.Any(progress => progress.Phase == BlobPhase.Waiting))
            {
                await Task.Delay(1, Patience.Token);
            }

            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal(new BlobReceipt(BlobOrigin.Adopted, 0), await waiting);
        await fixture.AssertPublishedAsync(isOurs: false);
    }

    [Fact]
    public async Task Who_waits_can_be_cancelled()
    {
        await using var fixture = await BlobFixture.StartAsync();
        using var held = BlobLock.TryTake(fixture.Files);
        using var stop = new CancellationTokenSource();
        var waiting = fixture.RunAsync(cancellationToken: stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_blob_that_another_program_publishes_first_is_success()
    {
        await using var fixture = await BlobFixture.StartAsync();

        await fixture.RunAsync(fixture.Options with
        {
            AtPoint = point =>
            {
                if (point == CrashPoint.PartFlushed)
                {
                    File.Move(fixture.Files.Part, fixture.Files.Blob);
                }
            },
        });

        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Where_locks_do_nothing_each_process_has_a_part_of_its_own()
    {
        await using var fixture = await BlobFixture.StartAsync();

        var shared = PartPaths.Of(fixture.Files, isLockReal: true);
        var own = PartPaths.Of(fixture.Files, isLockReal: false);

        Assert.Equal(fixture.Files.Part, shared.Part);
        Assert.Contains($".{Environment.ProcessId}.", own.Part, StringComparison.Ordinal);
        Assert.Contains($".{Environment.ProcessId}.", own.Journal, StringComparison.Ordinal);
    }
}
