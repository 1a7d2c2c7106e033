using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using NativeHost.ModelCache.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>What is tried again, and when.</summary>
public sealed class HubRequestsTests
{
    private const string Info = "{\"sha\":\"" + HubBed.Commit + "\"}";

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_passes_is_asked_again_after_a_pause(int status)
    {
        var server = new ScriptedServer().Then(status).ThenJson(Info);
        using var bed = new HubBed(server);

        Assert.Equal(HubBed.Commit, (await AskAsync(bed)).Commit);
        Assert.InRange(Assert.Single(bed.Time.Waits), TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1.25));
    }

    [Theory]
    [InlineData(503, CacheFault.Network)]
    [InlineData(429, CacheFault.RateLimited)]
    public async Task After_five_more_tries_with_longer_pauses_it_is_given_up(int status, CacheFault fault)
    {
        var server = new ScriptedServer().Always(_ => ScriptedServer.Answer(status, "<html>"));
        using var bed = new HubBed(server);

        Assert.Equal(fault, await HubBed.FaultAsync(() => AskAsync(bed)));

        Assert.Equal(6, server.Requests.Count);
        double[] expected = [1, 2, 4, 8, 8];
        Assert.Equal(5, bed.Time.Waits.Count);
        Assert.All(bed.Time.Waits.Zip(expected), pair => Assert.InRange(pair.First.TotalSeconds, pair.Second * 0.75, pair.Second * 1.25));
    }

    [Theory]
    [InlineData("\"api\";r=0;t=55", null, 56)]
    [InlineData("\"api\";r=3;t=55", "20", 20)]
    [InlineData("\"api\";r=0;t=10", "20", 20)]
    [InlineData("\"api\";r=0;t=99999999999", null, 300)]
    [InlineData("\"resolvers\";r=9;t=1, \"api\" ; r=0 ; t=7", null, 8)]
    [InlineData("\"default\";r=0;t=7", null, 8)]
    [InlineData(null, "7200", 300)]
    [InlineData(null, "Sun, 01 Nov 2026 12:00:40 GMT", 40)]
    public async Task The_hub_says_how_long_to_wait(string? rateLimit, string? retryAfter, double seconds)
    {
        var server = new ScriptedServer().Then(429, Headers(rateLimit, retryAfter)).ThenJson(Info);
        using var bed = new HubBed(server);

        await AskAsync(bed);

        Assert.Equal([TimeSpan.FromSeconds(seconds)], bed.Time.Waits);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("\"api\"")]
    [InlineData("\"api\";r=;t=")]
    [InlineData("\"api\";r=0;t=-5")]
    [InlineData("\"pages\";r=0;t=100")]
    [InlineData(";;;,,,")]
    public async Task What_cannot_be_understood_is_a_short_pause(string rateLimit)
    {
        var server = new ScriptedServer().Then(429, ("RateLimit", rateLimit)).ThenJson(Info);
        using var bed = new HubBed(server);

        await AskAsync(bed);

        Assert.InRange(Assert.Single(bed.Time.Waits), TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1.25));
    }

    [Fact]
    public async Task The_last_answer_before_the_limit_makes_everybody_wait()
    {
        var server = new ScriptedServer().ThenJson(Info, ("RateLimit", "\"api\";r=0;t=55")).ThenJson(Info);
        using var bed = new HubBed(server);
        await AskAsync(bed);
        Assert.Empty(bed.Time.Waits);
        var sibling = new HubClient(bed.Connection, bed.Tokens, new RateLimits(bed.LimitsFolder, bed.Settings.Endpoint, bed.Time), bed.Time);

        await sibling.InfoAsync(HubBed.Repo, "main", Patience.Token);

        Assert.Equal([TimeSpan.FromSeconds(56)], bed.Time.Waits);
    }

    [Fact]
    public async Task Who_has_no_patience_is_told_when_to_come_back()
    {
        var server = new ScriptedServer();
        using var bed = new HubBed(server);
        bed.Limits.Block(RateBucket.Api, TimeSpan.FromSeconds(60));
        var hurried = new HubClient(bed.Connection, bed.Tokens, bed.Limits, bed.Time) { RateLimitPatience = TimeSpan.FromSeconds(59) };

        var failure = await HubBed.FailsAsync(() => hurried.InfoAsync(HubBed.Repo, "main", Patience.Token));

        Assert.Equal(CacheFault.RateLimited, failure.Fault);
        Assert.Equal(bed.Time.GetUtcNow() + TimeSpan.FromSeconds(60), failure.RetryAt);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_overloaded_hub_says_how_long_to_wait_too()
    {
        var server = new ScriptedServer().Then(503, ("Retry-After", "30")).ThenJson(Info);
        using var bed = new HubBed(server);

        await AskAsync(bed);

        Assert.Equal([TimeSpan.FromSeconds(30)], bed.Time.Waits);
    }

    public static TheoryData<Exception, CacheFault, int> Failures => new()
    {
        { new HttpRequestException(HttpRequestError.NameResolutionError), CacheFault.Network, 2 },
        { new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.ConnectionRefused)), CacheFault.Network, 2 },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new AuthenticationException()), CacheFault.Network, 1 },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new IOException()), CacheFault.Network, 6 },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError, statusCode: HttpStatusCode.ProxyAuthenticationRequired), CacheFault.Network, 1 },
        { new HttpRequestException(HttpRequestError.InvalidResponse, message: HubBed.Token), CacheFault.HubFailed, 6 },
        { new HttpRequestException(HttpRequestError.ResponseEnded), CacheFault.Network, 6 },
        { new HttpIOException(HttpRequestError.ResponseEnded), CacheFault.Network, 6 },
        { new TaskCanceledException(), CacheFault.Network, 6 },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Failures))]
    public async Task A_network_that_fails_is_tried_as_often_as_it_makes_sense(Exception cause, CacheFault fault, int tries)
    {
        var server = new ScriptedServer().Always(_ => throw cause);
        using var bed = new HubBed(server);

        Assert.Equal(fault, await HubBed.FaultAsync(() => AskAsync(bed)));
        Assert.Equal(tries, server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var server = new ScriptedServer().Then(_ => ScriptedServer.Answer(200, new StreamContent(new BrokenStream()))).ThenJson(Info);
        using var bed = new HubBed(server);

        Assert.Equal(HubBed.Commit, (await AskAsync(bed)).Commit);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Cancelling_is_no_error_of_the_network()
    {
        using var cancellation = new CancellationTokenSource();
        var server = new ScriptedServer().Always(_ =>
        {
            cancellation.Cancel();
            throw new TaskCanceledException();
        });
        using var bed = new HubBed(server);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.Client.InfoAsync(HubBed.Repo, "main", cancellation.Token));
        Assert.Single(server.Requests);
    }

    private static (string, string)[] Headers(string? rateLimit, string? retryAfter)
        => [.. rateLimit is null ? [] : new[] { ("RateLimit", rateLimit) }, .. retryAfter is null ? [] : new[] { ("Retry-After", retryAfter) }];

    private static Task<RepoInfo> AskAsync(HubBed bed) => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token);

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("reset");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("reset");
    }
}
