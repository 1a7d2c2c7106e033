namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>A ternary model beside a dense one, in the published program.</summary>
public sealed class TernaryModelTests
{
    /// <summary>Somewhere in this story two tokens are as likely as each other, but for what rounding decides.</summary>
    private const string EvenlyMatched = "Tell me about a red ball.";

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData(HostProgram.InProcess)]
    [InlineData(HostProgram.Front)]
    public async Task Its_stories_are_the_references_word_for_word(HostProgram program)
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);
        await host.AskAsync(DemoModel.Ternary.LoadRequest(), Timeout);

        foreach (var reference in JsonNode.Parse(await File.ReadAllTextAsync(Repository.TernaryStories, Timeout))!.AsArray().Where(
            reference => reference!["messages"]![0]!["content"]!.ToString() != EvenlyMatched))
        {
            var story = await host.AskAsync(
                new JsonObject
                {
                    ["action"] = "generate",
                    ["messages"] = reference!["messages"]!.DeepClone(),
                    ["settings"] = new JsonObject { ["temperature"] = 0, ["max_new_tokens"] = 400 },
                },
                Timeout);

            Assert.Equal(reference["text"]!.ToString(), story.Payload["output"]?.ToString());
        }
    }

    [Fact]
    public async Task Both_engines_hold_their_models_side_by_side()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);

        foreach (var model in (DemoModel[])[DemoModel.Dense, DemoModel.Ternary, DemoModel.Dense])
        {
            var load = await host.AskAsync(model.LoadRequest(), Timeout);
            Assert.Equal(model.Backend, load.Payload["backend"]?.ToString());
            var story = await host.AskAsync(Requests.GenerateStory(), Timeout);
            Assert.StartsWith("Once upon a time", story.Payload["output"]!.ToString().TrimStart(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Its_vocabulary_leaves_no_file_behind()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);

        var load = await host.AskAsync(DemoModel.Ternary.LoadRequest(), Timeout);

        Assert.Equal("workerReady", load.Type);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(home.Folder, "*", SearchOption.AllDirectories),
            path => path.EndsWith(".gguf", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_speed_is_measured_on_its_engine()
    {
        await using var home = new TemporaryHome();
        await using var bench = HostProcess.Start(home, "bench", DemoModel.Ternary.Path, "--runs", "1", "--tokens", "16");

        var printed = JsonNode.Parse(string.Join('\n', await bench.PrintedLinesAsync(Timeout)))!;

        Assert.Equal(DemoModel.Ternary.Backend, printed["backend"]?.ToString());
        Assert.All(
            ["host", "bare"],
            who => Assert.True(printed[who]!["tokensPerSecond"]!.GetValue<double>() > 0, printed.ToJsonString()));
    }
}
