using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>What the hub says when it refuses, and what we tell the person.</summary>
public sealed class HubErrorsTests
{
    private const string InvalidUser = "Invalid username or password.";
    private const string BadCredentials = "Invalid credentials in Authorization header";

    [Theory]
    [InlineData(401, null, InvalidUser, false, CacheFault.RepositoryNotFound, "https://huggingface.co/settings/tokens")]
    [InlineData(404, "RepoNotFound", "Repository not found", true, CacheFault.RepositoryNotFound, "https://huggingface.co/settings/tokens")]
    [InlineData(401, "RepoNotFound", InvalidUser, true, CacheFault.RepositoryNotFound, "acme/tiny-GGUF")]
    [InlineData(404, null, null, false, CacheFault.RepositoryNotFound, "acme/tiny-GGUF")]
    [InlineData(401, null, BadCredentials, true, CacheFault.TokenInvalid, "clear the token")]
    [InlineData(401, "GatedRepo", "Access to model acme/tiny-GGUF is restricted. Please log in.", false, CacheFault.GatedLogin, "https://huggingface.co/acme/tiny-GGUF")]
    [InlineData(403, "GatedRepo", "you are not in the authorized list", true, CacheFault.GatedAccept, "https://huggingface.co/acme/tiny-GGUF")]
    [InlineData(404, "RevisionNotFound", "Invalid rev id: main", false, CacheFault.RevisionNotFound, "\"main\"")]
    [InlineData(404, "EntryNotFound", "Entry not found", false, CacheFault.FileNotFound, "acme/tiny-GGUF")]
    [InlineData(403, null, "Access to this resource is disabled.", false, CacheFault.RepositoryNotFound, "closed")]
    [InlineData(403, null, "No such right", true, CacheFault.HubFailed, "No such right")]
    [InlineData(400, null, "Bad request", false, CacheFault.HubFailed, "status 400")]
    [InlineData(407, null, null, false, CacheFault.Network, "http://user:password@host:port")]
    [InlineData(418, null, null, false, CacheFault.HubFailed, "status 418")]
    [InlineData(501, null, null, false, CacheFault.Network, "status 501")]
    public async Task A_refusal_says_what_to_do(int status, string? code, string? message, bool hasToken, CacheFault fault, string said)
    {
        var server = new ScriptedServer().Then(status, Headers(code, message, ("X-Request-Id", "Root=1-abc")));
        using var bed = new HubBed(server, token: hasToken ? HubBed.Token : null);

        var failure = await HubBed.FailsAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token));

        Assert.Equal(fault, failure.Fault);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Equal("Root=1-abc", failure.RequestId);
        Assert.Single(server.Requests);
        Assert.Empty(bed.Time.Waits);
    }

    [Theory]
    [InlineData(404, "EntryNotFound", CacheFault.FileNotFound)]
    [InlineData(404, null, CacheFault.FileNotFound)]
    [InlineData(404, "RepoNotFound", CacheFault.RepositoryNotFound)]
    [InlineData(404, "RevisionNotFound", CacheFault.RevisionNotFound)]
    [InlineData(401, "GatedRepo", CacheFault.GatedLogin)]
    [InlineData(403, "GatedRepo", CacheFault.GatedAccept)]
    [InlineData(410, null, CacheFault.RepositoryNotFound)]
    [InlineData(416, null, CacheFault.HubFailed)]
    public async Task A_file_that_cannot_be_had_is_told_apart(int status, string? code, CacheFault fault)
    {
        var server = new ScriptedServer().Then(status, Headers(code, "refused"));
        using var bed = new HubBed(server);

        var failure = await HubBed.FailsAsync(() => bed.Client.ResolveAsync(HubBed.Repo, HubBed.Commit, "a/b.gguf", Patience.Token));

        Assert.Equal(fault, failure.Fault);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("X-Amzn-Trace-Id", "Root=1-67; Parent=2", "Root=1-67; Parent=2")]
    [InlineData("X-Amz-Cf-Id", "abc==", "abc==")]
    [InlineData("X-Other", "abc", null)]
    public async Task The_requests_name_is_where_the_hub_puts_it(string header, string value, string? id)
    {
        var server = new ScriptedServer().Then(404, (header, value));
        using var bed = new HubBed(server);

        Assert.Equal(id, (await HubBed.FailsAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token))).RequestId);
    }

    [Theory]
    [InlineData("no " + HubBed.Token)]
    [InlineData("go to https://cdn.example.org/a?Expires=1&Signature=abc and see")]
    public async Task What_a_hub_says_back_is_not_repeated(string words)
    {
        var server = new ScriptedServer().Then(400, ("X-Error-Message", words), ("X-Request-Id", words));
        using var bed = new HubBed(server, token: HubBed.Token);

        var failure = await HubBed.FailsAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token));

        Assert.Contains(words.Split(' ')[0], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_words_of_a_hub_are_cut()
    {
        var server = new ScriptedServer().Then(400, ("X-Error-Message", new string('x', 5000)));
        using var bed = new HubBed(server);

        Assert.InRange((await HubBed.FailsAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token))).Message.Length, 200, 500);
    }

    [Fact]
    public async Task The_body_of_a_refusal_is_not_even_read()
    {
        var server = new ScriptedServer().Then(_ => ScriptedServer.Answer(404, new StreamContent(new UnreadableStream())));
        using var bed = new HubBed(server);

        Assert.Equal(CacheFault.RepositoryNotFound, await HubBed.FaultAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token)));
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE")]
    [InlineData("TRANSFORMERS_OFFLINE")]
    public async Task Offline_nothing_is_asked(string variable)
    {
        var server = new ScriptedServer();
        using var bed = new HubBed(server, token: HubBed.Token, environment: (variable, "1"));

        Assert.Equal(CacheFault.Offline, await HubBed.FaultAsync(() => bed.Client.InfoAsync(HubBed.Repo, "main", Patience.Token)));
        Assert.Equal(CacheFault.Offline, await HubBed.FaultAsync(() => bed.Client.ListAsync(HubBed.Repo, HubBed.Commit, Patience.Token)));
        Assert.Equal(CacheFault.Offline, await HubBed.FaultAsync(() => bed.Client.ResolveAsync(HubBed.Repo, HubBed.Commit, "a", Patience.Token)));
        Assert.Equal(CacheFault.Offline, await HubBed.FaultAsync(() => bed.Client.SearchAsync("a", 3, Patience.Token)));
        Assert.Equal(CacheFault.Offline, await HubBed.FaultAsync(() => bed.Client.WhoAmIAsync(Patience.Token)));
        Assert.Null((await bed.Client.TokenStatusAsync(Patience.Token)).IsAccepted);
        Assert.Empty(server.Requests);
    }

    private static (string, string)[] Headers(string? code, string? message, params (string, string)[] others)
        => [.. others, .. code is null ? [] : new[] { ("X-Error-Code", code) }, .. message is null ? [] : new[] { ("X-Error-Message", message) }];

    private sealed class UnreadableStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("It was read.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException("It was read.");
    }
}
