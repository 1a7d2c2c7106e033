using NativeHost.Hardware;
using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Neural;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Tests;

/// <summary>A machine of which a test says what it has; 16 GiB, of which 8 are free, and no GPU, where it says nothing.</summary>
internal sealed class ScriptedMachine : IMachine
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>llama.cpp on the processor alone.</summary>
    public static EngineDevices ProcessorOnly { get; } =
        new("0.4.0", [new EngineDevice("CPU", "A processor", "llama_cpp_cpu", EngineDeviceKind.Cpu, 16384 * Mebibyte, 8192 * Mebibyte, null)]);

    public Func<MachineLook, MachineLook> Change { get; init; } = look => look;

    public Task<MachineLook> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Change(Usual));

    /// <summary>A machine with a card that llama.cpp computes on with Vulkan.</summary>
    public static ScriptedMachine WithCard(long totalMegabytes, long? freeMegabytes, bool sharesMemory = false)
    {
        var engine = new EngineDevice(
            "Vulkan0", "A card", "llama_cpp_vulkan", sharesMemory ? EngineDeviceKind.IntegratedGpu : EngineDeviceKind.Gpu, totalMegabytes * Mebibyte, (freeMegabytes ?? 0) * Mebibyte, "0000:01:00.0");
        var card = new GraphicsDevice
        {
            Name = "A card",
            Vendor = GraphicsVendor.Nvidia,
            PciAddress = "0000:01:00.0",
            Driver = "nvidia",
            DriverVersion = "550.54.15",
            SharesMemory = sharesMemory,
            TotalBytes = totalMegabytes * Mebibyte,
            FreeBytes = freeMegabytes * Mebibyte,
            Engine = engine,
        };
        return new ScriptedMachine
        {
            Change = look => look with
            {
                Engine = new Finding<EngineDevices>(new EngineDevices("0.4.0", [.. ProcessorOnly.Devices, engine]), null),
                Graphics = new Finding<IReadOnlyList<GraphicsDevice>>([card], null, TimeSpan.FromSeconds(3)),
            },
        };
    }

    private static MachineLook Usual { get; } = new(
        new Finding<SystemFacts>(new SystemFacts("linux", "6.1.0", "x86_64", "Debian GNU/Linux 12 (Linux 6.1.0)"), null),
        new Finding<ProcessorFacts>(
            new ProcessorFacts
            {
                Name = "AMD Ryzen 7 5800X",
                Vendor = ProcessorVendor.Amd,
                Generation = "AmdZen3",
                Family = 25,
                Model = 33,
                Stepping = 2,
                Cores = 8,
                Threads = 16,
                UsableCores = 8,
                UsableThreads = 16,
                BaseMegahertz = 3800,
                MaxMegahertz = 4850,
                Caches = [new CacheFacts(3, CacheKind.Unified, 32 * Mebibyte, 1)],
            },
            null),
        new Finding<LoadFacts>(new LoadFacts(12.34), null),
        new Finding<MemoryFacts>(new MemoryFacts(16384 * Mebibyte, 8192 * Mebibyte, 8192 * Mebibyte, null, 2048 * Mebibyte, 1024 * Mebibyte), null),
        new Finding<EngineDevices>(ProcessorOnly, null),
        new Finding<IReadOnlyList<GraphicsDevice>>([], null),
        new Finding<IReadOnlyList<NeuralDevice>>([], null),
        [(new MachineFolder("temp", "/tmp"), new Finding<FolderSpace>(new FolderSpace(1000 * Mebibyte, 400 * Mebibyte, 500 * Mebibyte, "ext4"), null))])
    {
        InstructionSets = ["avx2", "fma"],
    };
}
