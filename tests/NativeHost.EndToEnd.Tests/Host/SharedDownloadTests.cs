namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Two hosts, each a process of its own, that are asked for one model at once.</summary>
public sealed class SharedDownloadTests : IAsyncLifetime
{
    private readonly TemporaryHome _home = new();
    private StoryHub _hub = null!;

    private static CancellationToken Timeout => Patience.Token;

    public async ValueTask InitializeAsync()
    {
        _hub = await StoryHub.StartAsync(Timeout);
        _hub.Serve(_home);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task One_download_is_on_the_wire_and_both_report_it_and_finish()
    {
        await using var one = HostProcess.StartAsBrowser(_home, HostProgram.InProcess);
        await using var other = HostProcess.StartAsBrowser(_home, HostProgram.InProcess);
        _hub.Hub.TotalRate = StoryHub.Size / 2;

        var pulls = await Task.WhenAll(one.AskAsync(Pull(), Timeout), other.AskAsync(Pull(), Timeout));

        Assert.All(pulls, pull => Assert.True(pull.Status == "success", pull.Final.ToJsonString()));
        Assert.All(pulls, pull => Assert.Contains(LoadedOf(pull), loaded => loaded is > 0 and < StoryHub.Size));
        Assert.All(pulls, pull => Assert.Equal(LoadedOf(pull).Order(), LoadedOf(pull)));
        Assert.All(pulls, pull => Assert.Equal(StoryHub.Size, LoadedOf(pull)[^1]));
        Assert.Equal(StoryHub.Size, await _hub.ServedAsync(Timeout));
        Assert.Equal([0, StoryHub.Size], pulls.Select(pull => pull.Payload["receivedBytes"]!.GetValue<long>()).Order());
    }

    [Fact]
    public async Task The_other_goes_on_when_the_one_that_downloads_is_killed()
    {
        await using var one = HostProcess.StartAsBrowser(_home, HostProgram.InProcess);
        await using var other = HostProcess.StartAsBrowser(_home, HostProgram.InProcess);
        _hub.Hub.TotalRate = StoryHub.Size / 2;
        var lost = one.AskAsync(Pull(), Timeout);
        while (_hub.Hub.ServedBytes < StoryHub.Size / 4)
        {
            await Task.Delay(5, Timeout);
        }

        var pull = other.AskAsync(Pull(), Timeout);
        while (_hub.Hub.ServedBytes < StoryHub.Size / 2)
        {
            await Task.Delay(5, Timeout);
        }

        ProcessSignal.Send(one.Pid, ProcessSignal.Kill);
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        var end = await pull;

        Assert.True(end.Status == "success", end.Final.ToJsonString());
        Assert.InRange(await _hub.ServedAsync(Timeout), StoryHub.Size, StoryHub.Size * 3L / 2);
    }

    private static JsonObject Pull() => new() { ["action"] = "pull_model", ["model"] = StoryHub.Address };

    private static List<long> LoadedOf(Exchange pull) => [.. pull.EventsOf("MODEL_DOWNLOAD_PROGRESS").Select(e => e["payload"]!["loaded"]!.GetValue<long>())];
}
