using System.Diagnostics;
using System.Text.Json;

namespace NativeHost.CommandLine.Bench;

/// <summary>Measures the host as a client sees it: from outside the process, over frames.</summary>
/// <param name="runs">How often each figure is taken.</param>
/// <param name="tokens">How many tokens each generation has, where the model does not end before.</param>
/// <param name="words">Told what is being measured.</param>
internal sealed class Benchmark(int runs, int tokens, TextWriter words)
{
    private const int PingsPerRun = 100;

    /// <exception cref="IOException">A host ended before it answered, or refused the model.</exception>
    public async Task<BenchReport> RunAsync(string model, CancellationToken cancellationToken)
    {
        await words.WriteLineAsync("Starting and pinging the host ...");
        var starts = new List<Start>();
        for (var run = 0; run < runs; run++)
        {
            starts.Add(await StartAsync(cancellationToken));
        }

        await words.WriteLineAsync("Generating, by the host and by a bare loop in turns ...");
        await using var host = new ChildHost();
        var watch = Stopwatch.StartNew();
        var loaded = await AskAsync(host, json => WriteLoad(json, model), _ => { }, cancellationToken);
        var load = watch.Elapsed;
        using var bare = await BareLoop.LoadAsync(model, cancellationToken);
        await PairAsync(host, bare, run: 0, cancellationToken);
        var pairs = new List<Pair>();
        for (var run = 1; run <= runs; run++)
        {
            pairs.Add(await PairAsync(host, bare, run, cancellationToken));
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
                Median(pairs, pair => pair.Bare.ProcessorPerToken / pair.Host.ProcessorPerToken),
                Median(pairs, pair => (pair.Host.FirstToken - pair.Bare.FirstToken).TotalMilliseconds)));
    }

    private static async Task<Start> StartAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await using var host = new ChildHost();
        await AskAsync(host, WritePing, _ => { }, cancellationToken);
        var (wall, processor, resident) = (watch.Elapsed, host.ProcessorTime, host.ResidentBytes);
        watch.Restart();
        for (var ping = 0; ping < PingsPerRun; ping++)
        {
            await AskAsync(host, WritePing, _ => { }, cancellationToken);
        }

        return new Start(
            wall.TotalMilliseconds, processor.TotalMilliseconds, watch.Elapsed.TotalMicroseconds / PingsPerRun, resident / 1e6);
    }

    private async Task<Pair> PairAsync(ChildHost host, BareLoop bare, int run, CancellationToken cancellationToken)
    {
        // Another number in front each time, so that little of the prompt is known from the run before.
        var prompt = $"{run} little dogs went out one day, over the hills and far away. They saw a house at a lake, and there sat a";
        var processor = host.ProcessorTime;
        var watch = Stopwatch.StartNew();
        TimeSpan? first = null;
        var updates = 0;
        var answer = await AskAsync(
            host,
            json => WriteGenerate(json, prompt),
            frame =>
            {
                if (frame.GetProperty("payload").TryGetProperty("token", out var token) && token.GetString() is { Length: > 0 })
                {
                    first ??= watch.Elapsed;
                    updates++;
                }
            },
            cancellationToken);
        var all = watch.Elapsed;
        var used = host.ProcessorTime - processor;
        var beginning = first ?? throw new IOException("The model said nothing.");

        var payload = answer.GetProperty("payload");
        var count = payload.GetProperty("numTokens").GetInt32();
        return new Pair(
            new GenerationFigures(count, beginning, all - beginning, used),
            bare.Run(prompt, payload.GetProperty("cachedTokens").GetInt32(), count),
            updates / (all - beginning).TotalSeconds);
    }

    private static async Task<JsonElement> AskAsync(
        ChildHost host, Action<Utf8JsonWriter> request, Action<JsonElement> onEvent, CancellationToken cancellationToken)
    {
        var answer = await host.Port.AskAsync(request, onEvent, cancellationToken);
        return answer.GetProperty("status").GetString() == "success"
            ? answer
            : throw new IOException(answer.GetProperty("message").GetString());
    }

    private static void WritePing(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("action", "ping");
        json.WriteEndObject();
    }

    private static void WriteLoad(Utf8JsonWriter json, string model)
    {
        json.WriteStartObject();
        json.WriteString("action", "load_model");
        json.WriteString("modelPath", model);
        json.WriteEndObject();
    }

    private void WriteGenerate(Utf8JsonWriter json, string prompt)
    {
        json.WriteStartObject();
        json.WriteString("action", "generate");
        json.WriteString("prompt", prompt);
        json.WriteStartObject("settings");
        json.WriteNumber("temperature", 0);
        json.WriteNumber("max_new_tokens", tokens);
        json.WriteEndObject();
        json.WriteEndObject();
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

    private readonly record struct Pair(GenerationFigures Host, GenerationFigures Bare, double UpdatesPerSecond);
}
