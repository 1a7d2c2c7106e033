using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NativeHost.Actions;
using NativeHost.Actions.Hardware;
using NativeHost.Hardware;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent hardware</c>: what the machine has, as the host's clients are told.</summary>
internal static class HardwareCommand
{
    /// <summary>A person waits longer than a client for what takes time.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly string[] DiskHeading = ["FOLDER OF", "FREE", "OF", "ON", "PATH"];

    /// <param name="machine">Nothing is found out before the verb is typed.</param>
    public static Command Create(Lazy<IMachine> machine, TextWriter output, TimeProvider time)
    {
        var json = new Option<bool>("--json") { Description = "Print what get_hardware_info answers." };
        var command = new Command(
            "hardware",
            "Show what this machine has: processor, memory, GPUs and what llama.cpp sees of them, disks. What could not be found out says why.")
        {
            json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var payload = HardwarePayload.Of(await LookAsync(machine.Value, time, cancellationToken));
            await output.WriteLineAsync(
                result.GetValue(json)
                    ? JsonSerializer.Serialize(payload, ActionsJson.Default.HardwarePayload)
                    : string.Join(Environment.NewLine, Describe(payload)));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>What a person is shown, line by line.</summary>
    internal static IEnumerable<string> Describe(HardwarePayload payload)
    {
        var facts = new List<(string Name, string Text)>
        {
            ("system", payload.Os.Title ?? Unknown(payload.Os.Reason)),
            ("processor", payload.Cpu.ModelName ?? Unknown(payload.Cpu.Reason)),
            ("cores", Cores(payload.Cpu)),
            ("clock", Clock(payload.Cpu)),
            ("caches", payload.Cpu.Caches.Count > 0 ? string.Join(", ", payload.Cpu.Caches.Select(Cache)) : Unknown("The system does not tell.")),
            ("vectors", string.Join(' ', payload.Cpu.InstructionSets)),
            ("memory", Memory(payload.Memory)),
        };
        facts.AddRange(payload.Gpus.Count == 0
            ? [("gpu", payload.Vram.VramReason is { } reason ? Unknown(reason) : "none")]
            : payload.Gpus.SelectMany(Gpu));
        facts.AddRange(payload.Npus.Count == 0
            ? [("npu", payload.NpuReason is { } why ? Unknown(why) : "none")]
            : payload.Npus.Select(npu => ("npu", npu.DriverVersion is null ? npu.Name : $"{npu.Name}, driver {npu.DriverVersion}; no engine here uses it")));
        facts.Add(("engines", $"llama.cpp {payload.Engine.Version ?? Unknown(payload.Engine.Reason)}; ternary models with {payload.Cpu.BitnetDllVariant}"));
        facts.Add(("models run on", payload.ExecutionProvider.Primary is { } primary ? $"{primary}: {payload.ExecutionProvider.Reason}" : Unknown(payload.ExecutionProvider.Reason)));
        return TextTable.Facts(facts)
            .Append(string.Empty)
            .Concat(TextTable.Lines(DiskHeading, [.. payload.Disks.Select(Disk)]));
    }

    /// <summary>Asks until nothing is pending any more.</summary>
    private static async Task<MachineLook> LookAsync(IMachine machine, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var look = await machine.LookAsync(cancellationToken);
            if (look.Pending.Count == 0 || time.GetElapsedTime(started) > LongestWait)
            {
                return look;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static string Cores(CpuView cpu)
    {
        var kinds = cpu.PerformanceCores is null ? "" : $" ({cpu.PerformanceCores} fast, {cpu.EfficiencyCores} slow)";
        var usable = cpu.UsableThreads == cpu.Threads ? "" : $"; {cpu.UsableCores} cores, {cpu.UsableThreads} threads of them for the host";
        return cpu.Cores is null ? Unknown(cpu.Reason) : $"{cpu.Cores}{kinds}, {cpu.Threads} threads{usable}";
    }

    private static string Clock(CpuView cpu) => (cpu.BaseClockMhz, cpu.MaxClockSpeedMhz) switch
    {
        (null, null) => Unknown(cpu.ClockReason),
        ({ } low, { } high) => $"{low} to {high} MHz",
        var (low, high) => $"{low ?? high} MHz",
    };

    private static string Cache(CacheView cache)
    {
        var kind = cache.Kind switch { "data" => "d", "instruction" => "i", _ => "" };
        return $"L{cache.Level}{kind} {cache.Bytes / 1024:N0} KiB x {cache.Count}";
    }

    private static string Memory(MemoryView memory)
    {
        var swap = memory.SwapTotalMb == 0 ? "no swap" : $"swap {Amount(memory.SwapFreeMb)} free of {Amount(memory.SwapTotalMb)}";
        var limit = memory.ContainerLimitMb is null ? "" : $"; the container may have {Amount(memory.ContainerLimitMb)}";
        return memory.TotalRamMb is null
            ? Unknown(memory.Reason)
            : $"{Amount(memory.AvailableRamMb)} free of {Amount(memory.TotalRamMb)}{limit}; {swap}";
    }

    private static IEnumerable<(string Name, string Text)> Gpu(GpuView gpu)
    {
        var memory = gpu.VramMb is null ? Unknown(gpu.VramReason)
            : gpu.FreeVramMb is null ? $"{Amount(gpu.VramMb)}, how much of it is free is not known: {gpu.VramReason}"
            : $"{Amount(gpu.FreeVramMb)} free of {Amount(gpu.VramMb)}{(gpu.SharesMemory == true ? " of the machine's memory" : "")}";
        yield return ($"gpu {gpu.Index}", gpu.DriverVersion is null ? gpu.Name : $"{gpu.Name}, driver {gpu.DriverVersion}");
        yield return ("", memory);
        yield return ("", gpu.EngineDevice is null ? $"Models cannot run on it: {gpu.EngineReason}" : $"llama.cpp calls it {gpu.EngineDevice}");
    }

    private static string[] Disk(DiskView disk)
        =>
        [
            disk.Use,
            disk.AvailableMb is null ? "?" : Amount(disk.AvailableMb),
            disk.TotalMb is null ? "?" : Amount(disk.TotalMb),
            disk.FileSystem ?? "",
            disk.Reason is null ? disk.Path : $"{disk.Path}: {disk.Reason}",
        ];

    private static string Amount(long? megabytes) => string.Create(CultureInfo.InvariantCulture, $"{megabytes / 1024.0:F1} GiB");

    private static string Unknown(string? reason) => $"unknown: {reason}";
}
