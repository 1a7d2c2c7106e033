using System.Text.Json;
using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.LmStudio;

/// <summary>What is said of LM Studio, and what is done with its server.</summary>
public sealed class LmStudioTests : IAsyncDisposable
{
    private const string Models = """
        {"object": "list", "data": [
          {"id": "nomic-embed", "type": "embeddings", "state": "loaded"},
          {"id": "other", "type": "llm", "state": "not-loaded"},
          {"id": "qwen/qwen3-4b", "type": "llm", "state": "loaded"},
          {"type": "llm", "state": "loaded"}, 7
        ]}
        """;

    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    private readonly FakeLmStudio _studio = new();

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Where_there_is_none_that_is_all_that_is_said()
    {
        _studio.Answer = _ => FakeLmStudio.Status(500);

        var payload = (await AskAsync("check_lmstudio")).GetProperty("payload");

        Assert.Equal(
            $$"""{"installed":false,"bootstrapped":false,"server_running":false,"api_endpoint":"{{Text(_studio.Endpoint)}}","lms_path":null,"current_model":null,"reason":"the server does not run"}""",
            payload.GetRawText());
    }

    [Theory]
    [InlineData("check_lmstudio")]
    [InlineData("lmstudio_status")]
    public async Task Of_a_server_that_runs_the_language_model_in_its_memory_is_told(string action)
    {
        _studio.Install();
        _studio.Answer = path => path switch
        {
            "/v1/models" => FakeLmStudio.Status(200, "{}"),
            "/api/v0/models" => FakeLmStudio.Status(200, Models),
            _ => FakeLmStudio.Status(404),
        };

        var payload = (await AskAsync(action, Extension)).GetProperty("payload");

        Assert.Equal(
            $$"""{"installed":true,"bootstrapped":true,"server_running":true,"api_endpoint":"{{Text(_studio.Endpoint)}}","lms_path":"{{_studio.Tool}}","current_model":"qwen/qwen3-4b","loaded_models":["qwen/qwen3-4b","nomic-embed"]}""",
            payload.GetRawText());
        Assert.Empty(_studio.ToolCalls);
    }

