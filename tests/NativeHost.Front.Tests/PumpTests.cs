using System.Text.Json;
using NativeHost.Broker.Connecting;
using Xunit;

namespace NativeHost.Front.Tests;

public sealed class PumpTests
{
    [Fact]
    public async Task Frames_pass_both_ways_unchanged_and_the_end_of_input_ends_it()
    {
        using var browser = new BrowserEnds();
        using var broker = new BrokerEnds(1);
        var running = browser.Run(broker);
        var large = $$"""{"id":"large","text":"{{new string('x', 3_000_000)}}"}""";

        var saying = Task.Run(() => browser.Say(large), Patience.Token);
        Assert.Equal(large, broker.Hear(0));
        await saying;
        broker.Say(0, """{"requestId":"large","status":"success"}""");
        Assert.Equal("large", browser.Hear().GetProperty("requestId").GetString());
        browser.HangUp();

        Assert.Equal(PumpEnd.BrowserGone, await running);
    }

    [Fact]
    public async Task A_lost_broker_costs_the_open_requests_an_error_each_and_the_next_one_goes_to_the_new_broker()
    {
        using var browser = new BrowserEnds();
        using var broker = new BrokerEnds(2);
        var running = browser.Run(broker);
        string[] requests = ["""{"id":"answered"}""", """{"id":"open"}""", """{"action":"nameless"}""", """{"id":8}"""];
        foreach (var request in requests)
        {
            browser.Say(request);
            Assert.Equal(request, broker.Hear(0));
        }

        broker.Say(0, """{"requestId":"open","type":"generationUpdate","payload":{"status":1}}""");
        broker.Say(0, """{"requestId":"answered","status":"success"}""");
        broker.SayBytes(0, [200, 0, 0, 0, (byte)'{']);
        broker.Lose(0);

        Assert.Equal("generationUpdate", browser.Hear().GetProperty("type").GetString());
        Assert.Equal("answered", browser.Hear().GetProperty("requestId").GetString());
        JsonElement[] errors = [browser.Hear(), browser.Hear(), browser.Hear()];
        Assert.All(errors, error => Assert.Equal("broker_lost", error.GetProperty("code").GetString()));
        Assert.Equal(
            ["8", "none", "open"],
            errors.Select(error => error.TryGetProperty("requestId", out var id) ? id.ToString() : "none").Order(StringComparer.Ordinal));

        browser.Say("""{"id":"after"}""");
        Assert.Equal("""{"id":"after"}""", broker.Hear(1));
        broker.Say(1, """{"requestId":"after","status":"success"}""");
        Assert.Equal("after", browser.Hear().GetProperty("requestId").GetString());
        browser.HangUp();
        Assert.Equal(PumpEnd.BrowserGone, await running);
    }

    [Fact]
    public async Task A_request_in_the_later_envelope_is_answered_in_it()
    {
        using var browser = new BrowserEnds();
        using var broker = new BrokerEnds(2);
        var running = browser.Run(broker);
        foreach (var id in (string[])["answered", "open"])
        {
            browser.Say($$"""{"route":"health","request_id":"{{id}}","payload":null}""");
            broker.Hear(0);
        }

        broker.Say(0, """{"request_id":"answered","success":true,"data":{}}""");
        Assert.Equal("answered", browser.Hear().GetProperty("request_id").GetString());
        broker.Lose(0);

        var error = browser.Hear();
        Assert.Equal(("open", false), (error.GetProperty("request_id").GetString(), error.GetProperty("success").GetBoolean()));
        Assert.Equal("BACKEND_ERROR", error.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("broker_lost", error.GetProperty("error").GetProperty("details").GetProperty("code").GetString());
        browser.HangUp();
        Assert.Equal(PumpEnd.BrowserGone, await running);
    }

    [Fact]
    public async Task A_broker_that_is_lost_again_before_it_has_answered_is_given_up()
    {
        using var browser = new BrowserEnds();
        using var broker = new BrokerEnds(2);
        var running = browser.Run(broker);

        for (var connection = 0; connection < 2; connection++)
        {
            browser.Say("""{"id":1}""");
            broker.Hear(connection);
            broker.Lose(connection);
            Assert.Equal("broker_lost", browser.Hear().GetProperty("code").GetString());
        }

        var last = browser.Hear();
        Assert.Equal(("broker_lost", false), (last.GetProperty("code").GetString(), last.TryGetProperty("requestId", out _)));
        Assert.Equal(PumpEnd.BrokerGone, await running);
    }

    [Fact]
    public async Task A_lost_broker_is_not_started_again_for_a_browser_that_asks_nothing()
    {
        using var browser = new BrowserEnds();
        using var broker = new BrokerEnds(2);
        var running = browser.Run(broker);
        browser.Say("""{"id":"open"}""");
        broker.Hear(0);

        broker.Lose(0);
        Assert.Equal("broker_lost", browser.Hear().GetProperty("code").GetString());
        await Task.Delay(TimeSpan.FromMilliseconds(200), Patience.Token);

        Assert.Equal(1, broker.Taken);
        browser.Say("""{"id":"after"}""");
        Assert.Equal("""{"id":"after"}""", broker.Hear(1));
        browser.HangUp();
        Assert.Equal(PumpEnd.BrowserGone, await running);
    }

    [Fact]
    public async Task A_broker_that_cannot_be_had_is_told()
    {
        using var browser = new BrowserEnds();

        var running = browser.Run(() => throw new IOException("no broker here"));

        var error = browser.Hear();
        Assert.Equal(("broker_unavailable", "no broker here"), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(PumpEnd.BrokerGone, await running);
    }

    [Fact]
    public async Task A_broker_that_refuses_is_quoted()
    {
        using var browser = new BrowserEnds();

        var running = browser.Run(() => throw new BrokerRefusalException("upgrade_required", "too old"));

        Assert.Equal("upgrade_required", browser.Hear().GetProperty("code").GetString());
        Assert.Equal(PumpEnd.BrokerGone, await running);
    }
}
