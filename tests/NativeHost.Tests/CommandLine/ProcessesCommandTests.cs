using NativeHost.CommandLine;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.CommandLine;

public sealed class ProcessesCommandTests
{
    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task The_tables_show_models_streams_and_who_waits()
    {
        var tokens = new SemaphoreSlim(3);
        var time = new ManualTime();
        await using var host = new TestHost(new ScriptedLoader { BeforeToken = _ => tokens.WaitAsync(Timeout) }, time, TimeSpan.FromMinutes(1));
        await using var port = new Dialogue(host, Timeout, caller: new Caller(CallerKind.Extension, "chrome-extension://one/"));
        await using var user = new Dialogue(host, Timeout, caller: Caller.Local, asBroker: true);
        await port.AskAsync("""{"action":"load_model","modelPath":"/pinned.gguf","pin":true}""");
        await port.AskAsync("""{"action":"load_model","modelPath":"/idle.gguf"}""");
        await port.AskAsync("""{"action":"load_model","modelPath":"/busy.gguf"}""");
        await port.SayAsync("""{"action":"generate","prompt":"x","id":1}""");
        while (!(await port.HearAsync()).GetProperty("payload").TryGetProperty("numTokens", out var count) || count.GetInt32() < 3)
        {
        }

        await port.SayAsync("""{"action":"generate","prompt":"x","id":2}""");
        await port.HearAsync();

        var status = (await user.AskAsync("""{"action":"broker_status"}""")).GetProperty("payload");
        string[] lines = [.. ProcessesCommand.Tables(status, time.GetUtcNow()).Select(line => string.Join('|', line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))];

        Assert.StartsWith($"Broker: process {Environment.ProcessId}, ", lines[0], StringComparison.Ordinal);
        Assert.Equal("MODEL|PID|ENGINE|FILE|MEMORY|CONTEXT|RUNNING|CALLERS|UNTIL", lines[1]);
        Assert.Matches($@"^pinned\.gguf\|{Environment.ProcessId}\|llama_cpp_cpu\|0 MiB\|[\d,]+ MiB\|64\|0\|1\|pinned$", lines[2]);
        Assert.EndsWith("|0|1|30 minutes", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("|2|1|in use", lines[4], StringComparison.Ordinal);
        Assert.Equal((string.Empty, "STREAM|ORIGIN|MODEL|STATE|PLACE|TOKENS|TOKENS/S"), (lines[5], lines[6]));
        Assert.Matches(@"^[0-9a-f]{16}\|chrome-extension://one/\|busy\.gguf\|running\|-\|3\|[\d.]+$", lines[7]);
        Assert.Matches(@"^[0-9a-f]{16}\|chrome-extension://one/\|busy\.gguf\|queued\|1\|0\|-$", lines[8]);
        Assert.Equal(9, lines.Length);
    }

    [Fact]
    public async Task Without_a_model_it_says_so()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var user = new Dialogue(host, Timeout, caller: Caller.Local, asBroker: true);

        var status = (await user.AskAsync("""{"action":"broker_status"}""")).GetProperty("payload");

        Assert.Equal("No model is in memory.", ProcessesCommand.Tables(status, DateTimeOffset.UnixEpoch).Last());
    }
}