    [Theory]
    [InlineData(404, "", "the server does not say which models are loaded")]
    [InlineData(200, "no JSON", "the server does not say which models are loaded")]
    [InlineData(200, "[]", "the server does not say which models are loaded")]
    [InlineData(200, """{"data": {}}""", "the server does not say which models are loaded")]
    [InlineData(200, """{"data": []}""", "no language model is loaded")]
    [InlineData(200, """{"data": [{"id": "e", "type": "embeddings", "state": "loaded"}]}""", "no language model is loaded")]
    public async Task Why_no_model_is_told_is_told(int status, string body, string reason)
    {
        _studio.Answer = path => path == "/v1/models" ? FakeLmStudio.Status(200) : FakeLmStudio.Status(status, body);

        var payload = (await AskAsync("check_lmstudio")).GetProperty("payload");

        Assert.True(payload.GetProperty("server_running").GetBoolean());
        Assert.Equal(JsonValueKind.Null, payload.GetProperty("current_model").ValueKind);
        Assert.Equal(reason, payload.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public async Task A_server_that_wants_a_token_runs_and_one_that_fails_does_not(int status, bool isRunning)
    {
        _studio.Answer = _ => FakeLmStudio.Status(status);

        Assert.Equal(isRunning, (await AskAsync("check_lmstudio")).GetProperty("payload").GetProperty("server_running").GetBoolean());
    }

    [Fact]
    public async Task It_is_followed_nowhere_else_and_a_list_without_end_is_not_read()
    {
        var asked = new List<string>();
        _studio.Answer = path =>
        {
            lock (asked)
            {
                asked.Add(path);
            }

            return path == "/v1/models" ? FakeLmStudio.Status(302, headers: $"Location: {_studio.Endpoint}elsewhere\r\n") : FakeLmStudio.Status(200);
        };
        var redirected = (await AskAsync("check_lmstudio")).GetProperty("payload");

        _studio.Answer = path => path == "/v1/models"
            ? FakeLmStudio.Status(200)
            : FakeLmStudio.Status(200, $$"""{"data": [{"id": "a", "type": "llm", "state": "loaded"}], "more": "{{new string('x', 2_000_000)}}"}""");
        var large = (await AskAsync("check_lmstudio")).GetProperty("payload");

        Assert.False(redirected.GetProperty("server_running").GetBoolean());
        Assert.Equal(["/v1/models"], asked);
        Assert.Equal("the server does not say which models are loaded", large.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_waited_for_two_seconds()
    {
        var asked = new TaskCompletionSource();
        var time = new ManualTime();
        _studio.Answer = _ =>
        {
            asked.TrySetResult();
            return null;
        };
        await using var host = _studio.NewHost(time);
        await using var client = new Dialogue(host, Timeout);
        await client.SayAsync("""{"action":"check_lmstudio"}""");
        await asked.Task.WaitAsync(Timeout);

        time.Advance(TimeSpan.FromSeconds(2));

        var payload = (await client.HearFinalAsync()).GetProperty("payload");
        Assert.False(payload.GetProperty("server_running").GetBoolean());
        Assert.Equal("the server does not answer", payload.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_folder_that_was_moved_is_found_by_its_pointer()
    {
        _studio.Install(folder: "elsewhere", isBootstrapped: false);
        _studio.Write($"{_studio.Home}\n", ".lmstudio-home-pointer");

        var payload = (await AskAsync("check_lmstudio")).GetProperty("payload");

        Assert.Equal(_studio.Tool, payload.GetProperty("lms_path").GetString());
        Assert.False(payload.GetProperty("bootstrapped").GetBoolean());
    }

    [Fact]
    public async Task It_is_started_once_and_waited_for()
    {
        // It goes on beside us, as a server does, until the test is over.
        _studio.Install($"echo up > '{_studio.UserFolder}/up'; while [ -d '{_studio.UserFolder}' ]; do sleep 0.1; done");
        _studio.Answer = _ => FakeLmStudio.Status(File.Exists(Path.Combine(_studio.UserFolder, "up")) ? 200 : 500);
        await using var host = _studio.NewHost();
        await using var first = new Dialogue(host, Timeout);
        await using var second = new Dialogue(host, Timeout);

        await first.SayAsync("""{"action":"start_lmstudio"}""");
        await second.SayAsync("""{"action":"start_lmstudio"}""");
        JsonElement[] answers = [await first.HearFinalAsync(), await second.HearFinalAsync()];

        Assert.All(answers, answer => Assert.Equal(
            $$$"""{"status":"success","message":"LM Studio server is running","payload":{"server_running":true,"api_endpoint":"{{{Text(_studio.Endpoint)}}}"}}""",
            answer.GetRawText()));
        Assert.Equal(["server start"], _studio.ToolCalls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_does_not_come_up_within_ten_seconds_is_told(bool isSilent)
    {
        _studio.Install();
        _studio.Answer = _ => isSilent ? null : FakeLmStudio.Status(500);

        var (answer, took) = await AskInTimeAsync("start_lmstudio", isSilent ? TimeSpan.FromSeconds(2) : TimeSpan.Zero);

        Assert.Equal("lm_studio_failed", CodeOf(answer));
        Assert.Equal("Failed to start LM Studio server", answer.GetProperty("message").GetString());
        Assert.StartsWith("It does not answer", AdviceOf(answer), StringComparison.Ordinal);
        Assert.InRange(took, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
        await ToolWasCalledAsync(1);
        Assert.Equal(["server start"], _studio.ToolCalls);
    }

    [Fact]
    public async Task What_is_missing_is_told_in_the_originals_words_and_nothing_is_started()
    {
        var notInstalled = await AskAsync("start_lmstudio");
        _studio.Install(isBootstrapped: false);
        var notBootstrapped = await AskAsync("start_lmstudio");
        TemporaryFolder.SetMode(_studio.Tool, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        var unsafeTool = await AskAsync("start_lmstudio");

        Assert.Equal(("lm_studio_not_installed", "LM Studio is not installed"), (CodeOf(notInstalled), notInstalled.GetProperty("message").GetString()));
        Assert.Equal("lm_studio_not_bootstrapped", CodeOf(notBootstrapped));
        Assert.Equal("LM Studio CLI not bootstrapped. Run: lms bootstrap", notBootstrapped.GetProperty("message").GetString());
        Assert.Equal("lm_studio_failed", CodeOf(unsafeTool));
        Assert.Equal("Failed to start LM Studio server", unsafeTool.GetProperty("message").GetString());
        Assert.Contains("everybody may write", AdviceOf(unsafeTool), StringComparison.Ordinal);
        Assert.Empty(_studio.ToolCalls);
    }

    [Fact]
    public async Task It_is_stopped_by_its_tool()
    {
        _studio.Install();

        var answer = await AskAsync("stop_lmstudio");

        Assert.Equal(("success", "LM Studio server stopped"), (answer.GetProperty("status").GetString(), answer.GetProperty("message").GetString()));
        Assert.False(answer.GetProperty("payload").GetProperty("server_running").GetBoolean());
        Assert.Equal(["server stop"], _studio.ToolCalls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_there_still_when_its_tool_is_done_has_not_stopped(bool isSilent)
    {
        _studio.Install();
        _studio.Answer = _ => isSilent ? null : FakeLmStudio.Status(200);

        var (answer, took) = await AskInTimeAsync("stop_lmstudio", TimeSpan.Zero);

        Assert.Equal("lm_studio_failed", CodeOf(answer));
        Assert.Equal("Failed to stop LM Studio server", answer.GetProperty("message").GetString());
        Assert.StartsWith("It is still there", AdviceOf(answer), StringComparison.Ordinal);
        Assert.InRange(took, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task A_tool_that_fails_or_hangs_is_told()
    {
        _studio.Install("exit 1");
        var failed = await AskAsync("stop_lmstudio");

        _studio.Install("sleep 1000");
        var time = new ManualTime();
        await using var host = _studio.NewHost(time);
        await using var client = new Dialogue(host, Timeout);
        await client.SayAsync("""{"action":"stop_lmstudio"}""");
        await ToolWasCalledAsync(2);

        time.Advance(TimeSpan.FromSeconds(10));
        var hanging = await client.HearFinalAsync();

        Assert.All([failed, hanging], answer => Assert.Equal(("lm_studio_failed", "Failed to stop LM Studio server"), (CodeOf(answer), answer.GetProperty("message").GetString())));
        Assert.Equal(("lms ended with 1.", "lms took over ten seconds."), (AdviceOf(failed), AdviceOf(hanging)));
    }

    [Theory]
    [InlineData("start_lmstudio")]
    [InlineData("stop_lmstudio")]
    public async Task An_extension_needs_the_users_permission(string action)
    {
        _studio.Install($"case $2 in start) echo up > '{_studio.UserFolder}/up';; esac");
        _studio.Answer = _ => FakeLmStudio.Status(File.Exists(Path.Combine(_studio.UserFolder, "up")) ? 200 : 500);

        var refused = await AskAsync(action, Extension);
        var callsBefore = _studio.ToolCalls.Count;
        await new GrantStore(_studio.ConfigFolder, TimeProvider.System).GiveAsync(Extension.Origin, GrantKind.LmStudio, Timeout);
        var allowed = await AskAsync(action, Extension);

        Assert.Equal(("grant_required", "lm_studio", 0), (CodeOf(refused), refused.GetProperty("details").GetProperty("grant").GetString(), callsBefore));
        Assert.Equal("success", allowed.GetProperty("status").GetString());
        Assert.Single(_studio.ToolCalls);
    }

    public async ValueTask DisposeAsync() => await _studio.DisposeAsync();

    private static string Text(Uri endpoint) => endpoint.AbsoluteUri.TrimEnd('/');

    private static string? AdviceOf(JsonElement answer) => answer.GetProperty("details").GetProperty("advice").GetString();

    private static string? CodeOf(JsonElement answer) => answer.TryGetProperty("code", out var code) ? code.GetString() : null;

    private async Task ToolWasCalledAsync(int times)
    {
        var timeout = Timeout;
        while (_studio.ToolCalls.Count < times)
        {
            await Task.Delay(5, timeout);
        }
    }

    private async Task<JsonElement> AskAsync(string action, Caller? caller = null, TimeProvider? time = null)
    {
        await using var host = _studio.NewHost(time);
        await using var client = new Dialogue(host, Timeout, caller: caller ?? Caller.Local);
        return await client.AskAsync($$"""{"action":"{{action}}"}""");
    }

    /// <summary>Asks, and moves the clock by half seconds while the server is waited for.</summary>
    /// <param name="firstLook">How long the server is asked before anything is done.</param>
    /// <returns>The answer, and how far the clock came.</returns>
    private async Task<(JsonElement Answer, TimeSpan Took)> AskInTimeAsync(string action, TimeSpan firstLook)
    {
        // The whole wait and a look or a pause in it; a tool that is at work is waited for alone.
        const int Waiting = 2;
        var time = new ManualTime();
        await using var host = _studio.NewHost(time);
        await using var client = new Dialogue(host, Timeout);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        await client.SayAsync($$"""{"action":"{{action}}"}""");
        var answer = client.HearFinalAsync();
        if (firstLook > TimeSpan.Zero)
        {
            await time.AdvanceAsync(firstLook, waiting: 1, over.Token);
        }

        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, time.AdvanceAsync(TimeSpan.FromSeconds(0.5), Waiting, over.Token));
        }

        await over.CancelAsync();
        return (await answer, time.GetUtcNow() - DateTimeOffset.UnixEpoch);
    }
}
