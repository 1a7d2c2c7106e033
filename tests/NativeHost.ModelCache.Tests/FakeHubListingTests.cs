using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>What the fake hub says of repositories and their files, as facts about the real one have it.</summary>
public sealed class FakeHubListingTests : IAsyncLifetime
{
    private const string Tiny = "acme/tiny-GGUF";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeHub _hub = null!;
    private FakeRepo _repo = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _repo = _hub.AddRepo(Tiny);
        _repo.AddGenerated("tiny-Q4_K_M.gguf", 1_000_003);
        _repo.AddFile("README.md", "# tiny\n");
        _repo.AddFile("empty.txt", "");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task A_listing_comes_in_pages_with_folders_and_any_names()
    {
        _repo.AddFile("UD-IQ2_M/größe 1.txt", "x");
        _repo.AddFile("UD-IQ2_M/b/c.txt", "y");
        for (var i = 0; i < 2100; i++)
        {
            _repo.AddFile($"many/{i:D4}.txt", "z");
        }

        var pages = new List<JsonArray>();
        for (var next = new Uri(_hub.Endpoint, $"api/models/{Tiny}/tree/main?recursive=true&expand=false"); next is not null;)
        {
            using var answer = await _client.GetAsync(next, Patience.Token);
            pages.Add(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Patience.Token))!.AsArray());
            next = answer.Headers.TryGetValues("Link", out var links) ? new Uri(links.Single().Split('<', '>')[1]) : null;
        }

        var entries = pages.SelectMany(page => page.Select(entry => $"{entry!["type"]} {entry["path"]}")).ToList();
        Assert.Equal([1000, 1000, 108], pages.Select(page => page.Count));
        Assert.Equal(entries.Distinct().Count(), entries.Count);
        Assert.Equal(2105, entries.Count(entry => entry.StartsWith("file ", StringComparison.Ordinal)));
        Assert.Contains("directory UD-IQ2_M", entries);
        Assert.Contains("directory UD-IQ2_M/b", entries);
        Assert.Contains("file UD-IQ2_M/größe 1.txt", entries);
        Assert.Equal("x", await (await FollowAsync($"{Tiny}/resolve/main/UD-IQ2_M/gr%C3%B6%C3%9Fe%201.txt", null)).Content.ReadAsStringAsync(Patience.Token));
    }

    [Fact]
    public async Task An_entry_says_what_the_bytes_are()
    {
        var listed = (await JsonAsync($"api/models/{Tiny}/tree/main?expand=true")).AsArray();
        var blobs = (await JsonAsync($"api/models/{Tiny}/revision/main?blobs=true"))["siblings"]!.AsArray();
        var file = _repo.Head.Files["tiny-Q4_K_M.gguf"];

        var large = listed.Single(entry => (string)entry!["path"]! == file.Path)!;
        Assert.Equal(file.Sha256, (string)large["lfs"]!["oid"]!);
        Assert.Equal(1_000_003, (long)large["lfs"]!["size"]!);
        Assert.Equal(file.XetHash, (string)large["xetHash"]!);
        Assert.Equal(_repo.Commit, (string)large["lastCommit"]!["id"]!);
        Assert.Equal(file.Sha256, (string)blobs.Single(entry => (string)entry!["rfilename"]! == file.Path)!["lfs"]!["sha256"]!);
        using var raw = await GetAsync($"{Tiny}/raw/main/{file.Path}");
        var pointer = await raw.Content.ReadAsStringAsync(Patience.Token);
        Assert.Equal($"version https://git-lfs.github.com/spec/v1\noid sha256:{file.Sha256}\nsize 1000003\n", pointer);
        Assert.Equal(pointer.Length, (int)large["lfs"]!["pointerSize"]!);
        Assert.Equal(new BytesContent(Encoding.ASCII.GetBytes(pointer)).GitOid, (string)large["oid"]!);
    }

    [Fact]
    public async Task The_hub_can_say_one_thing_here_and_another_there()
    {
        var file = _repo.Head.Files["tiny-Q4_K_M.gguf"];
        (file.ListedSize, file.ListedSha256, file.LinkedSize, file.LinkedSha256) = (1, new string('1', 64), 2, new string('2', 64));

        using var resolved = await GetAsync($"{Tiny}/resolve/main/{file.Path}");
        var listed = (await JsonAsync($"api/models/{Tiny}/tree/main")).AsArray().Single(entry => (string)entry!["path"]! == file.Path)!;

        Assert.Equal(1, (long)listed["size"]!);
        Assert.Equal(new string('1', 64), (string)listed["lfs"]!["oid"]!);
        Assert.Equal("2", Header(resolved, "X-Linked-Size"));
        Assert.Equal($"\"{new string('2', 64)}\"", Header(resolved, "X-Linked-Etag"));
    }

    [Fact]
    public async Task Branches_tags_and_commits_are_revisions()
    {
        var first = _repo.Head;
        _repo.AddBranch("refs/pr/1");
        _repo.AddTag("v1");
        _repo.NewCommit();
        _repo.AddFile("README.md", "# new\n");

        foreach (var (revision, text) in new[]
        {
            ("main", "# new\n"), ("HEAD", "# new\n"), (_repo.Commit, "# new\n"),
            (first.Id, "# tiny\n"), ("v1", "# tiny\n"), ("refs%2Fpr%2F1", "# tiny\n"), ("refs%2Fheads%2Fmain", "# new\n"),
        })
        {
            using var answer = await FollowAsync($"{Tiny}/resolve/{revision}/README.md", null);
            Assert.Equal(text, await answer.Content.ReadAsStringAsync(Patience.Token));
        }

        var refs = await JsonAsync($"api/models/{Tiny}/refs");
        Assert.Equal(_repo.Commit, (string)refs["branches"]![0]!["targetCommit"]!);
        Assert.Equal("refs/heads/main", (string)refs["branches"]![0]!["ref"]!);
        Assert.Equal(first.Id, (string)refs["tags"]![0]!["targetCommit"]!);
        var entries = (await JsonAsync($"api/models/{Tiny}/tree/main?expand=true")).AsArray();
        Assert.Equal(first.Id, (string)entries.Single(entry => (string)entry!["path"]! == "empty.txt")!["lastCommit"]!["id"]!);
    }

    [Fact]
    public async Task Old_names_lead_to_the_new_one()
    {
        _hub.AddOldName("tiny", Tiny);
        _hub.AddOldName("old/name", Tiny);

        using var info = await GetAsync("api/models/tiny");
        using var tree = await GetAsync("api/models/old/name/tree/main?recursive=true");
        using var file = await GetAsync("old/name/resolve/main/README.md");

        Assert.Equal(HttpStatusCode.TemporaryRedirect, info.StatusCode);
        Assert.Equal($"/api/models/{Tiny}", info.Headers.Location!.OriginalString);
        Assert.Equal($"/api/models/{Tiny}/tree/main?recursive=true", tree.Headers.Location!.OriginalString);
        Assert.Equal($"/{Tiny}/resolve/main/README.md", file.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Some_paths_are_described_and_others_left_out()
    {
        _repo.AddFile("folder/x.txt", "x");
        using var json = new StringContent("""{"paths":["README.md","nope","folder"],"expand":false}""", Encoding.UTF8, "application/json");
        using var form = new FormUrlEncodedContent([new("paths", "README.md"), new("paths", "nope"), new("paths", "folder")]);

        foreach (HttpContent content in new HttpContent[] { json, form })
        {
            using var answer = await _client.PostAsync(new Uri(_hub.Endpoint, $"api/models/{Tiny}/paths-info/main"), content, Patience.Token);
            var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Patience.Token))!.AsArray();
            Assert.Equal(["file README.md", "directory folder"], found.Select(entry => $"{entry!["type"]} {entry["path"]}"));
        }
    }

    [Fact]
    public async Task Search_finds_what_may_be_seen_by_name_author_and_kind()
    {
        _hub.AddRepo("acme/tiny-safetensors").AddFile("model.safetensors", "x");
        _hub.AddRepo("acme/tiny-secret").IsPrivate = true;
        _hub.AddRepo("other/TINY-gguf").AddFile("x.gguf", "x");
        _hub.AddRepo("other/TINY-gguf").Downloads = 50;

        async Task<IEnumerable<string>> FoundAsync(string query) => (await JsonAsync($"api/models?{query}")).AsArray().Select(repo => (string)repo!["id"]!);

        Assert.Equal(["other/TINY-gguf", Tiny], await FoundAsync("search=tiny&filter=gguf&sort=downloads&direction=-1"));
        Assert.Equal([Tiny, "acme/tiny-safetensors"], await FoundAsync("search=tiny&author=acme"));
        using var first = await GetAsync("api/models?limit=2");
        Assert.EndsWith("rel=\"next\"", Header(first, "Link"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quant_has_a_manifest()
    {
        var file = _repo.Head.Files["tiny-Q4_K_M.gguf"];
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("llama-cpp/1");

        var manifest = await JsonAsync($"v2/{Tiny}/manifests/latest");
        using var bad = await GetAsync($"v2/{Tiny}/manifests/Q9");

        Assert.Equal("tiny-Q4_K_M.gguf", (string)manifest["ggufFile"]!["rfilename"]!);
        Assert.Equal($"sha256:{file.Sha256}", (string)manifest["ggufFile"]!["blobId"]!);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("not a valid quantization scheme", await bad.Content.ReadAsStringAsync(Patience.Token), StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(_hub.Endpoint, path), Patience.Token);

    private async Task<JsonNode> JsonAsync(string path)
        => JsonNode.Parse(await _client.GetStringAsync(new Uri(_hub.Endpoint, path), Patience.Token))!;

    /// <summary>The answer behind a redirect.</summary>
    private async Task<HttpResponseMessage> FollowAsync(string path, RangeHeaderValue? range)
    {
        using var redirect = await GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_hub.Endpoint, redirect.Headers.Location!));
        request.Headers.Range = range;
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience.Token);
    }
}
