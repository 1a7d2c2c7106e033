using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>What an uninstallation leaves while a browser still has ports open: nothing of the program's, and all of the user's.</summary>
[SupportedOSPlatform("linux")]
public sealed class UninstallTests
{
    private const string Load = """{"action":"load_model","modelPath":"story.gguf"}""";

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task It_ends_what_runs_under_open_ports_and_keeps_what_is_the_users()
    {
        await using var home = new TemporaryHome();
        Directory.CreateDirectory(home.Models);
        var model = Path.Combine(home.Models, "story.gguf");
        File.Copy(Repository.StoryModel, model);
        var settings = Path.Combine(home.Folder, ".config/TabAgent/grants.json");
        Directory.CreateDirectory(Path.GetDirectoryName(settings)!);
        await File.WriteAllTextAsync(settings, "{}", Timeout);
        var before = home.TracesOfHost();
        await Installer.InstallAsync(home, new string('a', 32), Timeout);
        await using var idle = HostProcess.StartInstalled(home);
        await idle.AskAsync(Requests.Ping(), Timeout);
        await using var streaming = HostProcess.StartInstalled(home);
        await streaming.AskAsync(new JsonObject { ["action"] = "load_model", ["modelPath"] = "story.gguf" }, Timeout);
        await streaming.SendFrameAsync(Requests.GenerateRambling(seed: 1).ToJsonString(), Timeout);
        await streaming.ReceiveAsync(Timeout);

        var retrying = LoadUntilRefusedAsync(streaming);

        await Installer.UninstallAsync(home, Timeout);
        var refusal = await retrying;
        await idle.SendFrameAsync(Requests.Ping().ToJsonString(), Timeout);
        var answer = await idle.ReceiveAsync(Timeout);
        await streaming.ExitAsync(EndPatience, Timeout);
        await idle.ExitAsync(EndPatience, Timeout);

        Assert.True(refusal is "broker_lost" or "broker_unavailable", refusal);
        Assert.Equal("broker_unavailable", answer?["code"]?.ToString());
        Assert.Empty(Polling.ProcessesIn(home));
        Assert.Equal(before, home.TracesOfHost());
        Assert.True(File.Exists(model) && File.Exists(settings));
    }

    [Fact]
    public async Task A_broker_that_comes_up_after_its_program_was_removed_leaves_nothing()
    {
        await using var home = new TemporaryHome();

        using var broker = BrokerProcesses.Start(home, idleSeconds: 600, "--program", Path.Combine(home.Programs, "tabagent"));
        await broker.WaitForExitAsync(Timeout);

        Assert.Equal(0, broker.ExitCode);
        Assert.Empty(home.TracesOfHost());
    }

    [Fact]
    public async Task A_front_whose_program_was_removed_while_it_starts_the_broker_leaves_nothing()
    {
        await using var home = new TemporaryHome();
        await Installer.InstallAsync(home, new string('a', 32), Timeout);
        var before = home.TracesOfHost();
        var program = Path.Combine(home.Programs, "tabagent");
        File.Delete(program);
        await File.WriteAllTextAsync(program, "#!/bin/sh\nexec sleep 30\n", Timeout);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var front = HostProcess.StartInstalled(home);
        await front.SendFrameAsync(Requests.Ping().ToJsonString(), Timeout);
        await Polling.UntilAsync(
            "the lock of the start", EndPatience, () => Task.FromResult(home.TracesOfHost().Count > before.Count ? "there" : null), Timeout);

        File.Delete(program);
        var answer = await front.ReceiveAsync(Timeout);

        Assert.Equal("broker_unavailable", answer?["code"]?.ToString());
        Assert.Equal(before.Except([Path.GetRelativePath(home.Folder, program)]), home.TracesOfHost());
    }

    [Fact]
    public async Task Removing_waits_for_one_that_starts_a_broker()
    {
        await using var home = new TemporaryHome();
        await Installer.InstallAsync(home, new string('a', 32), Timeout);
        var folder = Directory.CreateDirectory(Path.Combine(home.Runtime, "tabagent")).FullName;
        Task removal;
        await using (new FileStream(Path.Combine(folder, "start.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            removal = Installer.UninstallAsync(home, Timeout);
            await Task.WhenAny(removal, Task.Delay(TimeSpan.FromSeconds(1), Timeout));
            Assert.False(removal.IsCompleted);
            Assert.True(Directory.Exists(folder));
        }

        await removal;
        Assert.Empty(home.TracesOfHost());
    }

    /// <summary>Asks again as soon as it is answered, as extensions do that want their model back.</summary>
    /// <returns>The error that its port ended with: of a load that was open, or of the next one.</returns>
    private static async Task<string?> LoadUntilRefusedAsync(HostProcess host)
    {
        string? code = null;
        try
        {
            await host.SendFrameAsync(Load, Timeout);
            while (await host.ReceiveAsync(Timeout) is { } frame)
            {
                if (frame["status"] is not null)
                {
                    code = frame["code"]?.ToString();
                    await host.SendFrameAsync(Load, Timeout);
                }
            }
        }
        catch (IOException)
        {
            // The front has ended, and said why before.
        }

        return code;
    }
}
