using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class BlobProgressTests
{
    [Fact]
    public async Task It_is_told_at_most_ten_times_a_second_and_ends_with_all()
    {
        await using var fixture = await BlobFixture.StartAsync(1_000_000);
        fixture.Hub.TotalRate = 600_000;
        var told = new Recorder();

        await fixture.RunAsync(progress: told);

        Assert.InRange(told.MostInOneSecond, 4, 10);
        Assert.Equal(0, told.All[0].DurableBytes);
        Assert.Equal(1_000_000, told.All[^1].DurableBytes);
        Assert.All(told.All, progress => Assert.Equal(1_000_000, progress.TotalBytes));
        var half = told.All.First(progress => progress.DurableBytes > 400_000);
        Assert.Equal(BlobPhase.Downloading, half.Phase);
        Assert.InRange(half.BytesPerSecond, 10_000, 1_200_000);
        Assert.InRange(half.Remaining!.Value, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task It_never_goes_back_when_bytes_turn_out_to_be_lost()
    {
        await using var fixture = await BlobFixture.StartAsync(500_000);
        fixture.Hub.TotalRate = 500_000;
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 60);
        await File.WriteAllBytesAsync(fixture.Files.Part, new byte[500_000], Patience.Token);
        var told = new Recorder();

        await fixture.RunAsync(progress: told);

        Assert.InRange(told.All.Count, 3, 100);
        Assert.Equal(told.All.Select(progress => progress.DurableBytes).Order(), told.All.Select(progress => progress.DurableBytes));
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_repair_is_told_as_one_and_does_not_go_back()
    {
        await using var fixture = await BlobFixture.StartAsync(300_000);
        fixture.Hub.TotalRate = 600_000;
        fixture.Hub.Faults.Add(Fault.FlippedBit(at: 1000));
        var told = new Recorder();

        await fixture.RunAsync(progress: told);

        Assert.Contains(told.All, progress => progress.Phase == BlobPhase.Repairing);
        Assert.Equal(told.All.Select(progress => progress.DurableBytes).Order(), told.All.Select(progress => progress.DurableBytes));
    }
}
