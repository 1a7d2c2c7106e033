using System.Net.Http.Headers;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>Whom the fake hub refuses what, and in which words.</summary>
public sealed class FakeHubAccessTests : IAsyncLifetime
{
    private const string NoToken = "";
    private const string Known = "hf_known";
    private const string Allowed = "hf_allowed";
    private const string Unknown = "hf_unknown";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _hub.AddToken(Known);
        _hub.AddToken(Allowed, "bob");
        foreach (var (id, gate) in new[] { ("acme/open", Gate.None), ("acme/auto", Gate.Auto), ("acme/manual", Gate.Manual), ("acme/private", Gate.None), ("acme/disabled", Gate.None) })
        {
            var repo = _hub.AddRepo(id);
            repo.AddGenerated("x.gguf", 100);
            repo.AddFile("README.md", "x");
            repo.Gate = gate;
            repo.Allow(Allowed);
        }

        _hub.AddRepo("acme/private").IsPrivate = true;
        _hub.AddRepo("acme/disabled").IsDisabled = true;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
    }

    [Theory]
    [InlineData("acme/open/resolve/main/x.gguf", NoToken, 302, null, null)]
    [InlineData("api/models/acme/none", NoToken, 401, null, "Invalid username or password.")]
    [InlineData("acme/none/resolve/main/x.gguf", NoToken, 401, null, "Invalid username or password.")]
    [InlineData("api/models/acme/none/tree/main", Known, 404, "RepoNotFound", "Repository not found")]
    [InlineData("acme/none/resolve/main/x.gguf", Known, 404, "RepoNotFound", "Repository not found")]
    [InlineData("api/models/acme/private", NoToken, 401, null, "Invalid username or password.")]
    [InlineData("api/models/acme/private", Known, 404, "RepoNotFound", "Repository not found")]
    [InlineData("acme/private/resolve/main/x.gguf", Known, 404, "RepoNotFound", "Repository not found")]
    [InlineData("acme/private/resolve/main/x.gguf", Allowed, 302, null, null)]
    [InlineData("api/models/acme/open", Unknown, 401, null, "Invalid credentials in Authorization header")]
    [InlineData("acme/open/resolve/main/x.gguf", Unknown, 401, null, "Invalid credentials in Authorization header")]
    [InlineData("api/models/acme/auto/tree/main", NoToken, 200, null, null)]
    [InlineData("api/models/acme/manual", NoToken, 200, null, null)]
    [InlineData("acme/auto/resolve/main/x.gguf", NoToken, 401, "GatedRepo",
        "Access to model acme/auto is restricted. You must have access to it and be authenticated to access it. Please log in.")]
    [InlineData("acme/auto/resolve/main/README.md", NoToken, 401, "GatedRepo",
        "Access to model acme/auto is restricted. You must have access to it and be authenticated to access it. Please log in.")]
    [InlineData("acme/manual/resolve/main/x.gguf", Known, 403, "GatedRepo",
        "Access to model acme/manual is restricted and you are not in the authorized list. Visit *acme/manual to ask for access.")]
    [InlineData("acme/manual/resolve/main/x.gguf", Allowed, 302, null, null)]
    [InlineData("acme/open/resolve/main/none.gguf", NoToken, 404, "EntryNotFound", "Entry not found")]
    [InlineData("acme/open/resolve/nope/x.gguf", NoToken, 404, "RevisionNotFound", "Invalid rev id: nope")]
    [InlineData("api/models/acme/open/revision/nope", NoToken, 404, "RevisionNotFound", "Invalid rev id: nope")]
    [InlineData("acme/disabled/resolve/main/x.gguf", Known, 403, null, "Access to this resource is disabled.")]
    [InlineData("api/whoami-v2", NoToken, 401, null, "Invalid username or password.")]
    [InlineData("api/whoami-v2", Known, 200, null, null)]
    public async Task The_answer_depends_on_who_asks(string path, string token, int status, string? code, string? message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_hub.Endpoint, path));
        request.Headers.Authorization = token.Length > 0 ? new AuthenticationHeaderValue("Bearer", token) : null;
        using var answer = await _client.SendAsync(request, Patience.Token);

        string? Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, Header("X-Error-Code"));
        Assert.Equal(message?.Replace("*", _hub.Endpoint.AbsoluteUri, StringComparison.Ordinal), Header("X-Error-Message"));
        Assert.Equal(code == "EntryNotFound" ? _hub.AddRepo("acme/open").Commit : null, status == 404 ? Header("X-Repo-Commit") : null);
        Assert.Contains(";r=", Header("RateLimit"), StringComparison.Ordinal);
        Assert.Contains(";q=", Header("RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Equal(token.Length > 0, _hub.Requests.Single().HasAuthorization);
    }

    [Fact]
    public async Task A_token_that_the_cdn_sees_is_a_leak()
    {
        using var resolved = await _client.GetAsync(new Uri(_hub.Endpoint, "acme/open/resolve/main/x.gguf"), Patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, resolved.Headers.Location);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Known);
        using var answer = await _client.SendAsync(request, Patience.Token);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(Origin.Cdn, Assert.Single(_hub.Leaks).Origin);
        Assert.Equal(0, _hub.ServedBytes);
    }
}
