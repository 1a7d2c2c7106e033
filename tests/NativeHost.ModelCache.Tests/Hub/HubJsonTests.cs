using NativeHost.ModelCache.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>Answers that are no answers, and redirects of the API.</summary>
public sealed class HubJsonTests
{
    private const string Info = "{\"sha\":\"" + HubBed.Commit + "\"}";

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{\"sha\":")]
    [InlineData("{\"sha\":\"" + HubBed.Commit + "\"} more")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("{\"sha\":null}")]
    [InlineData("{\"sha\":5}")]
    [InlineData("{\"sha\":\"main\"}")]
    [InlineData("{\"sha\":\"\\ud800\"}")]
    [InlineData("{\"sha\":\"0123456789abcdef0123456789abcdef0123456g\"}")]
    [InlineData("{\"token\":" + HubBed.Token + "}")]
    public async Task What_is_no_description_of_a_repository_is_refused(string body)
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson(body), token: HubBed.Token);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => InfoAsync(bed)));
    }

    [Fact]
    public async Task A_login_page_of_the_network_is_named_as_such()
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson(Info, ("Content-Type", "text/html; charset=utf-8")));

        var failure = await HubBed.FailsAsync(() => InfoAsync(bed));

        Assert.Equal(CacheFault.HubFailed, failure.Fault);
        Assert.Contains("a web page", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_left_after_sixteen_megabytes()
    {
        var endless = new EndlessStream();
        using var bed = new HubBed(new ScriptedServer().Then(_ => ScriptedServer.Answer(200, new StreamContent(endless))));

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => InfoAsync(bed)));
        Assert.InRange(endless.Given, 16 * 1024 * 1024, 17 * 1024 * 1024);
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson(new string('[', 100_000)));

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => InfoAsync(bed)));
    }

    [Fact]
    public async Task Everything_that_a_description_may_hold_is_read()
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson(
            $$$"""
            {"sha":"{{{HubBed.Commit}}}","gated":"auto","private":true,"disabled":true,"downloads":12,"likes":3,"lastModified":"2026-02-03T04:05:06.000Z",
             "cardData":{"license":["mit","apache-2.0"]},"gguf":{"architecture":"llama","total":1235814432,"context_length":131072}}
            """));

        var description = (await InfoAsync(bed)).Description;

        Assert.Equal(
            new RepoDescription
            {
                Gate = RepoGate.Automatic,
                IsPrivate = true,
                IsDisabled = true,
                Downloads = 12,
                Likes = 3,
                LastModified = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
                License = "mit, apache-2.0",
                Gguf = new GgufHints("llama", 1235814432, 131072),
            },
            description);
    }

    [Theory]
    [InlineData("\"gated\":false", RepoGate.None)]
    [InlineData("\"gated\":null", RepoGate.None)]
    [InlineData("\"gated\":\"manual\"", RepoGate.Manual)]
    [InlineData("\"gated\":\"by letter\"", RepoGate.Manual)]
    [InlineData("\"gated\":true", RepoGate.Manual)]
    public async Task A_gate_of_an_unknown_kind_is_one(string field, RepoGate gate)
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson($"{{\"sha\":\"{HubBed.Commit}\",{field}}}"));

        Assert.Equal(gate, (await InfoAsync(bed)).Description.Gate);
    }

    [Theory]
    [InlineData("\"tags\":[\"gguf\",7,\"license:mit\"]", "mit")]
    [InlineData("\"cardData\":{\"license\":\"mit\"},\"tags\":[\"license:other\"]", "mit")]
    [InlineData("\"cardData\":7,\"tags\":8", null)]
    [InlineData("\"cardData\":{\"license\":\"a\\u001b[31m\"}", null)]
    [InlineData("\"cardData\":{\"license\":\"\\ud800\"}", null)]
    [InlineData("\"downloads\":\"many\",\"likes\":1e99,\"lastModified\":\"soon\",\"gguf\":[],\"private\":\"no\"", null)]
    public async Task What_is_not_needed_may_be_missing_or_wrong(string fields, string? license)
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson($"{{\"sha\":\"{HubBed.Commit}\",{fields}}}"));

        Assert.Equal(new RepoDescription { License = license }, (await InfoAsync(bed)).Description);
    }

    [Fact]
    public async Task The_token_follows_redirects_on_the_hub_and_leaves_no_other_way()
    {
        var server = new ScriptedServer()
            .ThenRedirect("/api/models/acme/renamed")
            .ThenRedirect("https://other.example.org/api")
            .ThenRedirect("https://huggingface.co/api/again")
            .ThenJson(Info);
        using var bed = new HubBed(server, token: HubBed.Token);

        await InfoAsync(bed);

        Assert.Equal(
            [true, true, false, false],
            server.Requests.Select(request => request.Authorization == $"Bearer {HubBed.Token}"));
        Assert.Equal("https://huggingface.co/api/models/acme/renamed", server.Requests[1].Address.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://huggingface.co/api")]
    [InlineData("http://127.0.0.1/api")]
    [InlineData("ftp://huggingface.co/api")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:word@huggingface.co/api")]
    [InlineData("https://[bad")]
    [InlineData("")]
    public async Task Redirects_to_where_nothing_is_safe_are_not_followed(string location)
    {
        var server = new ScriptedServer().ThenRedirect(location);
        using var bed = new HubBed(server, token: HubBed.Token);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => InfoAsync(bed)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        var server = new ScriptedServer().Always(_ => ScriptedServer.Answer(307, "", ("Location", "/api/round")));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => InfoAsync(bed)));
        Assert.Equal(11, server.Requests.Count);
    }

    [Fact]
    public async Task Search_leaves_out_what_is_no_repository_and_keeps_to_the_limit()
    {
        var server = new ScriptedServer().ThenJson("""[{"id":"../x"},{"id":"a/b","downloads":5},7,{"modelId":"c/d","gated":"manual"},{"id":"e/f"}]""");
        using var bed = new HubBed(server);

        var hits = await bed.Client.SearchAsync("tiny & small?", 2, Patience.Token);

        Assert.Equal(["a/b", "c/d"], hits.Select(hit => hit.Repo.ToString()));
        Assert.Equal(5, hits[0].Description.Downloads);
        Assert.Equal(RepoGate.Manual, hits[1].Description.Gate);
        Assert.Contains("search=tiny%20%26%20small%3F&", server.Requests[0].Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refs/pr/1", "/revision/refs%2Fpr%2F1?")]
    [InlineData("v1.0+x y", null)]
    [InlineData("..", null)]
    [InlineData("a/../b", null)]
    [InlineData("a..b", null)]
    [InlineData(".hidden", null)]
    [InlineData("a.", null)]
    [InlineData("a/./b", null)]
    [InlineData("", null)]
    [InlineData("a\nb", null)]
    [InlineData("a?b", null)]
    [InlineData("v1.0-\u00fc", "/revision/v1.0-%C3%BC?")]
    public async Task A_revision_is_one_segment_and_cannot_leave_its_place(string revision, string? asked)
    {
        var server = new ScriptedServer().ThenJson(Info);
        using var bed = new HubBed(server);

        if (asked is null)
        {
            Assert.Equal(CacheFault.InvalidAddress, await HubBed.FaultAsync(() => bed.Client.InfoAsync(HubBed.Repo, revision, Patience.Token)));
            Assert.Empty(server.Requests);
        }
        else
        {
            await bed.Client.InfoAsync(HubBed.Repo, revision, Patience.Token);
            Assert.Contains(asked, server.Requests[0].Address.AbsoluteUri, StringComparison.Ordinal);
        }
    }

    private static Task<RepoInfo> InfoAsync(HubBed bed) => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token);

    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
