using System.Diagnostics;

namespace NativeHost.Benchmarks.BrokerPath;

/// <summary>What a token's way through worker, broker and front costs over a host that does all in one process.</summary>
/// <param name="tokens">How many tokens each answer has, where the model does not end before.</param>
internal sealed class TokenPath(string home, string host, string front, string model, int tokens)
{
    private const int Runs = 11;

    public void Measure(string name)
    {
        var load = $$"""{"action":"load_model","modelPath":"{{model}}"}""";
        using var inProcess = FrameClient.Start(home, host, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");
        using var throughFront = FrameClient.Start(home, front, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");
        inProcess.Ask(load);
        throughFront.Ask(load);
        using var direct = FrameClient.Connect(home);
        var rounds = new List<Round>();
        for (var run = -1; run < Runs; run++)
        {
            // The one that goes first finds the processor cooler, so they take turns.
            var round = run % 2 == 0
                ? new Round(Generate(inProcess, run), Generate(direct, run), Generate(throughFront, run))
                : Reversed(run);
            if (run >= 0)
            {
                rounds.Add(round);
            }
        }

        Figures.Print($"{name}: tokens a second, in process", $"{Figures.Median(rounds.Select(r => r.InProcess.TokensPerSecond)):F0}");
        Figures.Print($"{name}: tokens a second, worker and broker", $"{Figures.Median(rounds.Select(r => r.Direct.TokensPerSecond)):F0}");
        Figures.Print($"{name}: tokens a second, and front", $"{Figures.Median(rounds.Select(r => r.Front.TokensPerSecond)):F0}");
        Figures.Print($"{name}: throughput ÷ in process", $"{Figures.Median(rounds.Select(r => r.Front.TokensPerSecond / r.InProcess.TokensPerSecond)):F3}", "≥ 0.97");
        Figures.Print($"{name}: gap between tokens, in process, ms", $"{Figures.Median(rounds.Select(r => r.InProcess.GapMs)):F3}");
        Figures.Print($"{name}: added by worker and broker, ms", $"{Figures.Median(rounds.Select(r => r.Direct.GapMs - r.InProcess.GapMs)):F3}");
        Figures.Print($"{name}: added by the front, ms", $"{Figures.Median(rounds.Select(r => r.Front.GapMs - r.Direct.GapMs)):F3}");
        Figures.Print($"{name}: added by all, ms", $"{Figures.Median(rounds.Select(r => r.Front.GapMs - r.InProcess.GapMs)):F3}", "≤ 0.2");

        Round Reversed(int run)
        {
            var last = Generate(throughFront, run);
            var middle = Generate(direct, run);
            return new Round(Generate(inProcess, run), middle, last);
        }
    }

    /// <summary>One answer, after one that only brings the processor's caches over to this process.</summary>
    private Answer Generate(FrameClient client, int run)
    {
        _ = GenerateOnce(client, 2 * run);
        return GenerateOnce(client, (2 * run) + 1);
    }

    private Answer GenerateOnce(FrameClient client, int number)
    {
        var request = $$"""{"action":"generate","modelPath":"{{model}}","prompt":"{{number + 10}} little dogs went out, and","settings":{"temperature":0,"max_new_tokens":{{tokens}} } }""";
        var gaps = new List<double>();
        long first = 0;
        long last = 0;
        var answer = client.Ask(request, () =>
        {
            var now = Stopwatch.GetTimestamp();
            if (last != 0)
            {
                gaps.Add(Stopwatch.GetElapsedTime(last, now).TotalMilliseconds);
            }

            first = first == 0 ? now : first;
            last = now;
        });
        var count = answer.GetProperty("payload").GetProperty("numTokens").GetInt32();
        return new Answer((count - 1) / Stopwatch.GetElapsedTime(first, last).TotalSeconds, Figures.Median(gaps));
    }

    private readonly record struct Answer(double TokensPerSecond, double GapMs);

    private sealed record Round(Answer InProcess, Answer Direct, Answer Front);
}
