using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
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
}
