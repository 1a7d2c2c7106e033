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

        Assert.Equal("broker_unavailable", refusal);
        Assert.Equal("broker_unavailable", answer?["code"]?.ToString());
        Assert.Empty(Polling.ProcessesIn(home));
        Assert.Equal(before, home.TracesOfHost());
        Assert.True(File.Exists(model) && File.Exists(settings));
    }

    /// <summary>Asks again as soon as it is answered, as extensions do that want their model back.</summary>
    /// <returns>The error that its port ended with.</returns>
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
