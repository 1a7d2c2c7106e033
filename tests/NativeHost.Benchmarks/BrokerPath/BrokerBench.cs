using System.Diagnostics;
using System.Runtime.Versioning;
using NativeHost.Benchmarks.Models;

namespace NativeHost.Benchmarks.BrokerPath;

/// <summary>The way over front, broker and worker: start, memory, a warm load, and tokens.</summary>
/// <param name="folder">Where the programs are published.</param>
/// <param name="pongSource">The C program that the start is compared with.</param>
/// <param name="storyModel">A small model that was trained.</param>
[SupportedOSPlatform("linux")]
internal sealed class BrokerBench(string folder, string pongSource, string storyModel)
{
    private const int Pairs = 25;
    private const int Loads = 21;
    private const string Origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";
    private const string OtherOrigin = "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba/";
    private const string Ping = """{"action":"ping"}""";
    private const int StoryTokens = 200;
    private const int RandomTokens = 48;

    /// <summary>What a process is given to become idle.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly string _home = Directory.CreateTempSubdirectory("tabagent-bench-").FullName;
    private readonly string _host = Path.Combine(folder, "tabagent");
    private readonly string _front = Path.Combine(folder, "tabagent-host");

    public void Run()
    {
        Directory.CreateDirectory(Path.Combine(_home, "run"));
        var model = Path.Combine(_home, "random-350m.gguf");
        try
        {
            MeasureStart();
            MeasureIdleMemory();
            MeasureWarmLoad();
            RandomModel.Write(model, RandomModelShape.M350, seed: 1);
            new TokenPath(_home, _host, _front, storyModel, StoryTokens).Measure("story model");
            new TokenPath(_home, _host, _front, model, RandomTokens).Measure("350M model");
            MeasureSharing("story model", storyModel);
            MeasureSharing("350M model", model);
        }
        finally
        {
            FrameClient.StopBroker(_home, _host);
            Directory.Delete(_home, recursive: true);
        }
    }

    private FrameClient StartFront(string origin = Origin) => FrameClient.Start(_home, _front, origin);

    private void MeasureStart()
    {
        var pong = Path.Combine(_home, "pong");
        if (!CompiledPong.TryBuild(pongSource, pong))
        {
            Figures.Print("start to first pong", "skipped: there is no C compiler (cc)");
            return;
        }

        using var holder = StartFront();
        holder.Ask(Ping);
        Compare("C program", () => Start(pong, Origin), "≤ 1.5");
        Compare("Node script", () => Start("node", Path.ChangeExtension(pongSource, ".mjs")), "≤ 1");
    }

    private void Compare(string name, Func<StartFigures> startOther, string bar)
    {
        var starts = new List<(StartFigures Front, StartFigures Other)>();
        for (var pair = 0; pair < Pairs; pair++)
        {
            starts.Add((Start(_front, Origin), startOther()));
        }

        Figures.Print("start to first pong, front, ms", TextOf(starts.Select(pair => pair.Front)));
        Figures.Print($"start to first pong, {name}, ms", TextOf(starts.Select(pair => pair.Other)));
        Figures.Print($"start to first pong, front ÷ {name}", $"{Figures.Median(starts.Select(pair => pair.Front.WallMs / pair.Other.WallMs)):F2} wall", bar);
        Figures.Print($"start to first pong, front over {name}, ms", $"{Figures.Median(starts.Select(pair => pair.Front.WallMs - pair.Other.WallMs)):F2}");

        static string TextOf(IEnumerable<StartFigures> starts)
            => $"{Figures.Median(starts.Select(start => start.WallMs)):F2}, {Figures.Median(starts.Select(start => start.ProcessorMs)):F2} of a processor";
    }

    private StartFigures Start(string program, string argument)
    {
        var watch = Stopwatch.StartNew();
        using var client = FrameClient.Start(_home, program, argument);
        client.Ask(Ping);
        return new StartFigures(watch.Elapsed.TotalMilliseconds, ProcessFigures.Processor(client.ProcessId).TotalMilliseconds);
    }

    private void MeasureIdleMemory()
    {
        using var front = StartFront();
        var broker = front.Ask(Ping).GetProperty("pid").GetInt32();
        Wait();
        PrintMemory("front, idle", front.ProcessId, "≤ 6 MB");
        PrintMemory("broker, idle", broker, "≤ 60 MB");
    }

    private static void PrintMemory(string what, int pid, string bar)
        => Figures.Print($"{what}, MB", $"{ProcessFigures.Resident(pid) / 1e6:F1} resident, {ProcessFigures.Proportional(pid) / 1e6:F1} its part", bar);

    private void MeasureWarmLoad()
    {
        using var front = StartFront();
        var load = $$"""{"action":"load_model","modelPath":"{{storyModel}}"}""";
        front.Ask(load);
        var times = new List<double>();
        for (var run = 0; run < Loads; run++)
        {
            var started = Stopwatch.GetTimestamp();
            front.Ask(load);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Figures.Print("warm load_model, ms", $"{Figures.Median(times):F2}", "≤ 5");
    }

    /// <summary>The memory of all processes while one client generates, and while two do.</summary>
    private void MeasureSharing(string name, string model)
    {
        using var one = StartFront();
        using var two = StartFront(OtherOrigin);
        var load = $$"""{"action":"load_model","modelPath":"{{model}}"}""";
        var broker = one.Ask(Ping).GetProperty("pid").GetInt32();
        var worker = one.Ask(load).GetProperty("payload").GetProperty("pid").GetInt32();
        var generate = $$"""{"action":"generate","modelPath":"{{model}}","prompt":"Once","settings":{"temperature":0,"max_new_tokens":{{RandomTokens}} } }""";
        one.Ask(generate);
        one.Ask(generate);
        var before = Sum([one.ProcessId, broker, worker]);
        two.Ask(load);
        var first = new Thread(() => one.Ask(generate));
        first.Start();
        two.Ask(generate);
        first.Join();
        var after = Sum([one.ProcessId, two.ProcessId, broker, worker]);
        Figures.Print($"{name}: all processes, one client, then two, MB", $"{before / 1e6:F1}, {after / 1e6:F1}: {100 * (after - before) / before:F1} % more", "≤ 5 %");
    }

    private static double Sum(int[] processes) => processes.Sum(ProcessFigures.Proportional);

    private static void Wait()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(Rest);
    }

    private readonly record struct StartFigures(double WallMs, double ProcessorMs);
}
