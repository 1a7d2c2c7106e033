using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Graphics;

public sealed class WindowsGraphicsTests
{
    private const string Class = "{4d36e968-e325-11ce-bfc1-08002be10318}";
    private const string Intel = @"PCI\VEN_8086&DEV_A780&SUBSYS_00000000&REV_04\3&11583659&0&10";
    private const string Nvidia = @"PCI\VEN_10DE&DEV_2684&SUBSYS_16F310DE&REV_A1\4&2283F625&0&0008";
    private const string Remote = @"ROOT\BASICDISPLAY\0000";

    // A desktop with graphics in the processor, a card, a card that was taken out, and Windows' own driver.
    private static readonly RecordedRegistry Registry = new(
        $$"""
        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\0000
            DriverDesc    REG_SZ    Intel(R) UHD Graphics 770
            ProviderName    REG_SZ    Intel Corporation
            DriverVersion    REG_SZ    31.0.101.4575
            MatchingDeviceId    REG_SZ    PCI\VEN_8086&DEV_A780
            HardwareInformation.MemorySize    REG_BINARY    00000008
            HardwareInformation.AdapterString    REG_SZ    Intel(R) UHD Graphics 770

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\0001
            DriverDesc    REG_SZ    NVIDIA GeForce RTX 4090
            ProviderName    REG_SZ    NVIDIA
            DriverVersion    REG_SZ    31.0.15.5222
            MatchingDeviceId    REG_SZ    PCI\VEN_10DE&DEV_2684
            HardwareInformation.MemorySize    REG_DWORD    0xfff00000
            HardwareInformation.qwMemorySize    REG_QWORD    0x5ff800000

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\0002
            DriverDesc    REG_SZ    AMD Radeon RX 580
            MatchingDeviceId    REG_SZ    PCI\VEN_1002&DEV_67DF
            HardwareInformation.qwMemorySize    REG_QWORD    0x200000000

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\0003
            DriverDesc    REG_SZ    Microsoft Basic Display Driver
            MatchingDeviceId    REG_SZ    ROOT\BASICDISPLAY

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Class\{{Class}}\Configuration
            Version    REG_DWORD    0x1

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Enum\{{Intel}}
            Driver    REG_SZ    {{Class}}\0000
            LocationInformation    REG_SZ    @System32\drivers\pci.sys,#65536;PCI bus %1, device %2, function %3;(0,2,0)

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Enum\{{Nvidia}}
            Driver    REG_SZ    {{Class}}\0001
            LocationInformation    REG_SZ    @System32\drivers\pci.sys,#65536;PCI bus %1, device %2, function %3;(1,0,0)

        HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Enum\{{Remote}}
            Driver    REG_SZ    {{Class}}\0003
        """);

    [Fact]
    public void Those_that_are_there_now_are_told_in_full()
    {
        var gpus = new WindowsGraphics(Registry, new RecordedWindows { Devices = new() { [Class] = [Intel, Nvidia, Remote] } }).Read();

        Assert.Equal(
            [
                new GraphicsDevice
                {
                    Name = "Intel(R) UHD Graphics 770",
                    Vendor = GraphicsVendor.Intel,
                    PciAddress = "0000:00:02.0",
                    Driver = "Intel Corporation",
                    DriverVersion = "31.0.101.4575",
                    SharesMemory = true,
                    TotalBytes = 0x08000000,
                },
                new GraphicsDevice
                {
                    Name = "NVIDIA GeForce RTX 4090",
                    Vendor = GraphicsVendor.Nvidia,
                    PciAddress = "0000:01:00.0",
                    Driver = "NVIDIA",
                    DriverVersion = "31.0.15.5222",
                    SharesMemory = false,
                    TotalBytes = 0x5ff800000,
                },
            ],
            gpus);
    }

    [Fact]
    public void Without_the_device_manager_drivers_are_listed_by_their_keys()
    {
        var gpus = new WindowsGraphics(Registry, new RecordedWindows { Devices = null }).Read();

        Assert.Equal(["Intel(R) UHD Graphics 770", "NVIDIA GeForce RTX 4090", "AMD Radeon RX 580"], gpus.Select(gpu => gpu.Name));
        Assert.Equal([GraphicsVendor.Intel, GraphicsVendor.Nvidia, GraphicsVendor.Amd], gpus.Select(gpu => gpu.Vendor));
        Assert.All(gpus, gpu => Assert.Null(gpu.PciAddress));
        Assert.Equal(0x200000000, gpus[2].TotalBytes);
    }

    [Fact]
    public void A_device_whose_driver_has_no_values_is_there_without_a_name()
    {
        var registry = new RecordedRegistry(
            $$"""
            HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Enum\{{Nvidia}}
                Driver    REG_SZ    {{Class}}\0007
            """);

        var gpu = new WindowsGraphics(registry, new RecordedWindows { Devices = new() { [Class] = [Nvidia] } }).Read().Single();

        Assert.Equal((null, GraphicsVendor.Nvidia, null), (gpu.Name, gpu.Vendor, gpu.TotalBytes));
    }
}
