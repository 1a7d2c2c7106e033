using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>What the fake hub answers to plain requests, as facts about the real one have it.</summary>
public sealed class FakeHubTests : IAsyncLifetime
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
    public async Task A_large_file_redirects_to_the_cdn_which_calls_it_otherwise()
    {
        var file = _repo.Head.Files["tiny-Q4_K_M.gguf"];

        using var resolved = await GetAsync($"{Tiny}/resolve/main/tiny-Q4_K_M.gguf");
        using var request = new HttpRequestMessage(HttpMethod.Get, resolved.Headers.Location);
        request.Headers.Range = new RangeHeaderValue(10, 1_000_002);
        using var part = await _client.SendAsync(request, Patience.Token);
        var bytes = await part.Content.ReadAsByteArrayAsync(Patience.Token);

        Assert.Equal(HttpStatusCode.Redirect, resolved.StatusCode);
        Assert.Equal($"\"{file.Sha256}\"", Header(resolved, "X-Linked-Etag"));
        Assert.Equal("1000003", Header(resolved, "X-Linked-Size"));
        Assert.Equal(_repo.Commit, Header(resolved, "X-Repo-Commit"));
        Assert.Equal(_hub.CdnEndpoint.Port, resolved.Headers.Location!.Port);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"\"{file.XetHash}\"", part.Headers.ETag!.Tag);
        Assert.NotEqual(file.XetHash, file.Sha256);
        Assert.Equal("bytes 10-1000002/1000003", part.Content.Headers.ContentRange!.ToString());
        var whole = new byte[1_000_003];
        file.Content.Read(0, whole);
        Assert.Equal(whole[10..], bytes);
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(whole)));
        Assert.Equal(1_000_003 - 10, _hub.ServedBytes);
    }

    [Fact]
    public void Generated_content_is_the_same_however_it_is_read()
    {
        var content = new GeneratedContent(100_000, seed: 7);
        var whole = new byte[100_000];
        content.Read(0, whole);

        for (var offset = 0; offset < 64; offset++)
        {
            var part = new byte[offset * 3];
            content.Read(offset, part);
            Assert.Equal(whole[offset..(offset * 4)], part);
        }

        Assert.Equal("GGUF"u8.ToArray(), whole[..4]);
        Assert.NotEqual(whole[64..128], whole[128..192]);
    }

    [Fact]
    public async Task A_small_file_redirects_within_the_hub_and_is_compressed_for_who_takes_it()
    {
        using var resolved = await GetAsync($"{Tiny}/resolve/main/README.md");
        using var plain = await GetAsync(resolved.Headers.Location!.OriginalString);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_hub.Endpoint, resolved.Headers.Location));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var packed = await _client.SendAsync(request, Patience.Token);
        await packed.Content.LoadIntoBufferAsync(Patience.Token);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, resolved.StatusCode);
        Assert.StartsWith($"/api/resolve-cache/models/{Tiny}/{_repo.Commit}/README.md?", resolved.Headers.Location.OriginalString, StringComparison.Ordinal);
        Assert.Equal("# tiny\n", await plain.Content.ReadAsStringAsync(Patience.Token));
        // What "git hash-object" says of these bytes.
        Assert.Equal("\"8e2e871357bef652084a73f7173adc5eb8859a33\"", plain.Headers.ETag!.Tag);
        Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);
        Assert.True(packed.Headers.TransferEncodingChunked);
    }

    [Fact]
    public async Task Who_has_the_content_is_told_so()
    {
        foreach (var file in _repo.Head.Files.Values)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(_hub.Endpoint, $"{Tiny}/resolve/main/{file.Path}"));
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{file.BlobName}\""));
            using var answer = await _client.SendAsync(request, Patience.Token);

            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_empty_file_has_no_first_byte()
    {
        var empty = await FollowAsync($"{Tiny}/resolve/main/empty.txt", new RangeHeaderValue(0, 0));
        var whole = await FollowAsync($"{Tiny}/resolve/main/empty.txt", null);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, empty.StatusCode);
        Assert.Equal("bytes */0", empty.Content.Headers.ContentRange!.ToString());
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal(0, whole.Content.Headers.ContentLength);
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

    [Fact]
    public async Task Answers_come_no_faster_than_they_may()
    {
        _hub.TotalRate = 5_000_000;
        var began = TimeProvider.System.GetTimestamp();

        using var answer = await FollowAsync($"{Tiny}/resolve/main/tiny-Q4_K_M.gguf", null);
        await answer.Content.LoadIntoBufferAsync(Patience.Token);

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 190, 60_000);
    }

    [Fact]
    public async Task Every_request_is_recorded_before_it_is_answered()
    {
        var seen = new List<string>();
        _hub.Received = request => seen.Add(request.Path);
        using var answer = await FollowAsync($"{Tiny}/resolve/main/tiny-Q4_K_M.gguf", new RangeHeaderValue(5, 9));

        var resolve = _hub.Requests[0];
        var cdn = _hub.Requests[1];
        Assert.Equal((Origin.Hub, RequestKind.Resolve, "GET", "tiny-Q4_K_M.gguf"), (resolve.Origin, resolve.Kind, resolve.Method, resolve.File));
        Assert.Equal((Origin.Cdn, RequestKind.Cdn, "bytes=5-9", "tiny-Q4_K_M.gguf"), (cdn.Origin, cdn.Kind, cdn.Range, cdn.File));
        Assert.Equal([resolve.Path, cdn.Path], seen);
        Assert.Equal(1, _hub.MostTransfers);
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
