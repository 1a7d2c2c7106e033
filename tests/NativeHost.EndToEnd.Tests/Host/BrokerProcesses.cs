namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>The brokers of one home, among all that may run on this machine.</summary>
internal static class BrokerProcesses
{
    /// <summary>Starts a broker by hand.</summary>
    /// <param name="idleSeconds">After this time without anybody it ends.</param>
    public static async Task<int> StartAsync(TemporaryHome home, CancellationToken cancellationToken, int idleSeconds = 600)
    {
        using var broker = Start(home, idleSeconds);
        await Polling.UntilAsync(
            "the broker's socket",
            TimeSpan.FromSeconds(20),
            () => Task.FromResult(File.Exists(BrokerSocket.PathIn(home)) ? "there" : null),
            cancellationToken);
        return broker.Id;
    }

    /// <summary>Starts a broker by hand, and does not wait until it serves.</summary>
    public static Process Start(TemporaryHome home, int idleSeconds, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Published(), ["broker", .. arguments]);
        home.Give(start);
        start.Environment["TABAGENT_BROKER_IDLE_SECONDS"] = idleSeconds.ToString();
        return Process.Start(start)!;
    }

    /// <returns>Process ids.</returns>
    public static IReadOnlyList<int> Of(TemporaryHome home) =>
        [.. Polling.ProcessesOf(Repository.Published()).Where(pid => Has(pid, "cmdline", "broker") && Has(pid, "environ", $"HOME={home.Folder}"))];

    public static async Task KillAsync(int pid, CancellationToken cancellationToken)
    {
        ProcessSignal.Send(pid, ProcessSignal.Kill);
        Assert.True(await Polling.ProcessGoneAsync(pid, TimeSpan.FromSeconds(5), cancellationToken), $"Process {pid} outlived SIGKILL.");
    }

    /// <summary>Waits until the home's broker has logged a line with this text.</summary>
    public static Task HasLoggedAsync(TemporaryHome home, string text, CancellationToken cancellationToken) =>
        Polling.UntilAsync($"the log line: {text}", TimeSpan.FromSeconds(10), () => Task.FromResult(FindLogged(home, text)), cancellationToken);

    private static string? FindLogged(TemporaryHome home, string text) =>
        Directory.Exists(home.Logs)
            ? Directory.EnumerateFiles(home.Logs, "broker-*.log").SelectMany(LinesOf).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))
            : null;

    // The broker holds it open for writing.
    private static List<string> LinesOf(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return [.. reader.ReadToEnd().Split('\n')];
    }

    private static bool Has(int pid, string file, string word)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}").Split('\0').Contains(word);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
