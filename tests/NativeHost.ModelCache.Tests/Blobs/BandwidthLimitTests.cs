using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class BandwidthLimitTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Without_a_limit_nobody_waits()
    {
        var limit = new BandwidthLimit(_time);

        Assert.True(limit.TakeAsync(int.MaxValue, Patience.Token).AsTask().IsCompletedSuccessfully);
        Assert.Equal(100_000, limit.PieceOf(100_000));
    }

    [Fact]
    public void Those_who_share_it_get_so_much_together()
    {
        var limit = new BandwidthLimit(_time) { BytesPerSecond = 1000 };

        var first = limit.TakeAsync(500, Patience.Token).AsTask();
        var second = limit.TakeAsync(500, Patience.Token).AsTask();

        _time.Advance(TimeSpan.FromSeconds(0.499));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.002));
        Assert.True(first.IsCompleted);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(second.IsCompleted);
    }

    [Fact]
    public void What_was_not_taken_is_not_saved_up()
    {
        var limit = new BandwidthLimit(_time) { BytesPerSecond = 1000 };
        _time.Advance(TimeSpan.FromHours(1));

        var taken = limit.TakeAsync(1000, Patience.Token).AsTask();

        _time.Advance(TimeSpan.FromSeconds(0.8));
        Assert.False(taken.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(taken.IsCompleted);
    }

    [Fact]
    public void Slow_transfers_come_in_small_pieces()
    {
        var limit = new BandwidthLimit(_time) { BytesPerSecond = 10_000 };

        Assert.Equal(1000, limit.PieceOf(100_000));
        Assert.Equal(10, limit.PieceOf(10));
        limit.BytesPerSecond = 1;
        Assert.Equal(1, limit.PieceOf(100_000));
    }

    [Fact]
    public void A_limit_of_nothing_is_none_that_can_be_set()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new BandwidthLimit(_time) { BytesPerSecond = 0 });

    [Fact]
    public async Task Two_downloads_stay_below_it_together()
    {
        await using var one = await BlobFixture.StartAsync(100_000);
        await using var other = await BlobFixture.StartAsync(100_001);
        var limit = new BandwidthLimit(TimeProvider.System) { BytesPerSecond = 200_000 };
        var start = TimeProvider.System.GetTimestamp();

        // Slower than what is too slow: only waiting for the server counts there.
        await Task.WhenAll(
            one.RunAsync(one.Options with { Bandwidth = limit, SlowestBytesPerSecond = 150_000, SlowWindow = TimeSpan.FromMilliseconds(200) }),
            other.RunAsync(other.Options with { Bandwidth = limit }));

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(0.85), TimeSpan.FromSeconds(30));
        Assert.Equal(100_000, one.Hub.ServedBytes);
        await one.AssertPublishedAsync();
        await other.AssertPublishedAsync();
    }
}
