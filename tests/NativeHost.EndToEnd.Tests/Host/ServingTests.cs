namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>What a browser starts, over plain pipes: what it serves, with which engine, and what it never writes.</summary>
public abstract class ServingTests(HostProgram program, DemoModel model)
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Nothing_but_frames_reaches_stdout_while_a_model_is_loaded_and_speaks()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);

        var load = await host.AskAsync(model.LoadRequest(), Timeout);
        var story = await host.AskAsync(Requests.GenerateStory(), Timeout);
        host.EndInput();
        var rest = await host.ReceiveAllAsync(Timeout);

        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
        Assert.Equal(model.Backend, load.Payload["backend"]?.ToString());
        Assert.NotEmpty(load.EventsOf("modelWorkerLoadingProgress"));
        Assert.True(story.Type == "generationComplete", story.Final.ToJsonString());
        Assert.True(story.EventsOf("generationUpdate").Count >= 20);
        Assert.Empty(rest);
        Assert.Equal(0, await host.ExitAsync(ExitPatience, Timeout));
    }

    [Fact]
    public async Task A_relative_name_is_found_in_the_models_folder()
    {
        await using var home = new TemporaryHome();
        Directory.CreateDirectory(home.Models);
        File.Copy(model.Path, Path.Combine(home.Models, "story.gguf"));
        await using var host = HostProcess.StartAsBrowser(home, program);

        var load = await host.AskAsync(new JsonObject { ["action"] = "load_model", ["modelPath"] = "story.gguf" }, Timeout);

        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
    }

    [Fact]
    public async Task Where_a_GPU_is_asked_for_and_there_is_none_the_processor_computes_and_the_answer_says_so()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);
        var request = model.LoadRequest();
        request["settings"] = new JsonObject { ["n_gpu_layers"] = 99 };

        // What is published for the check has no plugin for a GPU.
        var load = await host.AskAsync(request, Timeout);

        var payload = load.Final["payload"]!;
        Assert.Equal(model.Backend, payload["backend"]?.ToString());
        Assert.Equal(0, payload["gpu_layers"]?.GetValue<int>());
        Assert.Contains("GPU", Assert.Single(payload["notes"]!.AsArray())!.ToString(), StringComparison.Ordinal);
    }
}

public sealed class HostServingTests() : ServingTests(HostProgram.InProcess, DemoModel.Dense);

public sealed class FrontServingTests() : ServingTests(HostProgram.Front, DemoModel.Dense);

public sealed class TernaryHostServingTests() : ServingTests(HostProgram.InProcess, DemoModel.Ternary);

public sealed class TernaryFrontServingTests() : ServingTests(HostProgram.Front, DemoModel.Ternary);
