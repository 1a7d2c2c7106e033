using System.Globalization;
using System.Runtime.Versioning;

using NativeHost.EndToEnd.Tests.Host;

namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>Whatever happens to the host's processes, no client loses a token or gets one twice without being told.</summary>
[SupportedOSPlatform("linux")]
public sealed class FaultTests(ITestOutputHelper output)
{
    /// <summary>How many faults are done instead of the usual few; scripts/full.cs sets it.</summary>
    private const string CountVariable = "TABAGENT_FAULTS";

    private const int UsualCount = 22;
    private const int Seed = 20_261;
    private const int Clients = 3;
    private const int KillsOnFullDisk = 5;

    private static readonly TimeSpan TimeForEach = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);
    private static readonly string[] Topics = ["a dog", "a cat", "a bird", "a frog", "the moon"];

    [Fact]
    public async Task Streams_survive_what_happens_to_fronts_brokers_and_workers()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var asked) ? asked : UsualCount;
        using var time = new CancellationTokenSource(TimeForEach * count);
        await using var home = new TemporaryHome();
        var tally = new FaultTally();
        try
        {
            await TormentAsync(home, count, tally, time.Token);
            await EndAsync(home, tally, time.Token);
        }
        finally
        {
            output.WriteLine($"seed {Seed}\n{tally}");
        }

        Assert.Empty(tally.Complaints);
    }

    [Fact]
    public async Task Streams_go_on_where_the_disk_of_the_logs_is_full()
    {
        using var time = new CancellationTokenSource(TimeForEach * KillsOnFullDisk);
        await using var home = new TemporaryHome();
        var tally = new FaultTally();
        FillDisk(home);
        var stories = await TellStoriesAsync(home, time.Token);
        await using (var client = new ResumingClient(home, HostProcess.Origin, stories, tally))
        {
            using var enough = new CancellationTokenSource();
            var running = client.StreamAsync(enough.Token, time.Token);
            await new FaultInjector(home, [client], tally, new Random(Seed)).KillFrontsAsync(KillsOnFullDisk, running, time.Token);
            await enough.CancelAsync();
            await running;
        }

        output.WriteLine(tally.ToString());
        Assert.Empty(tally.Complaints);
    }

    // Every write to this device fails as on a full disk, whatever the user may mount here.
    private static void FillDisk(TemporaryHome home)
    {
        Directory.CreateDirectory(home.Logs);
        for (var day = 0; day < 2; day++)
        {
            foreach (var role in (string[])["broker", "worker"])
            {
                File.CreateSymbolicLink(
                    Path.Combine(home.Logs, $"{role}-{TimeProvider.System.GetLocalNow().AddDays(day):yyyyMMdd}.log"), "/dev/full");
            }
        }
    }

    private static async Task TormentAsync(TemporaryHome home, int count, FaultTally tally, CancellationToken timeout)
    {
        var stories = await TellStoriesAsync(home, timeout);
        var clients = Enumerable.Range(0, Clients)
            .Select(number => new ResumingClient(home, $"chrome-extension://{new string((char)('a' + number), 32)}/", stories, tally))
            .ToList();
        using var enough = new CancellationTokenSource();
        var running = Task.WhenAll(clients.Select(client => client.StreamAsync(enough.Token, timeout)));
        try
        {
            await new FaultInjector(home, clients, tally, new Random(Seed)).RunAsync(count, running, timeout);
        }
        finally
        {
            await enough.CancelAsync();
            await running;
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    /// <returns>The greedy story about each topic, as a host tells it that nothing happens to.</returns>
    private static async Task<Dictionary<string, string>> TellStoriesAsync(TemporaryHome home, CancellationToken timeout)
    {
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.Front);
        await host.AskAsync(Requests.LoadStoryModel(), timeout);
        var stories = new Dictionary<string, string>();
        foreach (var topic in Topics)
        {
            var story = await host.AskAsync(Requests.GenerateStory(topic), timeout);
            stories.Add(topic, story.Payload["output"]!.ToString());
        }

        return stories;
    }

    /// <summary>After all that: a killed broker's leavings hinder no start, and an end leaves no process.</summary>
    private static async Task EndAsync(TemporaryHome home, FaultTally tally, CancellationToken timeout)
    {
        foreach (var process in Polling.ProcessesIn(home).Where(process => process.Role == HomeProcess.Broker))
        {
            ProcessSignal.TrySend(process.Pid, ProcessSignal.Kill);
        }

        await using (var host = HostProcess.StartAsBrowser(home, HostProgram.Front))
        {
            Assert.Equal("pong", (await host.AskAsync(Requests.Ping(), timeout)).Final["response"]?.ToString());
        }

        await home.StopBrokerAsync();
        var clock = Stopwatch.StartNew();
        while (Polling.ProcessesIn(home).Count > 0 && clock.Elapsed < EndPatience)
        {
            await Task.Delay(20, timeout);
        }

        foreach (var left in Polling.ProcessesIn(home))
        {
            tally.Orphan($"A {left.Role} ({left.Pid}) was left.");
        }
    }
}
