using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace NativeHost.CommandLine.Bench;

/// <summary>Measures the host as a client sees it: from outside the process, over frames.</summary>
/// <param name="runs">How often each figure is taken.</param>
/// <param name="tokens">How many tokens each generation has, where the model does not end before.</param>
/// <param name="words">Told what is being measured.</param>
internal sealed class Benchmark(int runs, int tokens, TextWriter words)
{
    private const int PingsPerRun = 100;
    private const string Ping = """{"action":"ping"}""";

    /// <exception cref="IOException">A host ended before it answered, or refused the model.</exception>
    public async Task<BenchReport> RunAsync(string model, CancellationToken cancellationToken)
    {
        await words.WriteLineAsync("Starting and pinging the host ...");
        var starts = new List<Start>();
        for (var run = 0; run < runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            starts.Add(MeasureStart());
        }

        await words.WriteLineAsync("Generating, by the host and by a bare loop in turns ...");
        using var host = new ChildHost();
        var watch = Stopwatch.StartNew();
        var loaded = host.Ask(Request(json =>
        {
            json.WriteString("action", "load_model");
            json.WriteString("modelPath", model);
        }));
        var load = watch.Elapsed;
        using var bare = await BareLoop.LoadAsync(model, cancellationToken);
        MeasurePair(host, bare, run: 0);
        var pairs = new List<Pair>();
        for (var run = 1; run <= runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pairs.Add(MeasurePair(host, bare, run));
        }

        return new BenchReport(
            HostVersion.Text,
            model,
            loaded.GetProperty("payload").GetProperty("backend").GetString() ?? "",
            runs,
            Median(starts, start => start.WallMs),
            Median(starts, start => start.ProcessorMs),
            Median(starts, start => start.PingMicroseconds),
            Median(starts, start => start.Megabytes),
            Rounded(load.TotalMilliseconds),
            Median(pairs, pair => pair.UpdatesPerSecond),
            Report([.. pairs.Select(pair => pair.Host)]),
            Report([.. pairs.Select(pair => pair.Bare)]),
            new BenchRatios(
                Median(pairs, pair => pair.Host.TokensPerSecond / pair.Bare.TokensPerSecond),
                pairs.TrueForAll(pair => pair.Host.Processor > TimeSpan.Zero)
                    ? Median(pairs, pair => pair.Bare.ProcessorPerToken / pair.Host.ProcessorPerToken)
                    : null,
                Median(pairs, pair => (pair.Host.FirstToken - pair.Bare.FirstToken).TotalMilliseconds)));
    }

    private static Start MeasureStart()
    {
        var watch = Stopwatch.StartNew();
        using var host = new ChildHost();
        host.Ask(Ping);
        var (wall, processor, resident) = (watch.Elapsed, host.ProcessorTime, host.ResidentBytes);
        watch.Restart();
        for (var ping = 0; ping < PingsPerRun; ping++)
        {
            host.Ask(Ping);
        }

        return new Start(
            wall.TotalMilliseconds, processor.TotalMilliseconds, watch.Elapsed.TotalMicroseconds / PingsPerRun, resident / 1e6);
    }

    /// <summary>The host, then the loop; each one twice, because the first run after the other's finds the processor's caches cold.</summary>
    private Pair MeasurePair(ChildHost host, BareLoop bare, int run)
    {
        MeasureHost(host, Prompt(2 * run));
        var (figures, updates) = MeasureHost(host, Prompt((2 * run) + 1));
        bare.Run(Prompt(2 * run), tokens);
        return new Pair(figures, updates, bare.Run(Prompt((2 * run) + 1), tokens));
    }

    // Another number in front each time, so that little of the prompt is known from the run before.
    private static string Prompt(int number) => $"{number} little dogs went out, and";

    private (GenerationFigures Figures, double UpdatesPerSecond) MeasureHost(ChildHost host, string prompt)
    {
        var request = Request(json =>
        {
            json.WriteString("action", "generate");
            json.WriteString("prompt", prompt);
            json.WriteStartObject("settings");
            json.WriteNumber("temperature", 0);
            json.WriteNumber("max_new_tokens", tokens);
            json.WriteEndObject();
        });
        var processor = host.ProcessorTime;
        var watch = Stopwatch.StartNew();
        TimeSpan? first = null;
        var updates = 0;
        var answer = host.Ask(request, () =>
        {
            first ??= watch.Elapsed;
            updates++;
        });
        var all = watch.Elapsed;
        var used = host.ProcessorTime - processor;
        var beginning = first ?? throw new IOException("The model said nothing.");
        var count = answer.GetProperty("payload").GetProperty("numTokens").GetInt32();
        return (new GenerationFigures(count, beginning, all - beginning, used), updates / (all - beginning).TotalSeconds);
    }

    private static string Request(Action<Utf8JsonWriter> fields)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static GenerationReport Report(IReadOnlyList<GenerationFigures> figures)
        => new(
            (int)Median(figures, one => one.Tokens),
            Median(figures, one => one.FirstToken.TotalMilliseconds),
            Median(figures, one => one.TokensPerSecond),
            Median(figures, one => one.ProcessorPerToken));

    private static double Median<T>(IReadOnlyList<T> items, Func<T, double> figure)
    {
        double[] sorted = [.. items.Select(figure).Order()];
        return Rounded(sorted[sorted.Length / 2]);
    }

    private static double Rounded(double figure) => Math.Round(figure, 3);

    private readonly record struct Start(double WallMs, double ProcessorMs, double PingMicroseconds, double Megabytes);

    private readonly record struct Pair(GenerationFigures Host, double UpdatesPerSecond, GenerationFigures Bare);
}
