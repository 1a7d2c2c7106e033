using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class PerseveranceTests
{
    private static readonly TransferException Broken = new(TransferTrouble.Broken, "the connection broke");

    private readonly ManualTime _time = new();
    private readonly Perseverance _perseverance;

    public PerseveranceTests() => _perseverance = new Perseverance("a.gguf", new BlobDownloadOptions { Patience = TimeSpan.FromMinutes(5) }, _time);

    [Fact]
    public async Task Minutes_without_a_byte_are_too_many_only_when_they_are_minutes_of_failures()
    {
        _time.Advance(TimeSpan.FromHours(1));
        _ = _perseverance.PauseAsync(Broken, 1, Patience.Token);
        _time.Advance(TimeSpan.FromMinutes(4.9));
        _ = _perseverance.PauseAsync(Broken, 2, Patience.Token);
        _perseverance.BytesCame();
        _time.Advance(TimeSpan.FromMinutes(4.9));
        _ = _perseverance.PauseAsync(Broken, 1, Patience.Token);
        _time.Advance(TimeSpan.FromMinutes(5.1));

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _perseverance.PauseAsync(Broken, 2, Patience.Token));

        Assert.Equal(CacheFault.Network, failure.Fault);
        Assert.Contains("a.gguf", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 30)]
    [InlineData(100_000, 30)]
    public void Pauses_grow_up_to_half_a_minute_and_are_never_the_same(int failures, int seconds)
    {
        var pause = _perseverance.PauseAsync(Broken, failures, Patience.Token);

        _time.Advance(TimeSpan.FromSeconds((seconds / 2.0) - 0.01));
        Assert.False(pause.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds((seconds / 2.0) + 0.02));
        Assert.True(pause.IsCompleted);
    }

    [Fact]
    public void An_address_that_expired_is_replaced_at_once()
        => Assert.True(_perseverance.PauseAsync(new TransferException(TransferTrouble.Refused, "the server answered 403"), 1, Patience.Token).IsCompleted);

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_is_left_alone_by_all_and_is_told_of_once_for_all()
    {
        var busy = new TransferException(TransferTrouble.Throttled, "the server answered 429") { Wait = TimeSpan.FromSeconds(60) };
        for (var round = 0; round < 10; round++)
        {
            for (var worker = 0; worker < 8; worker++)
            {
                await _perseverance.PauseAsync(busy, 1, Patience.Token);
            }

            var waiting = _perseverance.WaitForServerAsync(Patience.Token);
            _time.Advance(TimeSpan.FromSeconds(59));
            Assert.False(waiting.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(2));
            await waiting;
        }

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _perseverance.PauseAsync(busy, 1, Patience.Token));

        Assert.Equal(CacheFault.RateLimited, failure.Fault);
        Assert.Equal(_time.GetUtcNow().AddSeconds(60), failure.RetryAt);
    }
}
