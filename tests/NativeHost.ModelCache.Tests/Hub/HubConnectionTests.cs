using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>What every request carries, and who may see the token.</summary>
public sealed class HubConnectionTests
{
    [Theory]
    [InlineData("https://huggingface.co/api/models", true)]
    [InlineData("https://HuggingFace.co:443/x", true)]
    [InlineData("http://huggingface.co/x", false)]
    [InlineData("http://huggingface.co:443/x", false)]
    [InlineData("https://huggingface.co:8443/x", false)]
    [InlineData("https://huggingface.co.example.org/x", false)]
    [InlineData("https://cdn-lfs.huggingface.co/x", false)]
    [InlineData("https://example.org/?https://huggingface.co", false)]
    [InlineData("https://huggingface.co@example.org/", false)]
    public void Only_the_hub_itself_gets_the_token(string address, bool gets)
    {
        using var bed = new HubBed(new ScriptedServer(), token: HubBed.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);

        bed.Connection.AddToken(request);

        Assert.Equal(gets ? $"Bearer {HubBed.Token}" : null, request.Headers.Authorization?.ToString());
    }

    [Fact]
    public async Task Where_the_user_forbids_it_the_token_goes_along_only_when_it_is_asked_about()
    {
        var server = new ScriptedServer().ThenJson($$"""{"sha":"{{HubBed.Commit}}"}""").ThenJson("""{"name":"alice"}""");
        using var bed = new HubBed(server, token: HubBed.Token, environment: ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"));

        await bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token);
        var status = await bed.Client.TokenStatusAsync(Patience.Token);

        Assert.Equal([null, $"Bearer {HubBed.Token}"], server.Requests.Select(request => request.Authorization));
        Assert.False(status.IsSent);
        Assert.Equal("alice", status.UserName);
    }

    [Theory]
    [InlineData("a\\u001b[2J")]
    [InlineData("")]
    public async Task A_user_without_a_name_that_can_be_shown_is_none(string name)
    {
        using var bed = new HubBed(new ScriptedServer().ThenJson($$"""{"name":"{{name}}"}"""), token: HubBed.Token);

        Assert.Equal(CacheFault.HubFailed, await HubBed.FaultAsync(() => bed.Client.WhoAmIAsync(Patience.Token)));
    }

    [Fact]
    public async Task Without_a_token_nobody_is_asked_whose_it_is()
    {
        var server = new ScriptedServer();
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.TokenInvalid, await HubBed.FaultAsync(() => bed.Client.WhoAmIAsync(Patience.Token)));
        Assert.Equal(new(ModelCache.Hub.TokenSource.None, null, IsSent: true, null, null), await bed.Client.TokenStatusAsync(Patience.Token));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_hub_that_is_out_of_order_says_nothing_about_the_token()
    {
        using var bed = new HubBed(new ScriptedServer().Always(_ => ScriptedServer.Answer(503, "")), token: HubBed.Token);

        Assert.Null((await bed.Client.TokenStatusAsync(Patience.Token)).IsAccepted);
    }
}
