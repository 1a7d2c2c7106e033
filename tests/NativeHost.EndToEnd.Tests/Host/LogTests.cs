namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>What the published executable writes to its log, and what it never does.</summary>
public sealed class LogTests
{
    private const string Secret = "a purple walrus";

    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData(false, "serve")]
    [InlineData(true, "serve", "--log-level", "debug")]
    public async Task The_level_asked_for_is_logged_and_a_users_words_never(bool tellsAnswers, params string[] arguments)
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.Start(home, arguments);

        await host.AskAsync(Requests.LoadStoryModel(), Timeout);
        await host.AskAsync(Requests.GenerateStory(Secret), Timeout);
        await host.AskAsync(new JsonObject { ["action"] = "generate", ["messages"] = Secret }, Timeout);
        host.EndInput();
        var exitCode = await host.ExitAsync(ExitPatience, Timeout);
        var log = string.Concat(Directory.GetFiles(home.Logs).Select(File.ReadAllText));

        Assert.Equal(0, exitCode);
        Assert.Contains("Started", log, StringComparison.Ordinal);
        Assert.Contains("Generated", log, StringComparison.Ordinal);
        Assert.Contains("Ended with 0", log, StringComparison.Ordinal);
        Assert.Equal(tellsAnswers, log.Contains("Answered generate", StringComparison.Ordinal));
        Assert.DoesNotContain("walrus", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_stops_nothing()
    {
        await using var home = new TemporaryHome();
        Directory.CreateDirectory(Path.GetDirectoryName(home.Logs)!);
        await File.WriteAllTextAsync(home.Logs, "a file where a folder should be", Timeout);
        await using var host = HostProcess.Start(home, "serve");

        var pong = await host.AskAsync(Requests.Ping(), Timeout);
        host.EndInput();

        Assert.Equal("success", pong.Status);
        Assert.Equal(0, await host.ExitAsync(ExitPatience, Timeout));
    }
}
