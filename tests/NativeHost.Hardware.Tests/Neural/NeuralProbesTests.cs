using NativeHost.Hardware.Neural;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Neural;

public sealed class NeuralProbesTests
{
    private const string Class = "{f01a9d53-3ff6-48d2-9f97-c8a7004be10c}";

    [Fact]
    public void Linux_tells_what_has_a_driver()
    {
        var files = new RecordedFiles(
            "/proc/sys/kernel/osrelease = 6.14.0-1010\n/sys/module/amdxdna/version = 2.19",
            ("/sys/class/accel/accel0/device/uevent", "DRIVER=intel_vpu\nPCI_CLASS=120000\nPCI_ID=8086:7D1D\nPCI_SLOT_NAME=0000:00:0b.0\n"),
            ("/sys/class/accel/accel1/device/uevent", "DRIVER=amdxdna\nPCI_CLASS=118000\nPCI_ID=1022:17F0\n"));

        Assert.Equal(
            [new NeuralDevice("Intel NPU", "intel_vpu", "6.14.0-1010"), new NeuralDevice("AMD XDNA NPU", "amdxdna", "2.19")], NeuralProbes.OnLinux(files));
    }

    [Fact]
    public void Linux_without_one_has_none() => Assert.Empty(NeuralProbes.OnLinux(new RecordedFiles("")));

    [Fact]
    public void Windows_tells_what_is_there_now()
    {
        var registry = new RecordedRegistry(
            $$"""
            HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\0000
                DriverDesc    REG_SZ    Intel(R) AI Boost
                ProviderName    REG_SZ    Intel Corporation
                DriverVersion    REG_SZ    32.0.100.3104
                MatchingDeviceId    REG_SZ    PCI\VEN_8086&DEV_7D1D

            HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\Configuration
                Version    REG_DWORD    0x1

            HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Enum\PCI\VEN_8086&DEV_7D1D&SUBSYS_CA07144D&REV_04\3&11583659&0&58
                Driver    REG_SZ    {{Class}}\0000
                LocationInformation    REG_SZ    @System32\drivers\pci.sys,#65536;PCI bus %1, device %2, function %3;(0,11,0)
            """);
        var kernel = new RecordedWindows { Devices = new() { [Class] = [@"PCI\VEN_8086&DEV_7D1D&SUBSYS_CA07144D&REV_04\3&11583659&0&58"] } };

        Assert.Equal([new NeuralDevice("Intel(R) AI Boost", "Intel Corporation", "32.0.100.3104")], NeuralProbes.OnWindows(registry, kernel));
        Assert.Empty(NeuralProbes.OnWindows(registry, new RecordedWindows()));
        Assert.Equal("Intel(R) AI Boost", NeuralProbes.OnWindows(registry, new RecordedWindows { Devices = null }).Single().Name);
    }

    [Fact]
    public void Apple_chips_have_one_and_intel_macs_none()
    {
        Assert.Equal("Apple M2 Neural Engine", NeuralProbes.OnMacOS(new RecordedMac("machdep.cpu.brand_string: Apple M2")).Single().Name);
        Assert.Empty(NeuralProbes.OnMacOS(new RecordedMac("machdep.cpu.brand_string: Intel(R) Core(TM) i7-8750H CPU @ 2.20GHz")));
    }
}
