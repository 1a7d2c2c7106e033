using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>Listings that a hub writes wrongly.</summary>
public sealed class RepoTreeTests
{
    private const string Sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string GitOid = "89abcdef0123456789abcdef0123456789abcdef";
    private const string Page = "https://huggingface.co/api/models/acme/tiny-GGUF/tree/" + HubBed.Commit;

    [Fact]
    public async Task Large_files_are_known_by_their_content_and_small_ones_by_what_git_calls_them()
    {
        var listing = await ListAsync(
            $$"""
            [{"type":"directory","oid":"{{GitOid}}","size":0,"path":"UD-Q4"},
             {"type":"file","oid":"{{GitOid}}","size":7,"path":"UD-Q4/möde l.gguf","lfs":{"oid":"{{Sha256}}","size":7,"pointerSize":134},"xetHash":"x"},
             {"type":"file","oid":"{{GitOid}}","size":0,"path":".gitattributes"},
             {"type":"submodule","oid":"{{GitOid}}","size":0,"path":"sub"}]
            """);

        Assert.Equal(
            [("UD-Q4/möde l.gguf", 7, Sha256), (".gitattributes", 0, GitOid)],
            listing.Files.Select(file => (file.Path, file.Size, file.Content.Hex)));
        Assert.Equal(HubBed.Commit, listing.Commit);
    }

    [Fact]
    public async Task Paths_that_could_leave_their_folder_are_left_out()
    {
        string[] paths = ["../a", "/etc/passwd", "a/../../b", "C:\\\\a", "a//b", "nul.gguf", "a\\u0000b", "", "good.gguf"];

        var listing = await ListAsync($"[{string.Join(',', paths.Select(path => File(path)))}]");

        Assert.Equal(["good.gguf"], listing.Files.Select(file => file.Path));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[7]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":"file"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":1}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":1,"path":"\ud800"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":-1,"path":"a"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":1.5,"path":"a"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":"1","path":"a"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":1125899906842625,"path":"a"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":99999999999999999999,"path":"a"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef","size":1,"path":"a"}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":1,"path":"a","lfs":{"size":1}}]""")]
    [InlineData("""[{"type":"file","oid":"89abcdef0123456789abcdef0123456789abcdef","size":1,"path":"a","lfs":true}]""")]
    [InlineData("""[{"type":"file","oid":"8","size":1,"path":"a","lfs":{"oid":"89abcdef0123456789abcdef0123456789abcdef","size":1}}]""")]
    [InlineData("""[{"type":"file","oid":"8","size":1,"path":"a","lfs":{"oid":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","size":2}}]""")]
    public async Task A_list_with_a_file_that_is_none_is_refused(string page)
        => Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => ListAsync(page)));

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, CacheFault.HubFailed)]
    public async Task A_file_that_comes_twice_has_to_be_the_same(long sizeOfSecond, CacheFault? fault)
    {
        var page = $"[{File("a")},{File("a", sizeOfSecond)}]";

        if (fault is null)
        {
            Assert.Single((await ListAsync(page)).Files);
        }
        else
        {
            Assert.Equal(fault, await HubBed.FaultAsync(() => ListAsync(page)));
        }
    }

    [Theory]
    [InlineData($"<{Page}?cursor=2>; rel=\"next\"")]
    [InlineData($"<{Page}?cursor=2>;rel=next")]
    [InlineData($"<{Page}?cursor=1>; rel=\"prev\", <{Page}?cursor=2,3>; title=\"x\"; rel=\"next\"")]
    [InlineData($"</api/models/acme/tiny-GGUF/tree/{HubBed.Commit}?cursor=2>; rel=\"next\"")]
    public async Task The_list_goes_on_where_the_hub_says(string link)
    {
        var server = new ScriptedServer().ThenJson($"[{File("b")}]", ("Link", link)).ThenJson($"[{File("a")}]");
        using var bed = new HubBed(server, token: HubBed.Token);

        var listing = await bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token);

        Assert.Equal(["b", "a"], listing.Files.Select(file => file.Path));
        Assert.StartsWith($"{Page}?cursor=2", server.Requests[1].Address.AbsoluteUri, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Equal($"Bearer {HubBed.Token}", request.Authorization));
    }

    [Theory]
    [InlineData("https://evil.example.org/api/models/acme/tiny-GGUF/tree/" + HubBed.Commit)]
    [InlineData("http://huggingface.co/api/models/acme/tiny-GGUF/tree/" + HubBed.Commit)]
    [InlineData("https://huggingface.co:444/api/models/acme/tiny-GGUF/tree/" + HubBed.Commit)]
    [InlineData("https://a@huggingface.co/api/models/acme/tiny-GGUF/tree/" + HubBed.Commit)]
    [InlineData("https://huggingface.co/api/models/acme/tiny-GGUF/tree/main?cursor=2")]
    [InlineData("https://huggingface.co/api/models/acme/tiny-GGUF/tree/ffffffffffffffffffffffffffffffffffffffff?cursor=2")]
    [InlineData("")]
    public async Task A_list_that_goes_on_elsewhere_is_refused(string next)
    {
        var server = new ScriptedServer().ThenJson($"[{File("a")}]", ("Link", $"<{next}>; rel=\"next\""));
        using var bed = new HubBed(server, token: HubBed.Token);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_list_that_goes_round_in_circles_ends()
    {
        var server = new ScriptedServer().Always(_ => ScriptedServer.Answer(200, "[]", ("Link", $"<{Page}?cursor=2>; rel=\"next\"")));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token)));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_list_without_end_ends()
    {
        var pages = 0;
        var server = new ScriptedServer().Always(_ => ScriptedServer.Answer(200, "[]", ("Link", $"<{Page}?cursor={++pages}>; rel=\"next\"")));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token)));
        Assert.Equal(1000, pages);
    }

    [Fact]
    public async Task A_list_of_too_many_files_is_refused()
    {
        var pages = 0;
        var server = new ScriptedServer().Always(_ => ScriptedServer.Answer(
            200,
            $"[{string.Join(',', Enumerable.Range(0, 30_000).Select(i => File($"{pages}/{i}")))}]",
            ("Link", $"<{Page}?cursor={++pages}>; rel=\"next\"")));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token)));
        Assert.Equal(4, pages);
    }

    private static string File(string path, long size = 1) => $"{{\"type\":\"file\",\"oid\":\"{GitOid}\",\"size\":{size},\"path\":\"{path}\"}}";

    private static async Task<RepoListing> ListAsync(string page)
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson(page));
        return await bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token);
    }
}
