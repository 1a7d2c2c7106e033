using System.Net;
using System.Net.Sockets;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>The client over the network, with a hub that behaves as the real one does.</summary>
public sealed class HubClientTests : IAsyncLifetime
{
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await FakeHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_hub.Leaks);
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task A_repository_is_described()
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        repo.Gate = NativeHost.Testing.Gate.Auto;
        repo.Downloads = 77;
        repo.Gguf = new GgufHint(1_235_814_432, "llama", 131_072);
        using var bed = Bed();

        var info = await bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token);

        Assert.Equal(repo.Commit, info.Commit);
        Assert.Equal((RepoGate.Automatic, 77, "apache-2.0"), (info.Description.Gate, info.Description.Downloads, info.Description.License));
        Assert.Equal(new GgufHints("llama", 1_235_814_432, 131_072), info.Description.Gguf);
        var request = Assert.Single(_hub.Requests);
        Assert.Equal("tabagent/1.2.3", request.UserAgent);
        Assert.Equal("identity", request.AcceptEncoding);
    }

    [Theory]
    [InlineData("refs/pr/1")]
    [InlineData("v1.0")]
    public async Task Branches_and_tags_lead_to_their_commits(string revision)
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        repo.AddFile("old.txt", "old");
        repo.AddBranch(revision);
        var old = repo.Commit;
        repo.NewCommit();
        using var bed = Bed();

        Assert.Equal(old, (await bed.Client.ListAsync(HubBed.Repo, revision, Patience.Token)).Commit);
    }

    [Fact]
    public async Task Three_thousand_files_come_in_pages_and_none_is_missing()
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        var large = repo.AddGenerated("sub folder/möde l-Q4_K_M.gguf", 1000);
        var expected = Enumerable.Range(0, 3000).Select(i => $"files/{i:D4}.txt").Append(large.Path).Order(StringComparer.Ordinal).ToList();
        foreach (var path in expected.Where(path => path != large.Path))
        {
            repo.AddFile(path, path);
        }

        using var bed = Bed();

        var listing = await bed.Client.ListAsync(HubBed.Repo, "main", Patience.Token);

        Assert.Equal(expected, listing.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        var listed = listing.Files.Single(file => file.Path == large.Path);
        Assert.Equal((large.Size, large.Sha256), (listed.Size, listed.Content.Hex));
        Assert.True(_hub.Requests.Count(request => request.Kind == RequestKind.Tree) >= 4);
    }

    [Fact]
    public async Task A_listing_is_of_one_commit_even_where_the_branch_moves_meanwhile()
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        repo.AddFile("a.txt", "a");
        repo.AddFile("b.txt", "b");
        repo.AddFile("c.txt", "c");
        var commit = repo.Commit;
        _hub.PageSize = 1;
        _hub.Faults.Add(Fault.CommitMoves());
        using var bed = Bed();

        var listing = await bed.Client.ListAsync(HubBed.Repo, "main", Patience.Token);

        Assert.NotEqual(commit, repo.Commit);
        Assert.Equal(commit, listing.Commit);
        Assert.Equal(["a.txt", "b.txt", "c.txt"], listing.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task A_page_that_fails_is_asked_for_again()
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        repo.AddFile("a.txt", "a");
        repo.AddFile("b.txt", "b");
        _hub.PageSize = 1;
        _hub.Faults.Add(Fault.WithStatus(503).On(RequestKind.Tree) with { Page = 2 });
        _hub.Faults.Add(Fault.RateLimited(resetSeconds: 40, hasHtmlBody: true).On(RequestKind.Tree));
        using var bed = Bed();

        var listing = await bed.Client.ListAsync(HubBed.Repo, "main", Patience.Token);

        Assert.Equal(["a.txt", "b.txt"], listing.Files.Select(file => file.Path));
        Assert.Equal(2, _hub.Faults.Happened);
        Assert.Equal(TimeSpan.FromSeconds(41), bed.Time.Waits[0]);
    }

    [Fact]
    public async Task A_page_that_is_a_login_page_is_no_listing()
    {
        _hub.AddRepo("acme/tiny-GGUF").AddFile("a.txt", "a");
        _hub.Faults.Add(Fault.Html().On(RequestKind.Tree));
        using var bed = Bed();

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => bed.Client.ListAsync(HubBed.Repo, "main", Patience.Token)));
    }

    [Theory]
    [InlineData("model.gguf", false)]
    [InlineData("model.gguf", true)]
    [InlineData("sub/möde l#1.txt", false)]
    [InlineData("sub/möde l#1.txt", true)]
    [InlineData("empty.txt", false)]
    [InlineData("empty.txt", true)]
    [InlineData("empty.gguf", false)]
    public async Task What_is_resolved_is_what_is_listed_and_can_be_read_there(string path, bool isHeadRefused)
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        repo.Gate = NativeHost.Testing.Gate.Auto;
        repo.Allow(_hub.AddToken(HubBed.Token));
        repo.AddGenerated("model.gguf", 100_000);
        repo.AddFile("sub/möde l#1.txt", "text");
        repo.AddFile("empty.txt", "");
        repo.AddFile("empty.gguf", ReadOnlyMemory<byte>.Empty, isLfs: true);
        if (isHeadRefused)
        {
            _hub.Faults.Add(Fault.HeadRefused());
        }

        using var bed = Bed(HubBed.Token);
        var listing = await bed.Client.ListAsync(HubBed.Repo, "main", Patience.Token);

        var file = await bed.Client.ResolveAsync(HubBed.Repo, listing.Commit, path, Patience.Token);

        var listed = listing.Files.Single(entry => entry.Path == path);
        Assert.Equal((listed.Size, listed.Content, listing.Commit), (file.Size, file.Content, file.Commit));
        Assert.Equal(!path.EndsWith(".gguf", StringComparison.Ordinal), file.TakesToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Location);
        bed.Connection.AddToken(request);
        using var response = await bed.Connection.Client.SendAsync(request, Patience.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(listed.Size, (await response.Content.ReadAsByteArrayAsync(Patience.Token)).Length);
    }

    [Fact]
    public async Task Gates_private_repositories_and_tokens_are_told_apart()
    {
        var gated = _hub.AddRepo("acme/gated");
        gated.Gate = NativeHost.Testing.Gate.Manual;
        gated.AddGenerated("a.gguf", 100);
        _hub.AddRepo("acme/private").IsPrivate = true;
        _hub.AddRepo("acme/closed").IsDisabled = true;
        _hub.AddRepo("acme/tiny-GGUF").AddFile("a.txt", "a");
        _hub.AddToken(HubBed.Token, "bob");
        using var anonymous = Bed();
        using var stranger = Bed("hf_unknownunknownunknownunknownunknown");
        using var bob = Bed(HubBed.Token);

        Assert.Single((await anonymous.Client.ListAsync(RepoId.Parse("acme/gated"), "main", Patience.Token)).Files);
        Assert.Equal(CacheFault.GatedLogin, await ResolveFaultAsync(anonymous, "acme/gated", gated.Commit));
        Assert.Equal(CacheFault.GatedAccept, await ResolveFaultAsync(bob, "acme/gated", gated.Commit));
        Assert.Equal(CacheFault.TokenInvalid, await InfoFaultAsync(stranger, "acme/tiny-GGUF"));
        Assert.Equal(CacheFault.RepositoryNotFound, await InfoFaultAsync(anonymous, "acme/private"));
        Assert.Equal(CacheFault.RepositoryNotFound, await InfoFaultAsync(bob, "acme/private"));
        Assert.Equal(CacheFault.RepositoryNotFound, await InfoFaultAsync(anonymous, "acme/missing"));
        Assert.Equal(CacheFault.RepositoryNotFound, await InfoFaultAsync(bob, "acme/missing"));
        Assert.Equal(CacheFault.RepositoryNotFound, await InfoFaultAsync(bob, "acme/closed"));
        Assert.Equal(CacheFault.RevisionNotFound, await HubBed.FaultAsync(() => bob.Client.ListAsync(HubBed.Repo, "none", Patience.Token)));
        Assert.Equal(CacheFault.FileNotFound, await ResolveFaultAsync(bob, "acme/tiny-GGUF", _hub.AddRepo("acme/tiny-GGUF").Commit));
    }

    [Fact]
    public async Task The_tokens_state_is_told_and_the_token_is_not()
    {
        _hub.AddToken(HubBed.Token, "bob");
        using var bob = Bed(HubBed.Token);
        using var stranger = Bed("hf_unknownunknownunknownunknownunknown");

        var status = await bob.Client.TokenStatusAsync(Patience.Token);

        Assert.Equal(new TokenStatus(TokenSource.File, bob.Settings.TokenPath, IsSent: true, IsAccepted: true, "bob"), status);
        Assert.DoesNotContain(HubBed.Token, status.ToString(), StringComparison.Ordinal);
        Assert.False((await stranger.Client.TokenStatusAsync(Patience.Token)).IsAccepted);
    }

    [Fact]
    public async Task A_renamed_repository_is_found_by_its_old_name()
    {
        var repo = _hub.AddRepo("acme/new");
        repo.AddGenerated("a.gguf", 100);
        repo.AddFile("b.txt", "b");
        _hub.AddOldName("acme/tiny-GGUF", "acme/new");
        _hub.PageSize = 1;
        using var bed = Bed();

        var listing = await bed.Client.ListAsync(HubBed.Repo, "main", Patience.Token);

        Assert.Equal(["a.gguf", "b.txt"], listing.Files.Select(file => file.Path));
        Assert.Equal(100, (await bed.Client.ResolveAsync(HubBed.Repo, listing.Commit, "a.gguf", Patience.Token)).Size);
    }

    [Fact]
    public async Task Search_finds_repositories_with_models()
    {
        _hub.AddRepo("acme/tiny-GGUF").AddGenerated("a.gguf", 100);
        _hub.AddRepo("acme/other-GGUF").AddGenerated("a.gguf", 100);
        using var bed = Bed();

        Assert.Equal(HubBed.Repo, Assert.Single(await bed.Client.SearchAsync("tiny", 20, Patience.Token)).Repo);
    }

    [Fact]
    public async Task A_hub_that_is_silent_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var bed = new HubBed(null, new Uri($"http://{silent.LocalEndpoint}"), environment: ("HF_HUB_ETAG_TIMEOUT", "0.1"));

        var failure = await HubBed.FailsAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token));

        Assert.Equal(CacheFault.Network, failure.Fault);
        Assert.Contains("did not answer in time", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, bed.Time.Waits.Count);
    }

    [Fact]
    public async Task A_configured_proxy_is_asked_instead_of_the_hub()
    {
        // To a server, a request through a proxy differs only in that it names the host.
        using var home = new HubBed(new ScriptedServer());
        var settings = HubSettings.Read(name => name == "HF_ENDPOINT" ? "http://127.0.0.1:1" : null, home.Home, _hub.Endpoint.AbsoluteUri);
        using var connection = new HubConnection(settings, new HubToken(settings), "1.2.3");

        using var response = await connection.Client.GetAsync(new Uri("http://127.0.0.1:1/x"), Patience.Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Single(_hub.Requests);
    }

    private static Task<CacheFault> InfoFaultAsync(HubBed bed, string repo)
        => HubBed.FaultAsync(() => bed.Client.InfoAsync(RepoId.Parse(repo), "main", Patience.Token));

    private static Task<CacheFault> ResolveFaultAsync(HubBed bed, string repo, string commit)
        => HubBed.FaultAsync(() => bed.Client.ResolveAsync(RepoId.Parse(repo), commit, "a.gguf", Patience.Token));

    private HubBed Bed(string? token = null) => new(null, _hub.Endpoint, token);
}
