using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Hardware.Neural;

/// <summary>Asks each system for processors for neural networks.</summary>
internal static class NeuralProbes
{
    private const string LinuxDevices = "/sys/class/accel";
    private const string WindowsClass = "{f01a9d53-3ff6-48d2-9f97-c8a7004be10c}"; // ComputeAccelerator

    /// <summary>Those that have a driver: without one, Linux does not know what a device is.</summary>
    public static IReadOnlyList<NeuralDevice> OnLinux(ISystemFiles files)
        =>
        [
            .. files.Names(LinuxDevices)
                .Where(name => name.StartsWith("accel", StringComparison.Ordinal))
                .Select(name => FieldText.Of("DRIVER", '=', files.Read($"{LinuxDevices}/{name}/device/uevent")))
                .OfType<string>()
                .Select(driver => new NeuralDevice(
                    NameOf(driver), driver, files.Read($"/sys/module/{driver}/version")?.Trim() ?? files.Read("/proc/sys/kernel/osrelease")?.Trim())),
        ];

    public static IReadOnlyList<NeuralDevice> OnWindows(IMachineRegistry registry, IWindowsKernel kernel)
        =>
        [
            .. WindowsDevices.OfClass(WindowsClass, registry, kernel)
                .Select(device => new NeuralDevice(
                    registry.Text(device.DriverKey, "DriverDesc") ?? "Compute accelerator",
                    registry.Text(device.DriverKey, "ProviderName"),
                    registry.Text(device.DriverKey, "DriverVersion"))),
        ];

    /// <summary>Every Apple chip has one, and macOS has no other word for it.</summary>
    public static IReadOnlyList<NeuralDevice> OnMacOS(IMacKernel kernel)
        => kernel.Text("machdep.cpu.brand_string") is { } chip && ProcessorGeneration.OfApple(chip) != ProcessorGeneration.Unknown
            ? [new NeuralDevice($"{chip} Neural Engine", null, null)]
            : [];

    private static string NameOf(string driver) => driver switch
    {
        "amdxdna" => "AMD XDNA NPU",
        "intel_vpu" => "Intel NPU",
        "habanalabs" => "Intel Gaudi",
        "qaic" => "Qualcomm Cloud AI",
        "rocket" => "Rockchip NPU",
        _ => $"Accelerator ({driver})",
    };
}
