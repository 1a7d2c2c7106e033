using System.Diagnostics;
using System.Runtime.Versioning;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Benchmarks.Models;

namespace NativeHost.Benchmarks.Answers;

/// <summary>How long short answers take while a model generates, beside those of a process that only echoes.</summary>
/// <param name="folder">Where the programs are published.</param>
[SupportedOSPlatform("linux")]
internal sealed class AnswerBench(string folder)
{
    /// <summary>What is measured is the median of so many.</summary>
    private const int Blocks = 9;
    private const int Rounds = 1000;

    /// <summary>Rounds that only let both programs compile what they run.</summary>
    private const int WarmRounds = 300;
    private const int SlowRounds = 25;
    private const double Median = 0.5;
    private const double Worst = 0.99;

    private static readonly string[] Quick = ["ping", "get_model_state", "get_params", "list_loaded_models"];

    /// <summary>Each of them with what it may take warm, in milliseconds.</summary>
    private static readonly string[] AboutTheMachine = ["get_hardware_info", "get_system_info", "get_system_resources", "query_resources", "get_memory_usage", "get_recommended_models"];

    private readonly string _home = Directory.CreateTempSubdirectory("tabagent-bench-").FullName;
    private volatile bool _isDone;

    public void Run()
    {
        Directory.CreateDirectory(Path.Combine(_home, "run"));
        var model = Path.Combine(_home, "random-350m.gguf");
        RandomModel.Write(model, RandomModelShape.M350, seed: 1);
        try
        {
            var front = Path.Combine(folder, "tabagent-host");
            using var generating = FrameClient.Start(_home, front, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");
            generating.Ask($$"""{"action":"load_model","modelPath":"{{model}}"}""");
            var generation = new Thread(() => Generate(generating, model));
            generation.Start();
            using (var host = FrameClient.Connect(_home))
            using (var echo = FrameClient.Start(_home, Environment.ProcessPath!, Echo.Word))
            {
                host.Ask($$"""{"action":"load_model","modelPath":"{{model}}"}""");
                MeasureQuick(host, echo);
                foreach (var action in AboutTheMachine)
                {
                    MeasureWarm(host, $$"""{"action":"{{action}}"}""", action, "≤ 50");
                }

                MeasureWarm(host, $$"""{"action":"estimate_model_size","model_path":"{{model}}"}""", "estimate_model_size", "≤ 20");
            }

            _isDone = true;
            generation.Join();
        }
        finally
        {
            FrameClient.StopBroker(_home, Path.Combine(folder, "tabagent"));
            Directory.Delete(_home, recursive: true);
        }
    }

    private void Generate(FrameClient client, string model)
    {
        while (!_isDone)
        {
            client.Ask($$"""{"action":"generate","modelPath":"{{model}}","prompt":"Once","settings":{"max_new_tokens":100} }""");
        }
    }

    private static void MeasureQuick(FrameClient host, FrameClient echo)
    {
        _ = MeasureBlock(host, echo, WarmRounds);
        var blocks = Enumerable.Range(0, Blocks).Select(_ => MeasureBlock(host, echo, Rounds)).ToList();
        Figures.Print("echo while a model generates, µs", TextOf([.. blocks.Select(block => block[EchoOf(Quick[0])])]));
        foreach (var action in Quick)
        {
            List<double> ratios = [.. blocks.Select(block => At(block[action], Worst) / At(block[EchoOf(action)], Worst)).Order()];
            Figures.Print(
                $"{action} while a model generates, µs",
                $"{TextOf([.. blocks.Select(block => block[action])])}, {ratios[Blocks / 2]:F2} × the echo's ({ratios[0]:F2} to {ratios[^1]:F2})",
                "≤ 1000, ≤ 3 ×");
        }
    }

    /// <returns>Microseconds of each action, and of the echoes between its answers.</returns>
    private static Dictionary<string, List<double>> MeasureBlock(FrameClient host, FrameClient echo, int rounds)
    {
        var times = Quick.SelectMany(action => new[] { action, EchoOf(action) }).ToDictionary(name => name, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var action in Quick)
            {
                times[action].Add(Time(host, $$"""{"action":"{{action}}"}"""));
                times[EchoOf(action)].Add(Time(echo, """{"action":"ping"}"""));
            }
        }

        return times;
    }

    private static string EchoOf(string action) => $"echo beside {action}";

    private static string TextOf(IReadOnlyList<List<double>> blocks)
        => $"{At([.. blocks.Select(block => At(block, Median))], Median):F0} median, {At([.. blocks.Select(block => At(block, Worst))], Median):F0} at 99 %";

    private static void MeasureWarm(FrameClient host, string request, string name, string bar)
    {
        Time(host, request);
        List<double> times = [.. Enumerable.Range(0, SlowRounds).Select(_ => Time(host, request) / 1000)];
        Figures.Print($"{name}, warm, ms", $"{At(times, Median):F2} median, {times.Max():F2} at most", bar);
    }

    /// <returns>Microseconds until the answer is there.</returns>
    private static double Time(FrameClient client, string request)
    {
        var started = Stopwatch.GetTimestamp();
        client.Ask(request);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }

    private static double At(List<double> times, double part) => times.Order().ElementAt((int)(part * (times.Count - 1)));
}
