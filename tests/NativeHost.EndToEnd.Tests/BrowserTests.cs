using System.Diagnostics;
using System.Text.Json;
using NativeHost.EndToEnd.Tests.Browser;

namespace NativeHost.EndToEnd.Tests;

/// <summary>The published host, installed by its installer and used by an extension in a real browser.</summary>
public sealed class BrowserTests
{
    // A story may be told before the stop has crossed two processes; another one is told then.
    private const int StopAttempts = 8;

    private static readonly string Load =
        $$"""{"action":"load_model","modelPath":"{{PublishedHost.DemoModel}}","requestId":"load"}""";

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_loaded_tells_a_story_is_stopped_and_tells_another()
    {
        using var home = new TemporaryHome();
        await using var browser = await StartRegisteredAsync(home);
        var port = await browser.OpenPortAsync(PublishedHost.Name, Timeout);

        await LoadAsync(browser, port);
        await TellStoryAsync(browser, port, "first");
        await StopStoryAsync(browser, port);
        await TellStoryAsync(browser, port, "second");
    }

    [Fact]
    public async Task A_one_shot_message_brings_the_final_frame()
    {
        using var home = new TemporaryHome();
        await using var browser = await StartRegisteredAsync(home);

        var load = Load.Replace("}", ",\"events\":false}", StringComparison.Ordinal);
        var answer = await browser.CallAsync("chrome.runtime.sendNativeMessage", Timeout, $"'{PublishedHost.Name}'", load);

        Assert.Equal("success", answer.GetProperty("status").GetString());
        Assert.Equal("workerReady", answer.GetProperty("type").GetString());
        Assert.True(answer.GetProperty("payload").GetProperty("isReady").GetBoolean());
    }

    [Fact]
    public async Task The_host_is_gone_within_two_seconds_of_the_disconnect()
    {
        using var home = new TemporaryHome();
        await using var browser = await StartRegisteredAsync(home);
        var port = await browser.OpenPortAsync(PublishedHost.Name, Timeout);
        await LoadAsync(browser, port);
        var ping = await browser.CallAsync("request", Timeout, port, """{"action":"ping","requestId":"1"}""");
        var final = ping.GetProperty("final");
        Assert.Equal("pong", final.GetProperty("response").GetString());

        var pid = final.GetProperty("pid").GetInt32();
        using var host = Process.GetProcessById(pid);
        await browser.CallAsync("closePort", Timeout, port);

        await host.WaitForExitAsync(Timeout).WaitAsync(TimeSpan.FromSeconds(2), Timeout);
    }

    [Fact]
    public async Task Uninstalling_leaves_nothing_behind()
    {
        using var home = new TemporaryHome();
        Directory.CreateDirectory(home.ChromiumProfile);
        var before = home.Entries();

        await Registration.InstallAsync(home, Timeout);
        var installed = home.Entries();
        await Registration.UninstallAsync(home, Timeout);

        Assert.Contains(installed, entry => entry.EndsWith(PublishedHost.Name + ".json", StringComparison.Ordinal));
        Assert.Equal(before, home.Entries());
    }

    private static async Task<ChromiumBrowser> StartRegisteredAsync(TemporaryHome home)
    {
        // A browser that has never been started has no folder, and then nothing is registered with it.
        Directory.CreateDirectory(home.ChromiumProfile);
        await Registration.InstallAsync(home, Timeout);
        return await ChromiumBrowser.StartAsync(home, Timeout);
    }

    private static async Task LoadAsync(ChromiumBrowser browser, string port)
    {
        var answer = await browser.CallAsync("request", Timeout, port, Load);

        var final = Succeeded(answer.GetProperty("final"));
        Assert.Equal("workerReady", final.GetProperty("type").GetString());
        Assert.True(final.GetProperty("payload").GetProperty("isReady").GetBoolean());
        Assert.Contains(
            answer.GetProperty("events").EnumerateArray(),
            frame => frame.GetProperty("type").ValueEquals("modelWorkerLoadingProgress"));
    }

    private static async Task TellStoryAsync(ChromiumBrowser browser, string port, string requestId)
    {
        var answer = await browser.CallAsync(
            "request",
            Timeout,
            port,
            $$"""
            {
              "action": "generate", "requestId": "{{requestId}}", "settings": { "temperature": 0, "max_new_tokens": 200 },
              "messages": [{ "role": "user", "content": "Tell me a story about a dog." }]
            }
            """);

        var final = Succeeded(answer.GetProperty("final"));
        Assert.Equal("generationComplete", final.GetProperty("type").GetString());
        var tokens = Tokens(answer);
        Assert.True(tokens.Count >= 20, $"Only {tokens.Count} updates came before the final frame.");
        Assert.Equal(final.GetProperty("payload").GetProperty("output").GetString(), string.Concat(tokens));
    }

    private static async Task StopStoryAsync(ChromiumBrowser browser, string port)
    {
        for (var attempt = 1; attempt <= StopAttempts; attempt++)
        {
            var answer = await browser.CallAsync(
                "requestAndStop",
                Timeout,
                port,
                $$"""
                {
                  "action": "generate", "requestId": "stopped {{attempt}}", "prompt": "Once upon a time",
                  "settings": { "temperature": 1, "seed": {{attempt}}, "max_new_tokens": 400 }
                }
                """);
            var final = Succeeded(answer.GetProperty("final"));
            Succeeded(answer.GetProperty("stop"));
            if (final.GetProperty("type").ValueEquals("generationStopped"))
            {
                var payload = final.GetProperty("payload");
                Assert.Equal("stopped", payload.GetProperty("stopReason").GetString());
                Assert.Equal(1, answer.GetProperty("stop").GetProperty("stopped").GetInt32());
                return;
            }
        }

        Assert.Fail($"None of {StopAttempts} stories was stopped in time.");
    }

    private static JsonElement Succeeded(JsonElement final)
    {
        Assert.True(final.GetProperty("status").ValueEquals("success"), final.GetRawText());
        return final;
    }

    private static List<string> Tokens(JsonElement answer) =>
        [.. answer.GetProperty("events").EnumerateArray()
            .Where(frame => frame.GetProperty("type").ValueEquals("generationUpdate"))
            .Select(frame => frame.GetProperty("payload"))
            .Where(payload => payload.TryGetProperty("token", out _))
            .Select(payload => payload.GetProperty("token").GetString()!)];
}
