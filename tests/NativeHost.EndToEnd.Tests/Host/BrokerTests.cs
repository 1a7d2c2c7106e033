using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>One broker for all fronts of a user: how it comes up, whom it withstands, and when it goes.</summary>
[SupportedOSPlatform("linux")]
public sealed class BrokerTests
{
    private const int Fronts = 50;
    private const int Hostile = 60;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Many_fronts_that_start_at_once_get_their_pong_from_one_broker()
    {
        SkipElsewhere();
        await using var home = new TemporaryHome();
        var fronts = Enumerable.Range(0, Fronts).Select(_ => HostProcess.StartAsBrowser(home, HostProgram.Front)).ToList();
        try
        {
            var pongs = await Task.WhenAll(fronts.Select(front => front.AskAsync(Requests.Ping(), Timeout)));

            Assert.All(pongs, pong => Assert.Equal("pong", pong.Final["response"]?.ToString()));
            var broker = Assert.Single(pongs.Select(pong => pong.Final["pid"]!.GetValue<int>()).Distinct());
            Assert.Equal([broker], BrokerProcesses.Of(home));
        }
        finally
        {
            foreach (var front in fronts)
            {
                await front.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task The_socket_that_a_killed_broker_leaves_does_not_block_the_next_one()
    {
        SkipElsewhere();
        await using var home = new TemporaryHome();
        var killed = await BrokerProcesses.StartAsync(home, Timeout);
        await BrokerProcesses.KillAsync(killed, Timeout);
        Assert.True(File.Exists(BrokerSocket.PathIn(home)));

        await using var front = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var pong = await front.AskAsync(Requests.Ping(), Timeout);

        Assert.Equal("pong", pong.Final["response"]?.ToString());
        Assert.NotEqual(killed, pong.Final["pid"]!.GetValue<int>());
    }

    [Fact]
    public async Task Peers_that_say_nothing_or_nonsense_do_not_disturb_a_client_that_is_served()
    {
        SkipElsewhere();
        await using var home = new TemporaryHome();
        await using var front = HostProcess.StartAsBrowser(home, HostProgram.Front);
        await front.AskAsync(Requests.LoadStoryModel(), Timeout);
        var undisturbed = await front.AskAsync(Requests.GenerateStory(), Timeout);
        var random = new Random(5);
        var peers = new List<BrokerSocket>();

        for (var peer = 0; peer < Hostile; peer++)
        {
            var hostile = await BrokerSocket.ConnectAsync(home, Timeout);
            peers.Add(hostile);
            switch (peer % 3)
            {
                case 0:
                    Assert.Null(await hostile.AskAsync(new JsonObject { ["action"] = "ping" }, Timeout));
                    break;
                case 1:
                    var garbage = new byte[random.Next(1, 100_000)];
                    random.NextBytes(garbage);
                    await hostile.SayBytesAsync(garbage, Timeout);
                    break;
            }

            if (peer % 20 == 0)
            {
                var story = await front.AskAsync(Requests.GenerateStory(), Timeout);
                Assert.Equal(undisturbed.Payload["output"]?.ToString(), story.Payload["output"]?.ToString());
            }
        }

        Assert.Equal("pong", (await front.AskAsync(Requests.Ping(), Timeout)).Final["response"]?.ToString());
        Assert.NotEqual("", undisturbed.Payload["output"]!.ToString());
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_stays_while_a_model_is_loaded_and_ends_when_nobody_needs_it()
    {
        SkipElsewhere();
        await using var home = new TemporaryHome();
        var broker = await BrokerProcesses.StartAsync(home, Timeout, idleSeconds: 1);
        await using (var front = HostProcess.StartAsBrowser(home, HostProgram.Front))
        {
            await front.AskAsync(Requests.LoadStoryModel(), Timeout);
        }

        Assert.False(await Polling.ProcessGoneAsync(broker, TimeSpan.FromSeconds(3), Timeout), "It ended with a model in memory.");
        await using (var front = HostProcess.StartAsBrowser(home, HostProgram.Front))
        {
            var unloaded = await front.AskAsync(new JsonObject { ["action"] = "unload_model" }, Timeout);
            Assert.Equal("success", unloaded.Status);
        }

        Assert.True(await Polling.ProcessGoneAsync(broker, EndPatience, Timeout), "It still runs, and nobody needs it.");
        Assert.False(File.Exists(BrokerSocket.PathIn(home)));
    }

    [Theory]
    [InlineData(1, "welcome", null)]
    [InlineData(2, "refused", "upgrade_required")]
    public async Task A_newer_front_does_not_end_a_broker_that_holds_a_model(int protocol, string status, string? code)
    {
        SkipElsewhere();
        await using var home = new TemporaryHome();
        var broker = await BrokerProcesses.StartAsync(home, Timeout);
        await using (var front = HostProcess.StartAsBrowser(home, HostProgram.Front))
        {
            await front.AskAsync(Requests.LoadStoryModel(), Timeout);
        }

        await using var newer = await BrokerSocket.ConnectAsync(home, Timeout);
        var answer = await newer.AskAsync(BrokerSocket.Hello("99.0.0", protocol), Timeout);

        Assert.Equal((status, code), (answer?["status"]?.ToString(), answer?["code"]?.ToString()));
        Assert.True(Polling.IsRunning(broker));
    }

    private static void SkipElsewhere() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test looks at processes in /proc.");
}
