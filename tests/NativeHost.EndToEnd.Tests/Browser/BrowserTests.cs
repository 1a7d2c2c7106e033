using System.Runtime.Versioning;

using NativeHost.EndToEnd.Tests.Host;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>The host as an extension in a real browser meets it.</summary>
[SupportedOSPlatform("linux")]
public sealed class BrowserTests
{
    private const string HostName = "com.tabagent.host";

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData(HostProgram.Front, false)]
    [InlineData(HostProgram.InProcess, false)]
    [InlineData(HostProgram.Front, true)]
    [InlineData(HostProgram.InProcess, true)]
    public async Task An_extension_gets_its_stories_from_the_installed_host_and_the_undo_leaves_nothing(HostProgram program, bool isTernary)
    {
        ChromiumBrowser.RequireInstalled();
        Repository.Published();
        await using var home = new TemporaryHome();
        var before = home.TracesOfHost();
        var extensionId = ExtensionIdentity.Of(Repository.ExtensionFolder);
        await Installer.InstallAsync(home, extensionId, Timeout);
        var started = Path.Combine(home.Programs, program == HostProgram.Front ? "tabagent-host" : "tabagent");
        if (program == HostProgram.InProcess)
        {
            await Installer.RegisterAsync(home, extensionId, started, Timeout);
        }

        Assert.Contains($".config/chromium/NativeMessagingHosts/{HostName}.json", home.TracesOfHost());

        await using (var browser = await ChromiumBrowser.StartAsync(home, Timeout))
        {
            var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
            await WithLogOfAsync(browser, () => new StoryDialogue(worker, HostName, started, isTernary ? DemoModel.Ternary : DemoModel.Dense).RunAsync(Timeout));
        }

        await Installer.UninstallAsync(home, Timeout);
        Assert.Equal(before, home.TracesOfHost());
        Assert.Empty(Polling.ProcessesOf(Path.Combine(home.Programs, "tabagent")));
    }

    [Theory]
    [InlineData("printf 'Hello, world\\n'; exec sleep 5", "Error when communicating with the native messaging host.")]
    [InlineData("exit 1", "The host went away after 0 events")]
    [InlineData("printf '\\002\\000\\000\\000{}'; cat >/dev/null", "No final frame")]
    public async Task The_dialogue_fails_when_the_host_is_broken(string script, string complaint)
    {
        ChromiumBrowser.RequireInstalled();
        await using var home = new TemporaryHome();
        var host = Path.Combine(home.Folder, "broken-host");
        await File.WriteAllTextAsync(host, $"#!/bin/sh\n{script}\n", Timeout);
        File.SetUnixFileMode(host, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        home.RegisterInChromium(HostName, host, ExtensionIdentity.Of(Repository.ExtensionFolder));

        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);
        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        var port = await worker.OpenPortAsync(HostName, Timeout);
        var failure = await Assert.ThrowsAsync<HostFailedException>(
            () => worker.AskAsync(port, Requests.Ping(), Timeout, patience: TimeSpan.FromSeconds(3)));

        Assert.Contains(complaint, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_extension_has_the_id_of_its_key_and_a_host_that_nobody_registered_is_not_found()
    {
        ChromiumBrowser.RequireInstalled();
        await using var home = new TemporaryHome();
        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);

        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        var failure = await Assert.ThrowsAsync<HostFailedException>(
            () => worker.AskOnceAsync(HostName, Requests.Ping(), Timeout));

        Assert.Equal(ExtensionIdentity.Of(Repository.ExtensionFolder), worker.ExtensionId);
        Assert.Contains("Specified native messaging host not found.", failure.Message, StringComparison.Ordinal);
    }

    // A failure in the dialogue is seldom understood without the host's stderr, which is the browser's.
    private static async Task WithLogOfAsync(ChromiumBrowser browser, Func<Task> dialogue)
    {
        try
        {
            await dialogue();
        }
        catch (Exception)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(browser.Log);
            throw;
        }
    }
}
