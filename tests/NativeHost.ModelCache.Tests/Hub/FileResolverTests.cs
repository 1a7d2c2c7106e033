using NativeHost.ModelCache.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>Where the bytes are, as hubs, mirrors and what lies between them say it.</summary>
public sealed class FileResolverTests
{
    private const string Sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string XetHash = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
    private const string GitOid = "89abcdef0123456789abcdef0123456789abcdef";
    private const string Signed = "https://cdn.example.org/x?Expires=1&Signature=abc";
    private const string Path = "sub/möde l#1.gguf";

    private static readonly (string, string)[] Linked = [("X-Repo-Commit", HubBed.Commit), ("X-Linked-Size", "7"), ("X-Linked-Etag", $"\"{Sha256}\"")];

    [Fact]
    public async Task A_large_file_is_at_the_other_server_which_is_not_asked()
    {
        var server = new ScriptedServer().ThenRedirect(Signed, Linked);

        var file = await ResolveAsync(server);

        Assert.Equal((Signed, 7, Sha256, HubBed.Commit, false), (file.Location.AbsoluteUri, file.Size, file.Content.Hex, file.Commit, file.TakesToken));
        var request = Assert.Single(server.Requests);
        Assert.Equal("HEAD", request.Method);
        Assert.Equal($"https://huggingface.co/acme/tiny-GGUF/resolve/{HubBed.Commit}/sub/m%C3%B6de%20l%231.gguf", request.Address.AbsoluteUri);
        Assert.Equal($"Bearer {HubBed.Token}", request.Authorization);
    }

    [Fact]
    public async Task A_small_file_is_at_the_hub_itself_which_may_see_the_token()
    {
        var server = new ScriptedServer()
            .ThenRedirect("/api/resolve-cache/x?etag=1", ("X-Repo-Commit", HubBed.Commit))
            .Then(200, ("ETag", $"W/\"{GitOid}\""), ("Content-Length", "0"));

        var file = await ResolveAsync(server);

        Assert.Equal(("https://huggingface.co/api/resolve-cache/x?etag=1", 0, GitOid, true), (file.Location.AbsoluteUri, file.Size, file.Content.Hex, file.TakesToken));
        Assert.All(server.Requests, request => Assert.Equal(("HEAD", $"Bearer {HubBed.Token}"), (request.Method, request.Authorization)));
    }

    [Fact]
    public async Task What_the_hub_promised_counts_more_than_what_a_server_behind_it_says()
    {
        var server = new ScriptedServer().ThenRedirect("/files/x", Linked).Then(200, ("ETag", $"\"{XetHash}\""), ("Content-Length", "9"));

        var file = await ResolveAsync(server);

        Assert.Equal((Sha256, 7), (file.Content.Hex, file.Size));
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    [InlineData(400)]
    [InlineData(403)]
    public async Task Where_HEAD_is_refused_the_first_byte_is_asked_for(int status)
    {
        var server = new ScriptedServer().Then(status).ThenRedirect(Signed, Linked);

        Assert.Equal(7, (await ResolveAsync(server)).Size);
        Assert.Equal([("HEAD", null), ("GET", "bytes=0-0")], server.Requests.Select(request => (request.Method, request.Range)));
    }

    [Fact]
    public async Task A_refusal_by_the_hub_itself_is_not_asked_twice()
    {
        var server = new ScriptedServer().Then(403, ("X-Error-Code", "GatedRepo"));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.GatedAccept, await HubBed.FaultAsync(() => AskAsync(bed)));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(206, "bytes 0-0/42", "1", 42)]
    [InlineData(200, null, "42", 42)]
    [InlineData(416, "bytes */0", "0", 0)]
    public async Task The_size_is_what_the_answer_to_the_first_byte_says(int status, string? contentRange, string contentLength, long size)
    {
        var server = new ScriptedServer()
            .Then(405)
            .Then(status, [("ETag", $"\"{GitOid}\""), ("Content-Length", contentLength), .. contentRange is null ? [] : new[] { ("Content-Range", contentRange) }]);

        Assert.Equal(size, (await ResolveAsync(server)).Size);
    }

    [Fact]
    public async Task A_size_of_packed_bytes_is_none()
    {
        var server = new ScriptedServer()
            .Then(200, ("ETag", $"\"{GitOid}\""), ("Content-Length", "20"), ("Content-Encoding", "gzip"))
            .Then(206, ("ETag", $"\"{GitOid}\""), ("Content-Range", "bytes 0-0/42"));

        Assert.Equal(42, (await ResolveAsync(server)).Size);
    }

