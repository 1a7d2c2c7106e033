using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>What a broken engine costs: one model's work, and nothing else.</summary>
[SupportedOSPlatform("linux")]
public sealed class WorkerTests
{
    private const int Aborted = ProcessSignal.SegmentationFault;
    private const int Killed = ProcessSignal.Kill;

    /// <summary>Answers behind the first, so that a stream is at work for long enough.</summary>
    private const int Queued = 5;

    /// <summary>Answers of one extension that run at once.</summary>
    private const int RunningAtOnce = 4;

    private static readonly TimeSpan SignalPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData(Aborted)]
    [InlineData(Killed)]
    public async Task A_worker_that_dies_in_mid_answer_is_told_and_the_next_request_loads_its_model_again(int signal)
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var worker = await LoadAsync(host, Repository.StoryModel);
        await BeginAsync(host, "doomed", Repository.StoryModel);
        for (var i = 0; i < Queued; i++)
        {
            await host.SendFrameAsync(Rambling($"queued {i}", Repository.StoryModel), Timeout);
        }

        do
        {
            // The runtime takes the first fault for one of its own, and runs the instruction again: a real one comes again as well.
            ProcessSignal.Send(worker, signal);
        }
        while (!await Polling.ProcessGoneAsync(worker, SignalPause, Timeout));

        var clock = Stopwatch.StartNew();
        TimeSpan? told = null;
        List<string?> codes = [];
        while (codes.Count < Queued + 1)
        {
            var frame = (await host.ReceiveAsync(Timeout))!;
            if (frame["status"] is not null)
            {
                codes.Add(frame["code"]?.ToString());
                told ??= codes[^1] is null ? null : clock.Elapsed;
            }
        }

        // Those that had begun, as many as an extension may have at once; the others were answered by the next worker.
        Assert.InRange(codes.Count(code => code is not null), 1, RunningAtOnce);
        Assert.All(codes.OfType<string>(), code => Assert.Equal("engine_crashed", code));
        Assert.Contains(null, codes);
        Assert.True(told < AtOnce, $"The error took {told}.");
    }

    [Fact]
    public async Task The_other_models_stream_never_pauses()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var other = Path.Combine(home.Folder, "other.gguf");
        File.Copy(Repository.StoryModel, other);
        var doomed = await LoadAsync(host, Repository.StoryModel);
        var spared = await LoadAsync(host, other);
        Assert.NotEqual(doomed, spared);
        await BeginAsync(host, "doomed", Repository.StoryModel);
        await BeginAsync(host, "spared", other);
        for (var i = 0; i < Queued; i++)
        {
            await host.SendFrameAsync(Rambling($"doomed {i}", Repository.StoryModel), Timeout);
            await host.SendFrameAsync(Rambling($"spared {i}", other), Timeout);
        }

        ProcessSignal.Send(doomed, Killed);
        var finals = new Dictionary<string, JsonObject>();
        var tokensAfter = 0;
        while (finals.Keys.Count(id => id.Contains(' ')) < 2 * Queued)
        {
            var frame = (await host.ReceiveAsync(Timeout))!;
            var id = frame["requestId"]!.ToString();
            if (frame["status"] is not null)
            {
                finals.Add(id, frame);
            }
            else if (id.StartsWith("spared", StringComparison.Ordinal))
            {
                tokensAfter++;
            }
        }

        Assert.Contains(finals, final => final.Key.StartsWith("doomed", StringComparison.Ordinal) && final.Value["code"]?.ToString() == "engine_crashed");
        Assert.All(finals, final => Assert.True(
            final.Key.StartsWith("doomed", StringComparison.Ordinal) || final.Value["status"]?.ToString() == "success", final.Value.ToJsonString()));
        Assert.True(tokensAfter > 20, $"Only {tokensAfter} frames came from the other model.");
        Assert.True(Polling.IsRunning(spared));

        // It was one crash, however many requests it took with it: the model may still be used.
        Assert.Equal("generationComplete", (await host.AskAsync(Requests.GenerateStory(), Timeout)).Type);
    }

    [Fact]
    public async Task Three_crashes_in_a_row_are_reported_and_a_load_by_hand_helps()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        await LoadAsync(host, Repository.StoryModel);
        var refusal = await CrashUntilRefusedAsync(home, host);

        Assert.Contains("3 times in a row", refusal["message"]?.ToString(), StringComparison.Ordinal);
        Assert.False(Polling.IsRunning(await WorkerAsync(host)));

        await host.AskAsync(new JsonObject { ["action"] = "unload_model" }, Timeout);
        await LoadAsync(host, Repository.StoryModel);
        Assert.Equal("generationComplete", (await host.AskAsync(Requests.GenerateStory(), Timeout)).Type);
    }

    [Fact]
    public async Task After_three_crashes_a_load_by_hand_helps_where_another_caller_holds_the_model_as_well()
    {
        await using var home = new TemporaryHome();
        await using var other = HostProcess.StartAsBrowser(home, HostProgram.Front, $"chrome-extension://{new string('b', 32)}/");
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        await LoadAsync(other, Repository.StoryModel);
        await LoadAsync(host, Repository.StoryModel);
        await CrashUntilRefusedAsync(home, host);

        await LoadAsync(host, Repository.StoryModel);

        Assert.Equal("generationComplete", (await host.AskAsync(Requests.GenerateStory(), Timeout)).Type);
        Assert.Equal("generationComplete", (await other.AskAsync(Requests.GenerateStory(), Timeout)).Type);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_ended_when_it_does_not_stop()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var worker = await LoadAsync(host, Repository.StoryModel);
        await BeginOnStoppedAsync(host, worker, "hung");

        await host.SendFrameAsync(Requests.Stop().ToJsonString(), Timeout);
        var final = await FinalOfAsync(host, "hung");

        Assert.Equal("engine_crashed", final["code"]?.ToString());
        Assert.Contains("did not stop", final["message"]?.ToString(), StringComparison.Ordinal);
        Assert.Equal("generationComplete", (await host.AskAsync(Requests.GenerateStory(), Timeout)).Type);
    }

    [Fact]
    public async Task A_worker_that_is_suspended_and_resumed_goes_on()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var worker = await LoadAsync(host, Repository.StoryModel);
        await BeginOnStoppedAsync(host, worker, "suspended");

        await Task.Delay(TimeSpan.FromSeconds(2), Timeout);
        ProcessSignal.Send(worker, ProcessSignal.Continue);

        Assert.Equal("success", (await FinalOfAsync(host, "suspended"))["status"]?.ToString());
    }

    [Fact]
    public async Task An_unload_ends_the_worker_and_so_does_the_end_of_a_killed_broker()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var unloaded = await LoadAsync(host, Repository.StoryModel);
        await host.AskAsync(new JsonObject { ["action"] = "unload_model" }, Timeout);
        Assert.False(Polling.IsRunning(unloaded));

        var orphan = await LoadAsync(host, Repository.StoryModel);
        var broker = (await host.AskAsync(Requests.Ping(), Timeout)).Final["pid"]!.GetValue<int>();
        ProcessSignal.Send(broker, Killed);

        Assert.True(await Polling.ProcessGoneAsync(orphan, AtOnce, Timeout), "The worker outlived its broker.");

        // The first may reach the front before it has noticed, and is then told so.
        var pong = await host.AskAsync(Requests.Ping(), Timeout);
        pong = pong.Final["code"]?.ToString() == "broker_lost" ? await host.AskAsync(Requests.Ping(), Timeout) : pong;
        Assert.Equal("pong", pong.Final["response"]?.ToString());
    }

    [Fact]
    public async Task A_suspended_worker_does_not_outlive_a_killed_broker()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var worker = await LoadAsync(host, Repository.StoryModel);
        var broker = (await host.AskAsync(Requests.Ping(), Timeout)).Final["pid"]!.GetValue<int>();

        ProcessSignal.Send(worker, ProcessSignal.Stop);
        ProcessSignal.Send(broker, Killed);

        Assert.True(await Polling.ProcessGoneAsync(worker, AtOnce, Timeout), "The worker outlived its broker.");
    }

    /// <summary>Kills every worker before it can answer, until the model is not loaded again unasked.</summary>
    /// <returns>The refusal.</returns>
    private static async Task<JsonObject> CrashUntilRefusedAsync(TemporaryHome home, HostProcess host)
    {
        while (true)
        {
            KillWorkers(home);
            var asked = host.AskAsync(Requests.GenerateStory(), Timeout);
            while (!asked.IsCompleted)
            {
                KillWorkers(home);
                await Task.Delay(1, Timeout);
            }

            var final = (await asked).Final;
            Assert.Equal("engine_crashed", final["code"]?.ToString());
            if (final["message"]!.ToString().Contains("in a row", StringComparison.Ordinal))
            {
                return final;
            }
        }
    }

    private static void KillWorkers(TemporaryHome home)
    {
        foreach (var worker in Polling.ProcessesIn(home).Where(process => process.Role == HomeProcess.Worker))
        {
            ProcessSignal.TrySend(worker.Pid, Killed);
        }
    }

    /// <returns>The worker's process id.</returns>
    private static async Task<int> LoadAsync(HostProcess host, string model)
    {
        var load = await host.AskAsync(new JsonObject { ["action"] = "load_model", ["modelPath"] = model }, Timeout);
        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
        return load.Payload["pid"]!.GetValue<int>();
    }

    private static async Task<int> WorkerAsync(HostProcess host)
    {
        await host.SendFrameAsync("""{"action":"get_model_state","requestId":"state"}""", Timeout);
        return (await FinalOfAsync(host, "state"))["payload"]!["pid"]!.GetValue<int>();
    }

    /// <summary>Begins a long answer, and waits for its first token.</summary>
    private static async Task BeginAsync(HostProcess host, string requestId, string model)
    {
        await host.SendFrameAsync(Rambling(requestId, model), Timeout);
        JsonObject frame;
        do
        {
            frame = (await host.ReceiveAsync(Timeout))!;
        }
        while (frame["payload"]?["phase"]?.ToString() != "decode" || frame["requestId"]?.ToString() != requestId);
    }

    /// <summary>Suspends the worker, and lets an answer begin on it: whatever comes then finds it at work.</summary>
    private static async Task BeginOnStoppedAsync(HostProcess host, int worker, string requestId)
    {
        ProcessSignal.Send(worker, ProcessSignal.Stop);
        await host.SendFrameAsync(Rambling(requestId, Repository.StoryModel), Timeout);
        JsonObject list;
        do
        {
            await host.SendFrameAsync("""{"action":"list_streams","requestId":"list"}""", Timeout);
            list = await FinalOfAsync(host, "list");
        }
        while (list["payload"]!["streams"]!.AsArray() is not [{ } stream] || stream["state"]!.ToString() != "running");
    }

    private static string Rambling(string requestId, string model)
    {
        var request = Requests.GenerateRambling(seed: 3);
        request["requestId"] = requestId;
        request["modelPath"] = model;
        return request.ToJsonString();
    }

    private static async Task<JsonObject> FinalOfAsync(HostProcess host, string requestId)
    {
        while (true)
        {
            var frame = await host.ReceiveAsync(Timeout) ?? throw new HostFailedException("The host ended.");
            if (frame["requestId"]?.ToString() == requestId && frame["status"] is not null)
            {
                return frame;
            }
        }
    }
}
