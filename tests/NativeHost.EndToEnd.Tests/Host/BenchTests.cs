namespace NativeHost.EndToEnd.Tests.Host;

/// <summary><c>tabagent bench</c> of the published executable: that it measures, not how fast it is.</summary>
public sealed class BenchTests
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task It_prints_one_JSON_object_of_figures()
    {
        await using var home = new TemporaryHome();
        await using var bench = HostProcess.Start(home, "bench", "--runs", "1", "--tokens", "16");

        var printed = JsonNode.Parse(string.Join('\n', await bench.PrintedLinesAsync(Timeout)))!;

        Assert.Equal(0, await bench.ExitAsync(ExitPatience, Timeout));
        Assert.Equal(16, printed["host"]!["tokens"]!.GetValue<int>());
        string[] figures = ["startToPongMs", "pingMicroseconds", "idleMegabytes", "loadMs", "updatesPerSecond"];
        Assert.All(figures, figure => Assert.True(printed[figure]!.GetValue<double>() > 0, figure));
        Assert.All(
            ["host", "bare"],
            who => Assert.True(printed[who]!["tokensPerSecond"]!.GetValue<double>() > 0, who));
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_named_and_fails()
    {
        await using var home = new TemporaryHome();
        await using var bench = HostProcess.Start(home, "bench", "/no/such.gguf", "--runs", "1");

        Assert.Empty(await bench.PrintedLinesAsync(Timeout));
        Assert.Equal(1, await bench.ExitAsync(ExitPatience, Timeout));
    }
}
