using System.Buffers.Binary;
using System.Text.Json;
using NativeHost.Broker.Connecting;
using Xunit;

namespace NativeHost.Tests.Broker;

/// <summary>Whom the broker serves, whom it does not, and when it ends.</summary>
// The broker moves the process into the program's folder.
[Collection(nameof(RunsAlone))]
public sealed class BrokerServerTests
{
    private const string Ping = """{"action":"ping"}""";
    private const string Newer = "99.0.0";
    private const string Older = "0.0.1";

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("""{"protocol":1,"version":"1.0.0","pid":7,"kind":"stranger","origin":"a"}""")]
    [InlineData("""{"protocol":1,"version":"newest","pid":7,"kind":"local","origin":"a"}""")]
    [InlineData("""{"protocol":1,"version":"1.0.0","pid":7,"kind":null,"origin":"a"}""")]
    [InlineData("""{"protocol":"1","version":"1.0.0","pid":7,"kind":"local","origin":"a"}""")]
    public async Task A_wrong_hello_closes_the_connection_is_logged_and_the_next_one_is_served(string hello)
    {
        await using var broker = new RunningBroker();
        await using var wrong = await broker.ConnectAsync();

        Assert.Null(await wrong.AskAsync(hello, Timeout));

        await using var right = await broker.ConnectWelcomeAsync();
        Assert.Equal("pong", Text(await right.AskAsync(Ping, Timeout), "response"));
        Assert.Contains(await broker.EndAsync(), line => line.Contains("did not say who it is", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hello_that_never_comes_is_waited_for_as_long_as_the_patience_lasts()
    {
        await using var broker = new RunningBroker();
        await using var silent = await broker.ConnectAsync();
        await silent.SayBytesAsync(new byte[] { 200, 0, 0, 0, (byte)'{' }, Timeout);
        var heard = silent.HearAsync(Timeout);

        await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(4.9), waiting: 2, Timeout);
        await using var other = await broker.ConnectWelcomeAsync();
        Assert.False(heard.IsCompleted);
        await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(0.1), waiting: 2, Timeout);

        Assert.Null(await heard);
        Assert.Equal("pong", Text(await other.AskAsync(Ping, Timeout), "response"));
    }

    [Theory]
    [InlineData(Older, Handshake.Protocol)]
    [InlineData(Newer, Handshake.Protocol - 1)]
    public async Task An_older_front_is_told_to_update(string version, int protocol)
    {
        await using var broker = new RunningBroker();
        await using var older = await broker.ConnectAsync();

        var answer = await older.AskAsync(BrokerPeer.Hello(version, protocol), Timeout);

        Assert.Equal((Handshake.Refused, "upgrade_required"), (Text(answer, "status"), Text(answer, "code")));
        Assert.Contains("tabagent register", Text(answer, "message"), StringComparison.Ordinal);
        Assert.Null(await older.HearAsync(Timeout));
    }

    [Theory]
    [InlineData(Newer, Handshake.Protocol)]
    [InlineData(Older, Handshake.Protocol + 1)]
    public async Task A_newer_front_finds_an_idle_broker_leaving(string version, int protocol)
    {
        await using var broker = new RunningBroker();
        await using var newer = await broker.ConnectAsync();

        var answer = await newer.AskAsync(BrokerPeer.Hello(version, protocol), Timeout);

        Assert.Equal(Handshake.Leaving, Text(answer, "status"));
        await broker.Serving.WaitAsync(Timeout);
        await Assert.ThrowsAnyAsync<Exception>(() => broker.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(1), Timeout));
    }

    [Fact]
    public async Task A_newer_front_with_the_same_protocol_is_welcome_while_the_broker_is_at_work()
    {
        await using var broker = new RunningBroker();
        await using var working = await broker.ConnectWelcomeAsync();
        await using var newer = await broker.ConnectAsync();

        Assert.Equal(Handshake.Welcome, Text(await newer.AskAsync(BrokerPeer.Hello(Newer), Timeout), "status"));
        Assert.Equal("pong", Text(await newer.AskAsync(Ping, Timeout), "response"));
    }

    [Fact]
    public async Task A_newer_protocol_is_refused_while_the_broker_is_at_work()
    {
        await using var broker = new RunningBroker();
        await using var working = await broker.ConnectWelcomeAsync();
        await using var newer = await broker.ConnectAsync();

        var answer = await newer.AskAsync(BrokerPeer.Hello(Newer, Handshake.Protocol + 1), Timeout);

        Assert.Equal((Handshake.Refused, "upgrade_required"), (Text(answer, "status"), Text(answer, "code")));
        Assert.Contains("tabagent stop", Text(answer, "message"), StringComparison.Ordinal);
        Assert.Equal("pong", Text(await working.AskAsync(Ping, Timeout), "response"));
    }

    [Fact]
    public async Task It_ends_when_nobody_has_been_there_for_the_idle_time_and_not_while_somebody_is()
    {
        await using var broker = new RunningBroker();
        var visitor = await broker.ConnectWelcomeAsync();
        var twin = await broker.ConnectWelcomeAsync();
        await PassAsync(broker, 2 * RunningBroker.IdleTime);
        await visitor.DisposeAsync();
        await broker.LeftAsync(remaining: 1);
        await PassAsync(broker, 2 * RunningBroker.IdleTime);
        Assert.Equal("pong", Text(await twin.AskAsync(Ping, Timeout), "response"));

        await twin.DisposeAsync();
        await broker.LeftAsync(remaining: 0);
        await PassAsync(broker, RunningBroker.IdleTime);

        await broker.Serving.WaitAsync(Timeout);
    }

    [Fact]
    public async Task A_visit_between_two_looks_counts()
    {
        await using var broker = new RunningBroker();
        await PassAsync(broker, RunningBroker.IdleTime - RunningBroker.Look);

        await VisitAsync(broker);
        await PassAsync(broker, RunningBroker.IdleTime - RunningBroker.Look);
        await VisitAsync(broker);

        Assert.False(broker.Serving.IsCompleted);
        await PassAsync(broker, RunningBroker.IdleTime);
        await broker.Serving.WaitAsync(Timeout);
    }

    [Fact]
    public async Task Random_bytes_and_half_frames_do_no_harm()
    {
        await using var broker = new RunningBroker();
        await using var served = await broker.ConnectWelcomeAsync();
        var random = new Random(11);

        for (var round = 0; round < LongRun.Rounds(usual: 200, whenLong: 20_000); round++)
        {
            await using var hostile = round % 2 == 0 ? await broker.ConnectAsync() : await broker.ConnectWelcomeAsync();
            var bytes = new byte[random.Next(4, 300)];
            random.NextBytes(bytes);
            if (round % 4 < 2)
            {
                // A length that may fit makes the bytes behind it a frame, or a part of one.
                BinaryPrimitives.WriteInt32LittleEndian(bytes, random.Next(0, 2 * bytes.Length));
            }

            await hostile.SayBytesAsync(bytes, Timeout);
            Assert.Equal("pong", Text(await served.AskAsync(Ping, Timeout), "response"));
        }

        Assert.False(broker.Serving.IsCompleted);
    }

    /// <summary>Comes, is served, and leaves: who only was welcomed may not be counted yet.</summary>
    private static async Task VisitAsync(RunningBroker broker)
    {
        await using (var visitor = await broker.ConnectWelcomeAsync())
        {
            await visitor.AskAsync(Ping, Timeout);
        }

        await broker.LeftAsync(remaining: 0);
    }

    /// <summary>Lets time pass, look by look: only the broker's idle watch waits for it.</summary>
    private static async Task PassAsync(RunningBroker broker, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += RunningBroker.Look)
        {
            Assert.False(broker.Serving.IsCompleted, "The broker has ended.");
            await broker.Time.AdvanceAsync(RunningBroker.Look, waiting: 1, Timeout);
        }
    }

    private static string? Text(JsonElement? message, string field) => message?.GetProperty(field).GetString();
}
