using System.Text.Json.Nodes;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Tests.Downloads;
using NativeHost.ModelCache.Tests.Matrix;
using Xunit;

namespace NativeHost.ModelCache.Tests.Oracles;

/// <summary>The official client and we work in one cache: what one has the other has, with no byte fetched twice.</summary>
public sealed class SharedCacheTests : IAsyncLifetime
{
    private const string Repo = "acme/both-GGUF";
    private const string Q4 = "both-Q4_K_M.gguf";
    private const string Q6 = "both-Q6_K.gguf";
    private const string FirstShard = "both-Q8_0-00001-of-00002.gguf";
    private const string SecondShard = "both-Q8_0-00002-of-00002.gguf";
    private const int Size = 300_000;

    private readonly string _home = Directory.CreateTempSubdirectory("shared-").FullName;
    private FakeHub _hub = null!;
    private FakeRepo _repo = null!;
    private PullBed _ours = null!;
    private OfficialCache _theirs = null!;

    private static RepoId Id => RepoId.Parse(Repo);

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _repo = _hub.AddRepo(Repo);
        _repo.AddGenerated(Q4, Size, seed: 1);
        _ours = new PullBed(_hub.Endpoint, _home);
        _theirs = new OfficialCache(_hub, _ours.Cache.Root);
    }

    public async ValueTask DisposeAsync()
    {
        await _ours.DisposeAsync();
        await _hub.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task What_we_pulled_they_find_and_do_not_fetch_again()
    {
        await PullAsync(Repo, receives: Size);
        await AssertSeenAlikeAsync("main");
        _hub.ClearRecords();

        var file = await _theirs.FileAsync(Repo, Q4, _repo.Commit);
        var branch = await _theirs.FileAsync(Repo, Q4, "main");
        var folder = await _theirs.SnapshotAsync(Repo, "main");

        Assert.Equal(_ours.Cache.PathOf(Id, _repo.Commit, Q4), Path.GetFullPath(file));
        Assert.Equal(file, branch);
        Assert.Equal(Path.GetDirectoryName(file), folder);
        AssertNothingFetched();
        await AssertSeenAlikeAsync("main");
    }

    [Fact]
    public async Task What_they_pulled_we_list_and_take_after_one_look()
    {
        _repo.AddFile("README.md", "# both\n");
        await _theirs.SnapshotAsync(Repo, "main");
        await AssertSeenAlikeAsync("main");
        Assert.Equal([CachedFileState.Unverified, CachedFileState.Unverified], States());
        _hub.ClearRecords();

        await PullAsync(Repo, receives: 0);

        Assert.Equal([CachedFileState.Unverified, CachedFileState.Verified], States());
        Assert.Equal(0, (await _ours.PlanAsync(Repo)).MissingBytes);
        var stamp = new FileInfo(_ours.Cache.FilesOf(Id, ContentOf(Q4)).Stamp);
        var stamped = stamp.LastWriteTimeUtc;
        await PullAsync(Repo, receives: 0);
        stamp.Refresh();
        Assert.Equal(stamped, stamp.LastWriteTimeUtc);
        AssertNothingFetched();
        await AssertSeenAlikeAsync("main");
    }

    [Fact]
    public async Task What_they_pulled_needs_no_room_on_the_disk()
    {
        await _theirs.SnapshotAsync(Repo, "main");
        await using var full = new PullBed(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { FreeBytes = _ => 0 } });

        Assert.Equal((PullState.Completed, null), await EndOfAsync(full.PullAsync(Repo)));
    }

    [Fact]
    public async Task What_came_to_them_with_a_wrong_bit_is_found_out_and_mended_for_both()
    {
        _hub.Faults.Add(Fault.FlippedBit(at: 1000));
        var file = await _theirs.FileAsync(Repo, Q4, _repo.Commit);
        Assert.Equal(1, _hub.Faults.Happened);

        await PullAsync(Repo, receives: Size);

        _hub.ClearRecords();
        Assert.Equal(file, await _theirs.FileAsync(Repo, Q4, _repo.Commit));
        AssertNothingFetched();
        _ours.AssertSound();
    }

    [Fact]
    public async Task Revisions_of_both_share_blobs_and_our_deletion_leaves_theirs()
    {
        _repo.AddFile("README.md", "# A\n");
        var older = _repo.Commit;
        await _theirs.SnapshotAsync(Repo, older);
        var newer = _repo.NewCommit().Id;
        _repo.AddGenerated(Q6, Size, seed: 2);
        _hub.ClearRecords();

        await PullAsync($"{Repo}:Q4_K_M", receives: 0);
        await PullAsync($"{Repo}:Q6_K", receives: Size);
        Assert.Equal(Size, _hub.ServedBytes);
        await AssertSeenAlikeAsync(newer, "main");
        Assert.Equal([older, newer], Commits());

        new Deletion(_ours.Cache).DeleteRevision(Id, newer);
        await AssertSeenAlikeAsync(older);
        _hub.ClearRecords();
        await _theirs.SnapshotAsync(Repo, older);
        AssertNothingFetched();

        await PullAsync($"{Repo}:Q4_K_M", receives: 0);
        new Deletion(_ours.Cache).DeleteRevision(Id, older);
        Assert.Equal([newer], Commits());
        await AssertSeenAlikeAsync(newer, "main");
    }

    [Fact]
    public async Task A_model_that_is_half_theirs_and_half_ours_is_whole_for_both()
    {
        _repo.RemoveFile(Q4);
        _repo.AddGenerated(FirstShard, Size, seed: 3);
        _repo.AddGenerated(SecondShard, Size, seed: 4);
        await _theirs.FileAsync(Repo, FirstShard, _repo.Commit);
        _hub.ClearRecords();

        await PullAsync($"{Repo}:Q8_0", receives: Size);

        Assert.All(_hub.Requests.Where(request => request.Kind == RequestKind.Cdn), request => Assert.Equal(SecondShard, request.File));
        _hub.ClearRecords();
        await _theirs.SnapshotAsync(Repo, "main");
        AssertNothingFetched();
        await AssertSeenAlikeAsync("main");
    }

    [Fact]
    public async Task Both_at_once_leave_one_good_file()
    {
        _hub.TotalRate = Size / 2;
        var theirs = _theirs.FileAsync(Repo, Q4, _repo.Commit);
        await ReceivedAsync(RequestKind.Cdn);
        var ours = _ours.PullAsync(Repo);

        Assert.Equal((PullState.Completed, null), await EndOfAsync(ours));
        Assert.True(File.Exists(await theirs));
        _ours.AssertSound();
        await AssertSeenAlikeAsync("main");
        await PullAsync(Repo, receives: 0);
    }

    [Fact]
    public async Task What_we_only_looked_at_or_is_under_way_is_no_broken_cache_to_them()
    {
        await _ours.PlanAsync(Repo);
        Assert.Empty(Warnings(await _theirs.ScanAsync()));

        _hub.TotalRate = Size;
        var job = await _ours.StartAsync(Repo);
        await ReceivedAsync(RequestKind.Cdn);
        Assert.True(ModelPulls.Pause(job));
        await job.EndAsync(Patience.Token);

        Assert.NotEmpty(_ours.Scan.TryRead(Id)!.Partials);
        Assert.Empty(Warnings(await _theirs.ScanAsync()));
    }

    [Fact]
    public async Task A_commit_that_was_asked_for_by_its_name_is_no_reference()
    {
        await PullAsync($"{Repo}@{_repo.Commit}", receives: Size);

        Assert.Empty(_ours.Scan.TryRead(Id)!.Revisions.Single().References);
        await AssertSeenAlikeAsync(_repo.Commit);
    }

    private async Task PullAsync(string address, long receives)
    {
        var end = await _ours.PullAsync(address);
        Assert.Equal((PullState.Completed, receives, null), (end.State, end.ReceivedBytes, end.Failure?.Message));
    }

    private static async Task<(PullState State, string? Failure)> EndOfAsync(Task<PullStatus> pull)
    {
        var end = await pull;
        return (end.State, end.Failure?.Message);
    }

    private Task ReceivedAsync(RequestKind kind) => Until.TrueAsync(() => _hub.Requests.Any(request => request.Kind == kind));

    private ContentId ContentOf(string path)
    {
        Assert.True(ContentId.TryParse(_repo.Head.Files[path].BlobName, out var content));
        return content;
    }

    private IEnumerable<CachedFileState> States() => _ours.Scan.TryRead(Id)!.Revisions.Single().Files.Select(file => file.State);

    private IEnumerable<string> Commits() => _ours.Scan.TryRead(Id)!.Revisions.Select(revision => revision.Commit).OrderBy(commit => commit == _repo.Commit);

    private void AssertNothingFetched()
        => Assert.DoesNotContain(_hub.Requests, request => request.Kind is RequestKind.Cdn or RequestKind.Resolve or RequestKind.SmallFile or RequestKind.Raw);

    private static IEnumerable<string?> Warnings(JsonNode scan) => scan["warnings"]!.AsArray().Select(warning => (string?)warning);

    /// <summary>They find what we find: repositories, revisions, names, files and sizes; and nothing that troubles them.</summary>
    /// <param name="revisions">Names or commits that have to be among it.</param>
    private async Task AssertSeenAlikeAsync(params string[] revisions)
    {
        var theirs = await _theirs.ScanAsync();
        var ours = new JsonObject
        {
            ["warnings"] = new JsonArray(),
            ["repos"] = new JsonArray([.. _ours.Scan.Read(Patience.Token).Repositories.Select(Describe)]),
        };

        Assert.Equal(ours.ToJsonString(), theirs.ToJsonString());
        Assert.All(revisions, name => Assert.Contains($"\"{name}\"", theirs.ToJsonString(), StringComparison.Ordinal));
    }

    private static JsonNode Describe(CachedRepository repository) => new JsonObject
    {
        ["name"] = repository.Repo.ToString(),
        ["size"] = repository.BytesOnDisk,
        ["revisions"] = new JsonArray([.. repository.Revisions.Select(Describe)]),
    };

    private static JsonNode Describe(CachedRevision revision) => new JsonObject
    {
        ["commit"] = revision.Commit,
        ["references"] = new JsonArray([.. revision.References.Select(name => JsonValue.Create(name))]),
        ["size"] = revision.Files.Sum(file => file.BytesHere),
        ["files"] = new JsonArray([.. revision.Files.Select(file => new JsonObject { ["path"] = file.Path, ["size"] = file.BytesHere })]),
    };
}
