using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A chat in a real browser that is killed, and in another one at the same time.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConversationInBrowserTests
{
    private const string HostName = "com.tabagent.host";
    private const string Chat = "chat-1";
    private const string Physician = "The physician gave me medicine against the fever.";

    private static readonly string[] Questions = ["Our football team has won the match.", Physician, "Bread is made of flour, water and salt."];

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_chat_outlives_the_browser_is_found_by_its_meaning_and_is_shared_by_two_profiles()
    {
        ChromiumBrowser.RequireInstalled();
        await using var home = new TemporaryHome();
        var otherProfile = Path.Combine(home.Folder, "other-profile");
        var extension = ExtensionIdentity.Of(Repository.ExtensionFolder);
        home.RegisterInChromium(HostName, Repository.Published("tabagent-host"), extension);
        TemporaryHome.RegisterInProfile(otherProfile, HostName, Repository.Published("tabagent-host"), extension);
        List<string> said = [];

        await using (var browser = await ChromiumBrowser.StartAsync(home, Timeout))
        {
            var (worker, port) = await ConnectAsync(browser);
            await worker.AskAsync(port, Requests.LoadStoryModel(), Timeout);
            foreach (var question in Questions)
            {
                said.AddRange([question, await TurnAsync(worker, port, question)]);
            }

            await browser.KillAsync();
        }

        await using var again = await ChromiumBrowser.StartAsync(home, Timeout);
        await using var other = await ChromiumBrowser.StartAsync(home, otherProfile, Timeout);
        var (mine, myPort) = await ConnectAsync(again);
        var (theirs, theirPort) = await ConnectAsync(other);

        Assert.Equal(said, await HistoryAsync(mine, myPort));
        Assert.Equal(said, await HistoryAsync(theirs, theirPort));
        Assert.Equal(Physician, await SearchAsync(mine, myPort, "a doctor treats an illness"));

        // Both go on at the same time, each in a branch of its own.
        var ends = await Task.WhenAll(TurnAsync(mine, myPort, "Tell me about a cat."), TurnAsync(theirs, theirPort, "Tell me about a boat."));

        Assert.All(ends, Assert.NotEmpty);
        var seen = await Task.WhenAll(CountAsync(mine, myPort), CountAsync(theirs, theirPort));
        Assert.Equal([said.Count + 4, said.Count + 4], seen);
    }

    private static async Task<(ExtensionWorker Worker, int Port)> ConnectAsync(ChromiumBrowser browser)
    {
        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        return (worker, await worker.OpenPortAsync(HostName, Timeout));
    }

    /// <returns>The answer.</returns>
    private static async Task<string> TurnAsync(ExtensionWorker worker, int port, string question)
    {
        var request = new JsonObject
        {
            ["action"] = "generate",
            ["chat_id"] = Chat,
            ["prompt"] = question,
            ["settings"] = new JsonObject { ["temperature"] = 0, ["max_new_tokens"] = 20 },
        };
        var turn = await worker.AskAsync(port, request, Timeout);
        Assert.True(turn.Type == "generationComplete", turn.Final.ToJsonString());
        Assert.True(turn.Payload["stored"]!.GetValue<bool>(), turn.Final.ToJsonString());
        return turn.Payload["output"]!.ToString();
    }

    private static async Task<JsonObject> OpenAsync(ExtensionWorker worker, int port)
    {
        var opened = await worker.AskAsync(port, new JsonObject { ["action"] = "get_conversation", ["conversation_id"] = Chat }, Timeout);
        Assert.True(opened.Status == "success", opened.Final.ToJsonString());
        return opened.Final;
    }

    private static async Task<List<string>> HistoryAsync(ExtensionWorker worker, int port)
        => [.. (await OpenAsync(worker, port))["messages"]!.AsArray().Select(message => message!["content"]!.ToString())];

    /// <returns>How many messages there are in all branches.</returns>
    private static async Task<int> CountAsync(ExtensionWorker worker, int port)
        => (await OpenAsync(worker, port))["conversation"]!["message_count"]!.GetValue<int>();

    /// <returns>The best of what is found by meaning alone, once all is learned.</returns>
    private static Task<string> SearchAsync(ExtensionWorker worker, int port, string query)
        => Polling.UntilAsync(
            "all messages to be learned",
            ChromiumBrowser.Patience,
            async () =>
            {
                var request = new JsonObject { ["action"] = "search_messages", ["query"] = query, ["mode"] = "semantic", ["role"] = "user" };
                var found = await worker.AskAsync(port, request, Timeout);
                Assert.True(found.Status == "success", found.Final.ToJsonString());
                return found.Final["pending"]!.GetValue<int>() == 0 ? found.Final["results"]![0]!["snippet"]!.ToString() : null;
            },
            Timeout);
}