    [Theory]
    [InlineData(206, "ETag", GitOid, "Content-Range", "bytes 0-0/*")]
    [InlineData(206, "ETag", GitOid, "Content-Range", "bytes 0-0/1125899906842625")]
    [InlineData(200, "ETag", "none", "Content-Length", "5")]
    [InlineData(200, "ETag", GitOid, "Content-Encoding", "br")]
    [InlineData(302, "X-Linked-Etag", Sha256, "Location", Signed)]
    [InlineData(302, "X-Linked-Size", "7", "Location", Signed)]
    [InlineData(302, "X-Linked-Etag", Sha256, "X-Linked-Size", "7")]
    [InlineData(416, "ETag", GitOid, "Content-Range", "bytes */7")]
    [InlineData(204, "ETag", GitOid, "Content-Length", "5")]
    public async Task An_answer_without_a_size_or_a_hash_or_a_place_is_refused(int status, string name, string value, string otherName, string otherValue)
    {
        var server = new ScriptedServer().Then(405).Then(status, (name, value), (otherName, otherValue));
        using var bed = new HubBed(server, token: HubBed.Token);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => AskAsync(bed)));
    }

    [Theory]
    [InlineData("-7")]
    [InlineData("7.0")]
    [InlineData("seven")]
    [InlineData("1125899906842625")]
    [InlineData("99999999999999999999")]
    public async Task A_size_that_is_none_is_refused(string size)
    {
        var server = new ScriptedServer().ThenRedirect(Signed, ("X-Linked-Size", size), ("X-Linked-Etag", Sha256));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => AskAsync(bed)));
    }

    [Fact]
    public async Task A_file_of_another_commit_is_not_the_file()
    {
        var server = new ScriptedServer().ThenRedirect(Signed, [("X-Repo-Commit", "ffffffffffffffffffffffffffffffffffffffff"), .. Linked[1..]]);
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.UpstreamChanged, await HubBed.FaultAsync(() => AskAsync(bed)));
    }

    [Theory]
    [InlineData("http://cdn.example.org/x?Signature=abc")]
    [InlineData("http://huggingface.co/x?Signature=abc")]
    [InlineData("http://127.0.0.1/x?Signature=abc")]
    [InlineData("ftp://cdn.example.org/x?Signature=abc")]
    [InlineData("https://user:word@cdn.example.org/x?Signature=abc")]
    public async Task No_file_is_taken_from_where_anybody_could_change_it(string location)
    {
        var server = new ScriptedServer().ThenRedirect(location, Linked);
        using var bed = new HubBed(server, token: HubBed.Token);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => AskAsync(bed)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_hub_on_this_machine_may_name_another_server_on_it()
    {
        var server = new ScriptedServer().ThenRedirect("http://localhost:9000/x", Linked);
        using var bed = new HubBed(server, new Uri("http://127.0.0.1:8000/"));

        Assert.False((await AskAsync(bed)).TakesToken);
    }

    [Fact]
    public async Task A_hub_on_this_machine_may_not_name_a_server_elsewhere_without_encryption()
    {
        using var bed = new HubBed(new ScriptedServer().ThenRedirect("http://cdn.example.org/x", Linked), new Uri("http://127.0.0.1:8000/"));

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => AskAsync(bed)));
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        var server = new ScriptedServer().Always(request => ScriptedServer.Answer(302, "", ("Location", request.RequestUri!.AbsoluteUri)));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => AskAsync(bed)));
        Assert.Equal(11, server.Requests.Count);
    }

    [Theory]
    [InlineData("main", "a")]
    [InlineData(HubBed.Commit, "../a")]
    [InlineData(HubBed.Commit, "")]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567", "a")]
    public async Task Only_files_of_a_commit_can_be_asked_for(string commit, string path)
    {
        using var bed = new HubBed(new ScriptedServer());

        Assert.Equal(CacheFault.InvalidAddress, await HubBed.FaultAsync(() => bed.Client.ResolveAsync(HubBed.Repo, commit, path, Patience.Token)));
    }

    private static async Task<ResolvedFile> ResolveAsync(ScriptedServer server)
    {
        using var bed = new HubBed(server, token: HubBed.Token);
        return await AskAsync(bed);
    }

    private static Task<ResolvedFile> AskAsync(HubBed bed) => bed.Client.ResolveAsync(HubBed.Repo, HubBed.Commit, Path, Patience.Token);
}
