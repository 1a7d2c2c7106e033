using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Conversations of real processes: one has the store, and no other waits for it.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConversationTests
{
    /// <summary>An answer that grows is written every second.</summary>
    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(2);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_host_beside_the_broker_generates_and_says_that_it_cannot_store()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The broker tests read /proc.");
        await using var home = new TemporaryHome();
        await using var front = HostProcess.StartAsBrowser(home, HostProgram.Front);
        await using var alone = HostProcess.StartAsBrowser(home, HostProgram.InProcess);
        await front.AskAsync(Requests.LoadStoryModel(), Timeout);
        await alone.AskAsync(Requests.LoadStoryModel(), Timeout);

        var stored = await front.AskAsync(ChatAbout("a cat"), Timeout);
        var unstored = await alone.AskAsync(ChatAbout("a dog"), Timeout);
        var list = await alone.AskAsync(new JsonObject { ["action"] = "list_conversations" }, Timeout);

        Assert.True(stored.Payload["stored"]!.GetValue<bool>(), stored.Final.ToJsonString());
        Assert.Equal("generationComplete", unstored.Type);
        Assert.NotEmpty(unstored.Payload["output"]!.ToString());
        Assert.False(unstored.Payload["stored"]!.GetValue<bool>());
        Assert.Equal("database_busy", unstored.Payload["reason"]?.ToString());
        Assert.Equal("database_busy", list.Final["code"]?.ToString());
    }

    [Fact]
    public async Task What_a_killed_broker_was_storing_is_there_and_marked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The broker tests read /proc.");
        await using var home = new TemporaryHome();
        var text = "";
        await using (var front = HostProcess.StartAsBrowser(home, HostProgram.Front))
        {
            var load = await front.AskAsync(Requests.LoadStoryModel(), Timeout);
            var whole = await front.AskAsync(ChatAbout("a cat"), Timeout);
            Assert.True(whole.Payload["stored"]!.GetValue<bool>(), whole.Final.ToJsonString());
            var slow = ChatAbout("a dog");
            slow["requestId"] = "slow";
            await front.SendFrameAsync(slow.ToJsonString(), Timeout);
            while (text.Length == 0)
            {
                var frame = (await front.ReceiveAsync(Timeout))!;
                text = frame["payload"]?["token"]?.ToString() ?? "";
            }

            // The engine stands still in the middle of the answer until the store has written what it has, as it does every second.
            ProcessSignal.TrySend(load.Payload["pid"]!.GetValue<int>(), ProcessSignal.Stop);
            await Task.Delay(StoreInterval, Timeout);
            await BrokerProcesses.KillAsync(BrokerProcesses.Of(home).Single(), Timeout);
            ProcessSignal.TrySend(load.Payload["pid"]!.GetValue<int>(), ProcessSignal.Continue);
        }

        await using var next = HostProcess.StartAsBrowser(home, HostProgram.Front);
        var opened = await next.AskAsync(new JsonObject { ["action"] = "get_conversation", ["conversation_id"] = "chat" }, Timeout);

        Assert.True(opened.Status == "success", opened.Final.ToJsonString());
        var messages = opened.Final["messages"]!.AsArray().Select(message => message!).ToList();
        Assert.Equal(["complete", "complete", "complete", "interrupted"], messages.Select(message => message["status"]!.ToString()));
        Assert.StartsWith(text, messages[^1]["content"]!.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject ChatAbout(string about)
    {
        var request = Requests.GenerateStory(about);
        request["chat_id"] = "chat";
        return request;
    }
}
