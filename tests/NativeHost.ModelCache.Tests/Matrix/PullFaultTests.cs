using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Tests.Downloads;
using NativeHost.ModelCache.Tests.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>
/// What a hub can do wrong while a model is pulled: it passes, or it is told with what is wrong; it leaves nothing that is wrong behind,
/// and once it is over the model comes.
/// </summary>
/// <remarks>
/// Where the other faults of downloads are tested, each as far down as it can be. A CDN's, at each byte that could matter:
/// <c>BlobFaultTests</c>; those that last: <c>BlobTroubleTests</c>, <c>BlobRepairTests</c>. A hub's answers one by one: <c>Hub/</c>. Deaths at
/// each named point, and all that can be lost of journal, part and stamp: <c>BlobResumeTests</c>, <c>BlockJournalTests</c>,
/// <c>BlobKillTests</c>; at any time, under whole pulls: <see cref="PullKillTests"/>, and what that costs: <see cref="TrafficTests"/>.
/// Disks: <c>BlobDiskTests</c>, <see cref="PullDiskTests"/>. Several programs: <c>BlobContentionTests</c>, <see cref="PullRaceTests"/>;
/// among them the official client: <c>Oracles/SharedCacheTests</c>. Odd names, numbers and clocks: <see cref="OddPullTests"/>.
/// </remarks>
public sealed class PullFaultTests : IAsyncLifetime
{
    private const string Repo = "acme/tiny-GGUF";
    private const string File = "tiny-Q8_0-00001-of-00002.gguf";
    private const int Size = 150_000;
    private const int Shards = 2;
    private const int FilesOfAPage = 2;

    private static readonly string OtherHash = new('b', 64);

    private static readonly Dictionary<string, Action<FakeHub>> Passing = new()
    {
        ["a page of the tree fails"] = hub => hub.Faults.Add(Fault.WithStatus(503).On(RequestKind.Tree) with { Page = 2 }),
        ["a page of the tree is HTML"] = hub => hub.Faults.Add(new Fault(FaultKind.Html) { Target = RequestKind.Tree, Page = 2, StatusCode = 502 }),
        ["a page of the tree is cut off"] = hub => hub.Faults.Add(Fault.WithStatus(500).On(RequestKind.Tree).Repeated(3)),
        ["the hub is limited"] = hub => hub.Faults.Add(Fault.RateLimited(resetSeconds: 40, hasHtmlBody: true).On(RequestKind.Info)),
        ["files are limited"] = hub => hub.Faults.Add(Fault.RateLimited(retryAfter: "7").On(RequestKind.Resolve).Repeated(2)),
        ["HEAD is refused"] = hub => hub.Faults.Add(Fault.HeadRefused()),
        ["resolving fails"] = hub => hub.Faults.Add(Fault.WithStatus(502).On(RequestKind.Resolve).Repeated(3)),
        ["addresses expire at once"] = hub => hub.Received = request => ExpireAfterResolve(hub, request),
        ["the CDN sends elsewhere"] = hub => hub.Faults.Add(Fault.Redirect("https://elsewhere.invalid/file").On(RequestKind.Cdn).Repeated(2)),
        ["the CDN goes round in circles"] = hub => hub.Faults.Add(Fault.RedirectLoop().On(RequestKind.Cdn).Repeated(2)),
    };

    private static readonly Dictionary<string, (CacheFault Fault, Action<FakeHub> Arrange)> Lasting = new()
    {
        ["a page of the tree always fails"] = (CacheFault.Network, hub => hub.Faults.Add(Fault.WithStatus(503).On(RequestKind.Tree).Always() with { Page = 2 })),
        ["the tree is HTML"] = (CacheFault.HubFailed, hub => hub.Faults.Add(new Fault(FaultKind.Html) { Target = RequestKind.Tree }.Always())),
        ["the tree says another size"] = (CacheFault.UpstreamChanged, hub => FileOf(hub).ListedSize = Size + 1),
        ["the tree says another hash"] = (CacheFault.UpstreamChanged, hub => FileOf(hub).ListedSha256 = OtherHash),
        ["the file says another size"] = (CacheFault.UpstreamChanged, hub => FileOf(hub).LinkedSize = Size - 1),
        ["the file says another hash"] = (CacheFault.UpstreamChanged, hub => FileOf(hub).LinkedSha256 = OtherHash),
        ["all say another hash"] = (CacheFault.HashMismatch, hub => (FileOf(hub).ListedSha256, FileOf(hub).LinkedSha256) = (OtherHash, OtherHash)),
        ["resolving goes round in circles"] = (CacheFault.Network, hub => hub.Faults.Add(Fault.RedirectLoop().Always())),
        ["resolving leads out of encryption"] = (CacheFault.Network, hub => hub.Faults.Add(Fault.Redirect("http://elsewhere.invalid/file").Always())),
        ["the repository is disabled"] = (CacheFault.RepositoryNotFound, hub => hub.AddRepo(Repo).IsDisabled = true),
        ["the repository is somebody's own"] = (CacheFault.RepositoryNotFound, hub => hub.AddRepo(Repo).IsPrivate = true),
        ["the repository has a gate"] = (CacheFault.GatedAccept, hub => hub.AddRepo(Repo).Gate = Gate.Manual),
        ["a file is gone"] = (CacheFault.FileNotFound, hub => hub.Faults.Add(Fault.WithStatus(404).On(RequestKind.Resolve).Always())),
    };

    private readonly string _home = Directory.CreateTempSubdirectory("faults-").FullName;
    private FakeHub _hub = null!;

    public static TheoryData<string> WhatPasses => [.. Passing.Keys];

