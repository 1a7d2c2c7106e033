using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>What README.md tells a person to type at a broker, typed as it stands there.</summary>
[SupportedOSPlatform("linux")]
public sealed class ReadmeVerbTests
{
    private const int Interrupt = 2;
    private const int Interrupted = 130;

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Every_verb_works_at_a_broker_that_holds_a_model()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test sends signals.");
        await using var home = new TemporaryHome();
        await using (var host = HostProcess.StartAsBrowser(home, HostProgram.Front))
        {
            await host.AskAsync(Requests.LoadStoryModel(), Timeout);
        }

        var outputs = new Dictionary<string, string>();
        foreach (var line in LinesOfReadme())
        {
            outputs.Add(line, await TypeAsync(home, line, line.EndsWith(" -f", StringComparison.Ordinal)));
        }

        var model = Path.GetFileName(Repository.StoryModel);
        Assert.Contains(model, outputs["tabagent status"], StringComparison.Ordinal);
        Assert.Contains($"{model}  ", outputs["tabagent ps"], StringComparison.Ordinal);
        Assert.Equal(3, outputs["tabagent top --times 3"].Split("MODEL ").Length - 1);
        Assert.Contains("has ended", outputs["tabagent stop"], StringComparison.Ordinal);
        Assert.Contains("Loaded a", outputs["tabagent logs"], StringComparison.Ordinal);
        Assert.Empty(BrokerProcesses.Of(home));
        foreach (var verb in new[] { "tabagent status", "tabagent ps", "tabagent top --times 1", "tabagent stop" })
        {
            Assert.StartsWith("The broker does not run", await TypeAsync(home, verb, isEndless: false), StringComparison.Ordinal);
        }
    }

    private static string[] LinesOfReadme()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        string[] found = [.. lines.Where(line => line.StartsWith("tabagent ", StringComparison.Ordinal))];
        Assert.True(found.Length >= 8, string.Join('\n', found));
        return found;
    }

    /// <param name="isEndless">Whether it goes on until it is interrupted.</param>
    /// <returns>What it printed.</returns>
    private static async Task<string> TypeAsync(TemporaryHome home, string line, bool isEndless)
    {
        var start = new ProcessStartInfo(Repository.Published(), line.Split(' ')[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        home.Give(start);
        using var verb = Process.Start(start)!;
        var errors = verb.StandardError.ReadToEndAsync(Timeout);
        var output = string.Empty;
        if (isEndless)
        {
            output = await verb.StandardOutput.ReadLineAsync(Timeout);
            ProcessSignal.Send(verb.Id, Interrupt);
        }

        output += await verb.StandardOutput.ReadToEndAsync(Timeout);
        await verb.WaitForExitAsync(Timeout);
        Assert.True(verb.ExitCode == (isEndless ? Interrupted : 0), $"{line} ended with {verb.ExitCode}: {output}{await errors}");
        return output;
    }
}
