namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>The main job as an extension does it: connect, load, a story, a story that is stopped, a story again, disconnect.</summary>
/// <param name="program">The file that the browser starts.</param>
/// <param name="model">What tells the stories.</param>
internal sealed class StoryDialogue(ExtensionWorker worker, string hostName, string program, DemoModel model)
{
    // The demo model is so fast that an answer can end before the stop that its third event caused has arrived.
    private const int StopAttempts = 10;

    // A browser kills a host that is still there 2.0 s after the port was closed; a good one is gone by itself before.
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(1.8);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var port = await worker.OpenPortAsync(hostName, cancellationToken);
        await PingAsync(port, cancellationToken);

        await LoadAsync(port, cancellationToken);
        var story = await GenerateAsync(port, cancellationToken);
        await StopInMidStreamAsync(port, cancellationToken);
        Assert.Equal(story, await GenerateAsync(port, cancellationToken));
        Assert.Empty(await worker.StrayFramesAsync(port, cancellationToken));

        await AskOnceWithoutEventsAsync(cancellationToken);
        await worker.ClosePortAsync(port, cancellationToken);
        Assert.True(
            await Polling.ProgramGoneAsync(program, ExitPatience, cancellationToken),
            $"{program} still ran {ExitPatience.TotalSeconds} s after its port was closed.");
    }

    private async Task PingAsync(int port, CancellationToken cancellationToken)
    {
        var pong = await worker.AskAsync(port, Requests.Ping(), cancellationToken);
        Assert.Equal("success", pong.Status);
        Assert.Equal("pong", pong.Final["response"]?.ToString());
        Assert.NotEmpty(Polling.ProcessesOf(program));
    }

    private async Task LoadAsync(int port, CancellationToken cancellationToken)
    {
        var load = await worker.AskAsync(port, model.LoadRequest(), cancellationToken);
        Assert.True(load.Status == "success", load.Final.ToJsonString());
        Assert.Equal("workerReady", load.Type);
        Assert.True(load.Payload["isReady"]!.GetValue<bool>());
        Assert.Equal((model.Path, model.Backend), (load.Payload["modelPath"]?.ToString(), load.Payload["backend"]?.ToString()));

        var progress = load.EventsOf("modelWorkerLoadingProgress")
            .Select(e => e["payload"]!["progress"]!.GetValue<double>()).ToList();
        Assert.NotEmpty(progress);
        Assert.All(progress, p => Assert.InRange(p, 0, 100));
        Assert.Equal(progress.Order(), progress);
    }

    /// <returns>The story.</returns>
    private async Task<string> GenerateAsync(int port, CancellationToken cancellationToken)
    {
        var generation = await worker.AskAsync(port, Requests.GenerateStory(), cancellationToken);
        Assert.True(generation.Status == "success", generation.Final.ToJsonString());
        Assert.Equal("generationComplete", generation.Type);

        var updates = generation.EventsOf("generationUpdate");
        var story = generation.Payload["output"]!.ToString();
        Assert.True(updates.Count >= 20, $"Only {updates.Count} updates came before the final frame.");
        Assert.StartsWith("Once upon a time", story.TrimStart(), StringComparison.Ordinal);
        Assert.Equal(story, TextOf(updates));
        Assert.Equal(story, generation.Payload["generatedText"]?.ToString());
        return story;
    }

    private async Task StopInMidStreamAsync(int port, CancellationToken cancellationToken)
    {
        InterruptedExchange exchange;
        var attempt = 0;
        do
        {
            attempt++;
            exchange = await worker.AskThenInterruptAsync(
                port, Requests.GenerateRambling(seed: attempt), eventsBefore: 3, Requests.Stop(), cancellationToken);
        }
        while (exchange.Interrupted.Type == "generationComplete" && attempt < StopAttempts);

        var generation = exchange.Interrupted;
        Assert.Equal("success", exchange.Interruption.Status);
        Assert.Equal("success", generation.Status);
        Assert.Equal("generationStopped", generation.Type);
        Assert.Equal("stopped", generation.Payload["stopReason"]?.ToString());
        Assert.Equal(TextOf(generation.EventsOf("generationUpdate")), generation.Payload["output"]?.ToString());
    }

    // A browser delivers only the first frame of a one-shot message, so the final one must be the first.
    private async Task AskOnceWithoutEventsAsync(CancellationToken cancellationToken)
    {
        var request = model.LoadRequest();
        request["events"] = false;
        var load = await worker.AskOnceAsync(hostName, request, cancellationToken);
        Assert.True(load.Status == "success", load.Final.ToJsonString());
        Assert.Equal("workerReady", load.Type);
    }

    private static string TextOf(IEnumerable<JsonObject> updates) =>
        string.Concat(updates.Select(update => update["payload"]!["token"]!.ToString()));
}
