using NativeHost.EndToEnd.Tests.Browser;

namespace NativeHost.EndToEnd.Tests;

/// <summary>The harness itself: a host that breaks the protocol must not pass for a working one.</summary>
public sealed class BrokenHostTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("#!/bin/sh\nprintf 'Hello, world, this is no frame\\n'; cat >/dev/null\n")]
    [InlineData("#!/bin/sh\nexit 1\n")]
    public async Task A_broken_host_is_reported(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The host here is a shell script.");
        using var home = new TemporaryHome();
        Register(home, script);
        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);

        var port = await browser.OpenPortAsync(PublishedHost.Name, Timeout);
        var failure = await Assert.ThrowsAsync<DevToolsException>(
            () => browser.CallAsync("request", Timeout, port, """{"action":"ping","requestId":"1"}"""));

        // Which of the two depends on whether the browser was still writing when the host ended.
        Assert.Matches("Error when communicating with the native messaging host|Native host has exited", failure.Message);
    }

    private static void Register(TemporaryHome home, string script)
    {
        var host = Path.Combine(home.Path, "broken-host");
        File.WriteAllText(host, script);
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(host, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var manifests = Directory.CreateDirectory(Path.Combine(home.ChromiumProfile, "NativeMessagingHosts"));
        File.WriteAllText(
            Path.Combine(manifests.FullName, PublishedHost.Name + ".json"),
            $$"""
            {
              "name": "{{PublishedHost.Name}}", "description": "broken", "type": "stdio", "path": "{{host}}",
              "allowed_origins": ["chrome-extension://{{TestExtension.Id}}/"]
            }
            """);
    }
}
