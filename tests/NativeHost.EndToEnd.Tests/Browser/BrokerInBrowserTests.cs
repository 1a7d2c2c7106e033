using System.Runtime.Versioning;


namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>What the broker is there for, in a real browser: models outlive browsers and are shared, and streams outlive service workers.</summary>
[SupportedOSPlatform("linux")]
public sealed class BrokerInBrowserTests
{
    private const string HostName = "com.tabagent.host";

    /// <summary>Stories in a row, so that the engine is stopped in the middle of one of them. A host keeps 16 that ended.</summary>
    private const int Stories = 12;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_model_is_still_warm_when_the_browser_is_started_again()
    {
        await using var home = HomeWithHost();
        JsonObject loaded;
        await using (var browser = await ChromiumBrowser.StartAsync(home, Timeout))
        {
            var (worker, port) = await ConnectAsync(browser);
            loaded = await LoadAsync(worker, port);
        }

        await using var again = await ChromiumBrowser.StartAsync(home, Timeout);
        var (workerAgain, portAgain) = await ConnectAsync(again);
        var story = await workerAgain.AskAsync(portAgain, Requests.GenerateStory(), Timeout);
        var state = await workerAgain.AskAsync(portAgain, new JsonObject { ["action"] = "get_model_state" }, Timeout);

        Assert.True(story.Type == "generationComplete", story.Final.ToJsonString());
        Assert.All(["pid", "loaded_at"], field => Assert.Equal(loaded[field]!.ToString(), state.Payload[field]?.ToString()));
    }

    [Fact]
    public async Task A_stream_goes_on_where_it_was_when_its_service_worker_comes_back()
    {
        await using var home = HomeWithHost();
        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);
        var (worker, port) = await ConnectAsync(browser);
        var engine = (await LoadAsync(worker, port))["pid"]!.GetValue<int>();
        var whole = await worker.AskAsync(port, Requests.GenerateStory(), Timeout);
        await worker.BeginAsync(port, Requests.GenerateStory(), Stories, Timeout);

        var begun = await HoldInMidStreamAsync(worker, port, engine);
        await browser.StopWorkerAsync(worker.ExtensionId, Timeout);
        ProcessSignal.TrySend(engine, ProcessSignal.Continue);
        var next = await browser.WakeWorkerAsync(worker.ExtensionId, Timeout);
        var resume = new JsonObject
        {
            ["action"] = "resume_stream",
            ["streamId"] = begun[^1]["payload"]!["streamId"]!.ToString(),
            ["after"] = begun[^1]["payload"]!["seq"]!.GetValue<long>(),
        };
        var rest = await next.AskAsync(await next.OpenPortAsync(HostName, Timeout), resume, Timeout);

        Assert.True(rest.Type == "generationComplete", rest.Final.ToJsonString());
        Assert.NotEmpty(rest.Events);
        Assert.Equal(whole.Payload["output"]!.ToString(), string.Concat(begun.Concat(rest.Events).Select(e => e["payload"]!["token"]?.ToString())));
        Assert.Equal(whole.Payload["output"]!.ToString(), rest.Payload["output"]?.ToString());
    }

    [Fact]
    public async Task Two_profiles_share_a_model()
    {
        await using var home = HomeWithHost();
        var otherProfile = Path.Combine(home.Folder, "other-profile");
        TemporaryHome.RegisterInProfile(
            otherProfile, HostName, Repository.Published("tabagent-host"), ExtensionIdentity.Of(Repository.ExtensionFolder));
        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);
        await using var other = await ChromiumBrowser.StartAsync(home, otherProfile, Timeout);
        var (worker, port) = await ConnectAsync(browser);
        var (otherWorker, otherPort) = await ConnectAsync(other);

        var loaded = await LoadAsync(worker, port);
        var loadedInOther = await LoadAsync(otherWorker, otherPort);
        var stories = await Task.WhenAll(
            worker.AskAsync(port, Requests.GenerateStory(), Timeout),
            otherWorker.AskAsync(otherPort, Requests.GenerateStory(), Timeout));

        Assert.Equal(loaded["pid"]!.ToString(), loadedInOther["pid"]!.ToString());
        Assert.Single(Polling.ProcessesIn(home), process => process.Role == HomeProcess.Worker);
        Assert.All(stories, story => Assert.True(story.Type == "generationComplete", story.Final.ToJsonString()));
        Assert.Equal(stories[0].Payload["output"]!.ToString(), stories[1].Payload["output"]!.ToString());
    }

    private static TemporaryHome HomeWithHost()
    {
        ChromiumBrowser.RequireInstalled();
        var home = new TemporaryHome();
        home.RegisterInChromium(HostName, Repository.Published("tabagent-host"), ExtensionIdentity.Of(Repository.ExtensionFolder));
        return home;
    }

    private static async Task<(ExtensionWorker Worker, int Port)> ConnectAsync(ChromiumBrowser browser)
    {
        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        return (worker, await worker.OpenPortAsync(HostName, Timeout));
    }

    private static async Task<JsonObject> LoadAsync(ExtensionWorker worker, int port)
    {
        var load = await worker.AskAsync(port, Requests.LoadStoryModel(), Timeout);
        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
        return load.Payload;
    }

    /// <summary>Suspends the engine inside a story.</summary>
    /// <returns>The events of that story up to there.</returns>
    private static async Task<IReadOnlyList<JsonObject>> HoldInMidStreamAsync(ExtensionWorker worker, int port, int engine)
    {
        while (true)
        {
            ProcessSignal.TrySend(engine, ProcessSignal.Stop);

            // What is under way arrives.
            await Task.Delay(5 * Moment, Timeout);
            var stories = (await worker.ReceivedAsync(port, Timeout)).GroupBy(frame => frame["requestId"]!.ToString()).ToList();
            Assert.True(
                stories.Count < Stories || stories.Exists(story => story.All(frame => frame["status"] is null)), "All stories have ended.");
            if (stories.Find(story => story.All(frame => frame["status"] is null) && story.Any(IsText)) is { } begun)
            {
                return [.. begun];
            }

            ProcessSignal.TrySend(engine, ProcessSignal.Continue);
            await Task.Delay(Moment, Timeout);
        }
    }

    private static bool IsText(JsonObject frame) => frame["payload"]?["token"] is not null;
}
