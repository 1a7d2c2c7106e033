using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
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

    /// <summary>The answer behind a redirect.</summary>
    private async Task<HttpResponseMessage> FollowAsync(string path, RangeHeaderValue? range)
    {
        using var redirect = await GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_hub.Endpoint, redirect.Headers.Location!));
        request.Headers.Range = range;
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience.Token);
    }
}
