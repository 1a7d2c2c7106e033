using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Xunit;

namespace NativeHost.ModelCache.Tests;

/// <summary>What the fake hub answers to plain requests, as facts about the real one have it.</summary>
public sealed class FakeHubTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await FakeHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task A_large_file_redirects_to_the_cdn_which_calls_it_otherwise()
    {
        var repo = _hub.AddRepo("acme/tiny-GGUF");
        var file = repo.AddGenerated("tiny-Q4_K_M.gguf", 1_000_003);

        using var resolved = await GetAsync("acme/tiny-GGUF/resolve/main/tiny-Q4_K_M.gguf");
        using var request = new HttpRequestMessage(HttpMethod.Get, resolved.Headers.Location);
        request.Headers.Range = new RangeHeaderValue(10, 1_000_002);
        using var part = await _client.SendAsync(request, Patience.Token);
        var bytes = await part.Content.ReadAsByteArrayAsync(Patience.Token);

        Assert.Equal(HttpStatusCode.Redirect, resolved.StatusCode);
        Assert.Equal($"\"{file.Sha256}\"", resolved.Headers.GetValues("X-Linked-Etag").Single());
        Assert.Equal("1000003", resolved.Headers.GetValues("X-Linked-Size").Single());
        Assert.Equal(repo.Commit, resolved.Headers.GetValues("X-Repo-Commit").Single());
        Assert.Equal(_hub.CdnEndpoint.Port, resolved.Headers.Location!.Port);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"\"{file.XetHash}\"", part.Headers.ETag!.Tag);
        Assert.Equal("bytes 10-1000002/1000003", part.Content.Headers.ContentRange!.ToString());
        var whole = new byte[1_000_003];
        file.Content.Read(0, whole);
        Assert.Equal(whole[10..], bytes);
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(whole)));
        Assert.Equal(1_000_003 - 10, _hub.ServedBytes);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(_hub.Endpoint, path), Patience.Token);
}
