using System.Text;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>The published executable over plain pipes: what it serves, and what it never writes.</summary>
public sealed class PipeTests
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData(HostProcess.Origin)]
    [InlineData(HostProcess.Origin, "--parent-window=0")]
    [InlineData("serve")]
    public async Task A_ping_in_a_frame_is_answered_in_a_frame(params string[] arguments)
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, arguments);

        var pong = await host.AskAsync(Requests.Ping(), Timeout);

        Assert.Equal("success", pong.Status);
        Assert.Equal("pong", pong.Final["response"]?.ToString());
        Assert.Equal(host.Pid, pong.Final["pid"]?.GetValue<int>());
    }

    [Fact]
    public async Task A_line_of_JSON_piped_in_by_hand_is_answered_with_a_line()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, "serve", "--json-lines");

        await host.SendBytesAsync(Encoding.UTF8.GetBytes("""{"action":"ping"}""" + "\n"), Timeout);
        host.EndInput();
        var lines = await host.PrintedLinesAsync(Timeout);

        Assert.Equal("pong", JsonNode.Parse(Assert.Single(lines))!["response"]?.ToString());
        Assert.Equal(0, await host.ExitAsync(ExitPatience, Timeout));
    }

    [Fact]
    public async Task A_load_and_a_generate_piped_in_by_hand_tell_the_whole_story()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, "serve", "--json-lines");

        var script = $"{Requests.LoadStoryModel().ToJsonString()}\n{Requests.GenerateStory().ToJsonString()}\n";
        await host.SendBytesAsync(Encoding.UTF8.GetBytes(script), Timeout);
        host.EndInput();
        var lines = await host.PrintedLinesAsync(Timeout);

        var last = JsonNode.Parse(lines[^1])!;
        Assert.Equal("generationComplete", last["type"]?.ToString());
        Assert.Contains("Once upon a time", last["payload"]!["output"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await host.ExitAsync(ExitPatience, Timeout));
    }

    [Fact]
    public async Task Help_names_the_verbs()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, "--help");

        host.EndInput();
        var help = string.Join('\n', await host.PrintedLinesAsync(Timeout));

        Assert.Equal(0, await host.ExitAsync(ExitPatience, Timeout));
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        Assert.All(["serve", "demo", "register", "unregister", "doctor", "status", "stop"], verb => Assert.Contains(verb, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relative_name_is_found_in_the_models_folder_by_hand_as_well()
    {
        await using var home = new TemporaryHome();
        Directory.CreateDirectory(home.Models);
        File.Copy(Repository.StoryModel, Path.Combine(home.Models, "story.gguf"));
        await using var host = HostProcess.Start(home, "serve");

        var load = await host.AskAsync(new JsonObject { ["action"] = "load_model", ["modelPath"] = "story.gguf" }, Timeout);

        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
    }
}