    public static TheoryData<string> WhatLasts => [.. Lasting.Keys];

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        Fill(_hub);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        var complaints = new CacheInvariants(_home, PullProcess.Token, "Signature=").Check();
        Directory.Delete(_home, recursive: true);
        Assert.Empty(complaints);
        Assert.Empty(_hub.Leaks);
    }

    [Theory]
    [MemberData(nameof(WhatPasses))]
    public async Task What_passes_is_not_noticed(string name)
    {
        await using var bed = NewBed(_hub.Endpoint);
        Passing[name](_hub);

        await AssertComesAsync(bed);
    }

    [Theory]
    [MemberData(nameof(WhatLasts))]
    public async Task What_lasts_is_told_and_leaves_nothing_wrong(string name)
    {
        await using (var bed = NewBed(_hub.Endpoint))
        {
            Lasting[name].Arrange(_hub);

            var failure = await FailsAsync(bed);

            Assert.Equal(Lasting[name].Fault, failure.Fault);
            Assert.DoesNotContain(bed.Scan.TryRead(RepoId.Parse(Repo))?.Revisions.SelectMany(revision => revision.References) ?? [], _ => true);
        }

        await _hub.DisposeAsync();
        _hub = await FakeHub.StartAsync();
        Fill(_hub);
        await using var again = NewBed(_hub.Endpoint);
        await AssertComesAsync(again);
    }

    [Fact]
    public async Task A_branch_that_moves_on_between_two_requests_is_pulled_as_it_was_at_the_first()
    {
        await using var bed = NewBed(_hub.Endpoint);
        var before = _hub.AddRepo(Repo).Commit;
        _hub.Faults.Add(Fault.CommitMoves());

        await AssertComesAsync(bed);

        Assert.Equal(before, bed.Cache.ReadReference(RepoId.Parse(Repo), "main"));
        Assert.NotEqual(before, _hub.AddRepo(Repo).Commit);
        Assert.DoesNotContain(_hub.Requests, request => request.Path.Contains(_hub.AddRepo(Repo).Commit, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hub_that_is_not_there_any_more_is_told_and_what_is_here_stays()
    {
        await using var bed = NewBed(_hub.Endpoint);
        await AssertComesAsync(bed);
        await _hub.DisposeAsync();

        Assert.Equal(PullState.Completed, (await bed.PullAsync($"{Repo}:Q8_0")).State);
        Assert.Equal(CacheFault.Network, (await FailsAsync(bed, "acme/other-GGUF")).Fault);
    }

    [Fact]
    public async Task A_proxy_is_used_and_its_refusal_told_without_its_password()
    {
        _hub.ProxyCredentials = "me:password";
        var proxy = _hub.ProxyEndpoint;
        var wrong = new PullSetup { Proxy = $"http://me:secret@{proxy.Host}:{proxy.Port}", HubTime = new InstantTime(), Token = PullProcess.Token };
        var right = wrong with { Proxy = $"http://me:password@{proxy.Host}:{proxy.Port}" };

        await using (var refused = new PullBed(_hub.Endpoint, _home, wrong))
        {
            var failure = await FailsAsync(refused);
            Assert.Equal(CacheFault.Network, failure.Fault);
            Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        }

        _hub.ClearRecords();
        await using var bed = new PullBed(_hub.Endpoint, _home, right);
        await AssertComesAsync(bed);
        Assert.All(_hub.Requests, request => Assert.True(request.IsProxied));
    }

    private static FakeFile FileOf(FakeHub hub) => hub.AddRepo(Repo).Head.Files[File];

    private static void Fill(FakeHub hub)
    {
        hub.AddToken(PullProcess.Token);
        hub.PageSize = FilesOfAPage;
        var repo = hub.AddRepo(Repo);
        repo.AddFile("README.md", "# tiny\n");
        for (var shard = 1; shard <= Shards; shard++)
        {
            repo.AddGenerated(File.Replace("00001-of", $"{shard:D5}-of", StringComparison.Ordinal), Size, seed: shard);
        }
    }

    private static void ExpireAfterResolve(FakeHub hub, RecordedRequest request)
    {
        if (request.Kind == RequestKind.Cdn && hub.Requests.Count(other => other.Kind == RequestKind.Cdn) % 3 == 1)
        {
            hub.ExpireLinks();
        }
    }

    private PullBed NewBed(Uri endpoint) => new(endpoint, _home, new PullSetup
    {
        Blobs = PullSetup.SmallBlocks with
        {
            ShortestPause = TimeSpan.FromMilliseconds(1),
            LongestPause = TimeSpan.FromMilliseconds(20),
            Patience = TimeSpan.FromMilliseconds(500),
        },
        HubTime = new InstantTime(),
        Token = PullProcess.Token,
    });

    private static async Task AssertComesAsync(PullBed bed)
    {
        var end = await bed.PullAsync($"{Repo}:Q8_0");
        Assert.Equal((PullState.Completed, null), (end.State, end.Failure?.Message));
        Assert.Equal(Shards * Size, end.DurableBytes);
    }

    private static async Task<ModelCacheException> FailsAsync(PullBed bed, string repo = Repo)
    {
        ModelCacheException failure;
        try
        {
            var end = await bed.PullAsync($"{repo}:Q8_0");
            failure = Assert.IsType<ModelCacheException>(end.Failure);
        }
        catch (ModelCacheException e)
        {
            failure = e;
        }

        var text = failure.ToString();
        Assert.DoesNotContain(PullProcess.Token, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Signature", text, StringComparison.Ordinal);
        return failure;
    }
}
