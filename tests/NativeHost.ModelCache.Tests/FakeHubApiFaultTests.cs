using System.Net;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>Faults of the hub's own answers, and the way through a proxy.</summary>
public sealed class FakeHubApiFaultTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.AddRepo("acme/tiny-GGUF").AddGenerated("tiny-Q4_K_M.gguf", 700_001);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task Redirects_go_in_circles_or_elsewhere()
    {
        _hub.Faults.Add(Fault.RedirectLoop());
        _hub.Faults.Add(Fault.Redirect("http://example.org/x").On(RequestKind.Resolve));
        var address = new Uri(_hub.Endpoint, "acme/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf?a=1");
        using var loop = await _client.GetAsync(address, Patience.Token);
        using var elsewhere = await _client.GetAsync(address, Patience.Token);

        Assert.Equal(address, new Uri(address, loop.Headers.Location!));
        Assert.Equal("http://example.org/x", elsewhere.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Head_is_refused_and_get_is_not()
    {
        _hub.Faults.Add(Fault.HeadRefused());
        var address = new Uri(_hub.Endpoint, "acme/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf");
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, address), Patience.Token);
        using var get = await _client.GetAsync(address, Patience.Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, get.StatusCode);
    }

    [Fact]
    public async Task A_page_of_a_listing_fails()
    {
        _hub.PageSize = 1;
        _hub.AddRepo("acme/tiny-GGUF").AddFile("README.md", "# tiny\n");
        _hub.Faults.Add(Fault.WithStatus(500).On(RequestKind.Tree).Always() with { Page = 2 });
        using var first = await _client.GetAsync(new Uri(_hub.Endpoint, "api/models/acme/tiny-GGUF/tree/main"), Patience.Token);
        var next = first.Headers.GetValues("Link").Single().Split('<', '>')[1];
        using var second = await _client.GetAsync(new Uri(next), Patience.Token);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, second.StatusCode);
    }

    [Fact]
    public async Task The_branch_moves_on_after_an_answer()
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        var before = repo.Commit;
        _hub.Faults.Add(Fault.CommitMoves());
        var address = new Uri(_hub.Endpoint, "api/models/acme/tiny-GGUF/revision/main");
        var first = await _client.GetStringAsync(address, Patience.Token);
        var second = await _client.GetStringAsync(address, Patience.Token);

        Assert.Contains(before, first, StringComparison.Ordinal);
        Assert.NotEqual(before, repo.Commit);
        Assert.Contains(repo.Commit, second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_leads_to_both_and_may_want_a_password()
    {
        using var stranger = new HttpClient(new SocketsHttpHandler { Proxy = new WebProxy(_hub.ProxyEndpoint), AllowAutoRedirect = false });
        var known = new WebProxy(_hub.ProxyEndpoint) { Credentials = new NetworkCredential("me", "secret") };
        using var client = new HttpClient(new SocketsHttpHandler { Proxy = known, AllowAutoRedirect = false });
        var address = new Uri("http://hub.test/acme/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf");
        _hub.ProxyCredentials = "me:secret";

        using var refused = await stranger.GetAsync(address, Patience.Token);
        using var resolved = await client.GetAsync(address, Patience.Token);
        var bytes = await client.GetByteArrayAsync(resolved.Headers.Location, Patience.Token);

        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, resolved.StatusCode);
        Assert.Equal(700_001, bytes.Length);
        Assert.All(_hub.Requests, request => Assert.True(request.IsProxied));
        Assert.Equal(Origin.Cdn, _hub.Requests[^1].Origin);
    }
}
