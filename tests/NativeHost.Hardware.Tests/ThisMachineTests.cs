using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;
using Xunit;

namespace NativeHost.Hardware.Tests;

/// <summary>What is said of this machine, against what its own tools say.</summary>
public sealed class ThisMachineTests
{
    private const long Kibibyte = 1024;

    /// <summary>What may change between two looks at the same figure.</summary>
    private const double Slack = 0.05;

    [Fact]
    public async Task The_processor_is_the_one_that_lscpu_tells_of()
    {
        var said = await SaidByLscpuAsync();
        var facts = (await LookAsync()).Processor.Value!;

        Assert.Equal(said["Model name"], facts.Name);
        Assert.Equal(Number("CPU family"), facts.Family);
        Assert.Equal(Number("Model"), facts.Model);
        Assert.Equal(Number("Stepping"), facts.Stepping);
        Assert.Equal(FieldText.NumbersIn(said["On-line CPU(s) list"]).Count, facts.Threads);
        Assert.Equal(Number("Core(s) per socket") * Number("Socket(s)"), facts.Cores);
        Assert.Equal(facts.Threads, facts.Cores * Number("Thread(s) per core"));
        Assert.Equal(
            said["Vendor ID"] switch { "GenuineIntel" => ProcessorVendor.Intel, "AuthenticAMD" => ProcessorVendor.Amd, "ARM" => ProcessorVendor.Arm, _ => ProcessorVendor.Unknown },
            facts.Vendor);
        Assert.Equal(said.TryGetValue("CPU max MHz", out var max) ? (int?)double.Parse(max, CultureInfo.InvariantCulture) : null, facts.MaxMegahertz);
        Assert.InRange(facts.UsableThreads, 1, facts.Threads);

        int? Number(string field) => said.TryGetValue(field, out var text) && text != "-" ? int.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    [Fact]
    public async Task The_caches_are_those_that_lscpu_tells_of()
    {
        using var document = JsonDocument.Parse(await RunAsync("/usr/bin/lscpu", "-B", "-C=NAME,TYPE,LEVEL,ALL-SIZE", "-J"));
        var said = document.RootElement.GetProperty("caches").EnumerateArray()
            .Select(cache => ($"{cache.GetProperty("level")} {cache.GetProperty("type")}", long.Parse(cache.GetProperty("all-size").ToString(), CultureInfo.InvariantCulture)))
            .Order();

        var facts = (await LookAsync()).Processor.Value!.Caches
            .GroupBy(cache => $"{cache.Level} {cache.Kind}")
            .Select(group => (group.Key, group.Sum(cache => cache.Bytes * cache.Count)))
            .Order();

        Assert.Equal(said, facts);
    }

    [Fact]
    public async Task Instruction_sets_are_among_those_that_lscpu_tells_of()
    {
        var flags = (await SaidByLscpuAsync())["Flags"].Split(' ');

        Assert.NotEmpty(InstructionSets.OfThisProcess);
        Assert.All(InstructionSets.OfThisProcess, name => Assert.Contains(FlagOf(name), flags));

        // Linux has other names for some.
        static string FlagOf(string name) => name switch
        {
            "sse3" => "pni",
            "lzcnt" => "abm",
            "neon" => "asimd",
            "dotprod" => "asimddp",
            "rdm" => "asimdrdm",
            "sha256" => "sha2",
            "avx512-vbmi" => "avx512vbmi",
            "avx-vnni-int8" => "avx_vnni_int8",
            "avx-vnni-int16" => "avx_vnni_int16",
            "avx10.1" or "avx10.2" => "avx10",
            _ => name.Replace('-', '_').Replace('.', '_'),
        };
    }

    [Fact]
    public async Task Memory_is_what_proc_meminfo_tells()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        var text = await File.ReadAllTextAsync("/proc/meminfo", Patience.Token);
        var facts = (await LookAsync()).Memory.Value!;

        Assert.Equal(FieldText.NumberOf("MemTotal:", text) * Kibibyte, facts.Total);
        Assert.Equal(FieldText.NumberOf("SwapTotal:", text) * Kibibyte, facts.SwapTotal);
        var free = (FieldText.NumberOf("MemAvailable:", text) * Kibibyte)!.Value;
        AssertNear(facts.Total - free, facts.Used, facts.Total);
        if (facts.ContainerLimit is null)
        {
            AssertNear(free, facts.Available, facts.Total);
        }
        else
        {
            Assert.InRange(facts.Available, 0, facts.ContainerLimit.Value);
        }
    }

