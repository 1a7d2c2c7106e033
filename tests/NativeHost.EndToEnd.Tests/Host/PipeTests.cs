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
    public async Task Nothing_but_frames_reaches_stdout_while_a_model_is_loaded_and_speaks()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, HostProcess.Origin);

        var load = await host.AskAsync(Requests.LoadStoryModel(), Timeout);
        var story = await host.AskAsync(Requests.GenerateStory(), Timeout);
        host.EndInput();
        var rest = await host.ReceiveAllAsync(Timeout);

        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
        Assert.NotEmpty(load.EventsOf("modelWorkerLoadingProgress"));
        Assert.True(story.Type == "generationComplete", story.Final.ToJsonString());
        Assert.True(story.EventsOf("generationUpdate").Count >= 20);
        Assert.Empty(rest);
        Assert.Equal(0, await host.ExitAsync(ExitPatience, Timeout));
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

    [Theory]
    [InlineData(HostProcess.Origin)]
    [InlineData("serve")]
    public async Task A_relative_name_is_found_in_the_models_folder(params string[] arguments)
    {
        await using var home = new TemporaryHome();
        Directory.CreateDirectory(home.Models);
        File.Copy(Repository.StoryModel, Path.Combine(home.Models, "story.gguf"));
        await using var host = HostProcess.Start(home, arguments);

        var load = await host.AskAsync(new JsonObject { ["action"] = "load_model", ["modelPath"] = "story.gguf" }, Timeout);

        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
    }

    [Fact]
    public async Task Where_a_GPU_is_asked_for_and_there_is_none_the_processor_computes_and_the_answer_says_so()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, HostProcess.Origin);
        var request = Requests.LoadStoryModel();
        request["settings"] = new JsonObject { ["n_gpu_layers"] = 99 };

        // What is published for the check has no plugin for a GPU.
        var load = await host.AskAsync(request, Timeout);

        var payload = load.Final["payload"]!;
        Assert.Equal("llama_cpp_cpu", payload["backend"]?.ToString());
        Assert.Equal(0, payload["gpu_layers"]?.GetValue<int>());
        Assert.Contains("No GPU was found", payload["notes"]!.ToJsonString(), StringComparison.Ordinal);
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
        Assert.All(["serve", "demo", "register", "unregister", "doctor"], verb => Assert.Contains(verb, help, StringComparison.Ordinal));
    }
}
