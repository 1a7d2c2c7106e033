using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A model's whole way, as an extension sees it: from the hub to the disk, into memory, and off the disk again.</summary>
[SupportedOSPlatform("linux")]
public sealed class DownloadInBrowserTests
{
    private const string HostName = "com.tabagent.host";

    /// <summary>At most ten come in a second.</summary>
    private const int EventsBeforeStop = 15;

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_model_is_pulled_given_up_half_way_pulled_on_loaded_used_and_deleted()
    {
        ChromiumBrowser.RequireInstalled();
        await using var hub = await StoryHub.StartAsync(Timeout);
        await using var home = new TemporaryHome();
        hub.Serve(home);
        home.RegisterInChromium(HostName, Repository.Published("tabagent-host"), ExtensionIdentity.Of(Repository.ExtensionFolder));
        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);
        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        var port = await worker.OpenPortAsync(HostName, Timeout);

        var pull = new JsonObject { ["action"] = "pull_model", ["model"] = StoryHub.Address };
        hub.Hub.TotalRate = StoryHub.Size / 3;
        var half = await worker.AskThenInterruptAsync(
            port, pull, EventsBeforeStop, new JsonObject { ["action"] = "cancel_download", ["model"] = StoryHub.Address }, Timeout);
        hub.Hub.TotalRate = null;
        Assert.Equal("download_cancelled", half.Interrupted.Final["code"]?.ToString());
        Assert.Equal("success", half.Interruption.Status);
        var loaded = LoadedOf(half.Interrupted);
        Assert.Equal(loaded.Order(), loaded);
        Assert.InRange(loaded[^1], StoryHub.Size / 8, StoryHub.Size - 1);

        var before = await hub.ServedAsync(Timeout);
        var whole = await worker.AskAsync(port, pull, Timeout);
        Assert.True(whole.Status == "success", whole.Final.ToJsonString());
        Assert.Equal(StoryHub.Size, LoadedOf(whole)[^1]);
        Assert.InRange(await hub.ServedAsync(Timeout) - before, 1, StoryHub.Size - loaded[^1]);

        var load = await worker.AskAsync(port, new JsonObject { ["action"] = "load_model", ["modelPath"] = StoryHub.Address }, Timeout);
        Assert.True(load.Type == "workerReady", load.Final.ToJsonString());
        var story = await worker.AskAsync(port, Requests.GenerateStory(), Timeout);
        Assert.StartsWith("Once upon a time", story.Payload["output"]!.ToString().TrimStart(), StringComparison.Ordinal);

        var delete = new JsonObject { ["action"] = "delete_model", ["model"] = StoryHub.Address };
        var refused = await worker.AskAsync(port, delete, Timeout);
        Assert.Equal("grant_required", refused.Final["code"]?.ToString());
        Assert.Equal(0, await home.TypeAsync("grants", "give", worker.ExtensionId, "delete_models"));
        Assert.Equal("model_in_use", (await worker.AskAsync(port, delete, Timeout)).Final["code"]?.ToString());
        await worker.AskAsync(port, new JsonObject { ["action"] = "unload_model" }, Timeout);
        var deleted = await worker.AskAsync(port, delete, Timeout);
        Assert.True(deleted.Status == "success", deleted.Final.ToJsonString());
        var left = await worker.AskAsync(port, new JsonObject { ["action"] = "get_downloaded_models" }, Timeout);
        Assert.Empty(left.Payload["models"]!.AsArray());
    }

    private static List<long> LoadedOf(Exchange pull) => [.. pull.EventsOf("MODEL_DOWNLOAD_PROGRESS").Select(e => e["payload"]!["loaded"]!.GetValue<long>())];
}
