namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Models come, are looked at and go by the verbs of the published program, over a hub that this test is.</summary>
public sealed class ModelVerbTests : IAsyncLifetime
{
    private const string Model = "acme/small-GGUF";
    private const string Token = "hf_ThisIsTheTokenOfSomebodyWhoTypes12345";
    private const int Ok = 0;
    private const int Failed = 1;

    private readonly TemporaryHome _home = new();
    private FakeHub _hub = null!;

    private static CancellationToken Timeout => Patience.Token;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        _home.Variables["HF_ENDPOINT"] = _hub.Endpoint.AbsoluteUri;
        var repo = _hub.AddRepo(Model);
        repo.AddFile("small-Q4_K_M.gguf", await File.ReadAllBytesAsync(Repository.StoryModel, Timeout), isLfs: true);
        repo.AddGenerated("small-Q8_0.gguf", 20_000_000);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_model_is_planned_pulled_listed_told_to_and_deleted()
    {
        var plan = await TypeAsync(Ok, "pull", Model, "--plan");
        Assert.Contains("small-Q4_K_M.gguf", plan, StringComparison.Ordinal);
        Assert.Equal(0, _hub.ServedBytes);

        var pulled = await TypeAsync(Ok, "pull", Model);
        Assert.Contains("Here, verified, 4.1 MB", pulled, StringComparison.Ordinal);
        Assert.Contains("Already here, verified: ", await TypeAsync(Ok, "pull", $"{Model}:q4_k_m"), StringComparison.Ordinal);
        var path = JsonNode.Parse(await TypeAsync(Ok, "pull", Model, "--json"))!["path"]!.ToString();
        Assert.Equal(await File.ReadAllBytesAsync(Repository.StoryModel, Timeout), await File.ReadAllBytesAsync(path, Timeout));

        Assert.Contains($"{Model}:Q4_K_M", await TypeAsync(Ok, "list"), StringComparison.Ordinal);
        Assert.Equal("verified", JsonNode.Parse(await TypeAsync(Ok, "list", "--json"))!["models"]![0]!["state"]!.ToString());
        Assert.Contains("good", await TypeAsync(Ok, "verify", Model), StringComparison.Ordinal);
        Assert.Contains("* is what tabagent pull", await TypeAsync(Ok, "show", Model), StringComparison.Ordinal);
        var shown = JsonNode.Parse(await TypeAsync(Ok, "show", $"{Model}:Q4_K_M", "--json"))!;
        Assert.Equal(("TabAgent Story", path), (shown["header"]!["name"]!.ToString(), shown["path"]!.ToString()));
        await using (var host = HostProcess.StartAsBrowser(_home, HostProgram.InProcess))
        {
            Assert.Equal("workerReady", (await host.AskAsync(new JsonObject { ["action"] = "load_model", ["modelPath"] = $"{Model}:Q4_K_M" }, Timeout)).Type);
        }

        Assert.NotNull(JsonNode.Parse(await TypeAsync(Ok, "list", "--json"))!["models"]![0]!["lastUsed"]);

        Assert.Contains("Deleted 1 file", await TypeAsync(Ok, "rm", $"{Model}:Q4_K_M"), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        Assert.Contains("There is no model", await TypeAsync(Ok, "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_comes_through_a_pipe()
    {
        _hub.AddToken(Token);

        Assert.Contains("is alice's.", await TypeInAsync(Ok, $"{Token}\n", "token", "set"), StringComparison.Ordinal);
        Assert.Equal("alice", JsonNode.Parse(await TypeAsync(Ok, "token", "status", "--json"))!["userName"]!.ToString());
        Assert.Contains("forgotten", await TypeAsync(Ok, "token", "clear"), StringComparison.Ordinal);
        Assert.Contains("There is no token", await TypeAsync(Ok, "token", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_talks_to_a_model_that_is_not_here_gets_it_first()
    {
        await using var chat = Start("chat", $"{Model}:Q4_K_M", "--temperature", "0");
        await chat.SendBytesAsync("Tell me a story about a dog.\n\n"u8.ToArray(), Timeout);
        var said = string.Join("\n", await chat.PrintedLinesAsync(Timeout));

        Assert.Matches(@"\[#+\] 100 %", said);
        Assert.Contains("Once upon a time", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_found_by_its_name()
    {
        Assert.Contains(Model, await TypeAsync(Ok, "search", "small"), StringComparison.Ordinal);
        Assert.Contains("no GGUF model", await TypeAsync(Ok, "search", "nothing-of-the-kind"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_that_was_killed_goes_on_where_it_was()
    {
        _hub.TotalRate = 8_000_000;
        await using (var killed = Start("pull", $"{Model}:Q8_0"))
        {
            while (_hub.ServedBytes < 12_000_000)
            {
                await Task.Delay(5, Timeout);
            }

            ProcessSignal.Send(killed.Pid, ProcessSignal.Kill);
        }

        Assert.Contains("0 bytes are free again", await TypeAsync(Ok, "gc"), StringComparison.Ordinal);
        Assert.Contains("MB would be free again", await TypeAsync(Ok, "gc", "--days", "0", "--dry-run"), StringComparison.Ordinal);
        var before = _hub.ServedBytes;
        _hub.TotalRate = null;
        await TypeAsync(Ok, "pull", $"{Model}:Q8_0");

        Assert.InRange(_hub.ServedBytes - before, 1, 16_000_000);
    }

    [Fact]
    public async Task What_cannot_be_pulled_is_told_with_what_to_do()
    {
        _hub.AddRepo("acme/gated-GGUF").AddGenerated("gated-Q4_K_M.gguf", 100_000);
        _hub.AddRepo("acme/gated-GGUF").Gate = Gate.Auto;

        Assert.Contains("It has Q8_0, Q4_K_M", await TypeAsync(Failed, "pull", $"{Model}:Q9_9"), StringComparison.Ordinal);
        Assert.Contains("tabagent token set", await TypeAsync(Failed, "pull", "acme/gated-GGUF"), StringComparison.Ordinal);
        Assert.Contains("no address of a model", await TypeAsync(Failed, "pull", "nothing"), StringComparison.Ordinal);
        Assert.Contains("tabagent list", await TypeAsync(Failed, "rm", $"{Model}:Q4_K_M"), StringComparison.Ordinal);
    }

    private HostProcess Start(params string[] arguments)
        => HostProcess.Start(_home, arguments);

    /// <returns>What it printed; of a failure its complaints.</returns>
    private Task<string> TypeAsync(int exitCode, params string[] arguments) => TypeInAsync(exitCode, "", arguments);

    /// <summary>The same with something on stdin.</summary>
    private async Task<string> TypeInAsync(int exitCode, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Published(), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        _home.Give(start);
        using var verb = Process.Start(start)!;
        await verb.StandardInput.WriteAsync(input);
        verb.StandardInput.Close();
        var errors = verb.StandardError.ReadToEndAsync(Timeout);
        var output = await verb.StandardOutput.ReadToEndAsync(Timeout);
        await verb.WaitForExitAsync(Timeout);
        Assert.True(verb.ExitCode == exitCode, $"{string.Join(' ', arguments)}: {verb.ExitCode}\n{output}\n{await errors}");
        return exitCode == Ok ? output : await errors;
    }
}