    [Fact]
    public async Task Disks_are_those_that_df_tells_of()
    {
        string[] folders = [Path.GetTempPath(), "/", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "not there yet")];
        var machine = new Machine(NoEngineAsync, [.. folders.Select(folder => new MachineFolder("", folder))], TimeProvider.System);

        var disks = (await machine.LookAsync(Patience.Token)).Disks;

        foreach (var (folder, space) in disks)
        {
            var near = Directory.Exists(folder.Path) ? folder.Path : Path.GetTempPath();
            var said = (await RunAsync("/usr/bin/df", "--block-size=1", "--output=size,avail,fstype", near)).Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(long.Parse(said[0], CultureInfo.InvariantCulture), space.Value!.TotalBytes);
            AssertNear(long.Parse(said[1], CultureInfo.InvariantCulture), space.Value.AvailableBytes, space.Value.TotalBytes);
            Assert.NotNull(space.Value.FileSystem);
        }
    }

    [Fact]
    public async Task The_kernels_version_is_the_one_that_uname_tells()
    {
        var said = await RunAsync("/usr/bin/uname", "-r");

        Assert.Equal(said.Trim(), (await LookAsync()).System.Value!.Version);
    }

    [Fact]
    public async Task A_busy_processor_is_seen_to_be_busy()
    {
        var machine = new Machine(NoEngineAsync, [], TimeProvider.System);
        await machine.LookAsync(Patience.Token);
        using var stop = new CancellationTokenSource();
        var spinning = Task.Run(() => SpinUntil(stop.Token), stop.Token);

        double? percent = null;
        var timeout = Patience.Token;
        while (!(percent > 50.0 / Environment.ProcessorCount))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(600), timeout);
            percent = (await machine.LookAsync(timeout)).Load.Value!.Percent;
        }

        await stop.CancelAsync();
        await spinning;
        Assert.InRange(percent.Value, 0, 100);
    }

    [Fact]
    public async Task A_warm_look_takes_less_than_fifty_milliseconds()
    {
        var machine = new Machine(NoEngineAsync, [new MachineFolder("temp", Path.GetTempPath())], TimeProvider.System);
        await machine.LookAsync(Patience.Token);
        var times = new List<double>();
        for (var look = 0; look < 21; look++)
        {
            var started = Stopwatch.GetTimestamp();
            await machine.LookAsync(Patience.Token);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var median = times.Order().ElementAt(times.Count / 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"median {median:F2} ms, longest {times.Max():F2} ms");
        Assert.InRange(median, 0, 50);
    }

    [Fact]
    public async Task This_machine_can_be_looked_at_whatever_system_it_has()
    {
        var look = await LookAsync();

        Assert.Empty(look.Pending);
        Assert.NotNull(look.Processor.Value);
        Assert.NotNull(look.Memory.Value);
        Assert.InRange(look.Memory.Value.Available, 1, look.Memory.Value.Usable);
        Assert.NotNull(look.Graphics.Value);
        Assert.NotNull(look.Neural.Value);
        Assert.NotNull(look.System.Value?.Version);
    }

    private static Task<MachineLook> LookAsync() => new Machine(NoEngineAsync, [], TimeProvider.System).LookAsync(Patience.Token);

    private static Task<EngineDevices> NoEngineAsync(CancellationToken cancellationToken) => Task.FromResult(new EngineDevices("", []));

    private static void SpinUntil(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }

    private static void AssertNear(long expected, long actual, long total) => Assert.InRange((double)(actual - expected) / total, -Slack, Slack);

    private static async Task<Dictionary<string, string>> SaidByLscpuAsync()
    {
        using var document = JsonDocument.Parse(await RunAsync("/usr/bin/lscpu", "-J"));
        return Fields(document.RootElement.GetProperty("lscpu")).DistinctBy(field => field.Key).ToDictionary();

        // Later versions put fields below others.
        static IEnumerable<KeyValuePair<string, string>> Fields(JsonElement list)
            => list.EnumerateArray().SelectMany(field => (field.TryGetProperty("children", out var below) ? Fields(below) : [])
                .Prepend(new(field.GetProperty("field").GetString()!.TrimEnd(':'), field.GetProperty("data").GetString() ?? "")));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(program), $"There is no {program} here.");
        return await new SystemCommands().RunAsync(program, arguments, Patience.Token);
    }
}
