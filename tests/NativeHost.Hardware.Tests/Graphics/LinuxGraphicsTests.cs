using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Graphics;

public sealed class LinuxGraphicsTests
{
    private const string Devices = "/sys/bus/pci/devices";

    [Fact]
    public void An_nvidia_card_has_the_name_that_its_driver_gives_it()
    {
        var files = new RecordedFiles(
            $"""
            {Devices}/0000:00:02.0/class = 0x020000
            {Devices}/0000:00:02.0/vendor = 0x8086
            {Devices}/0000:00:02.0/device = 0x100e
            {Devices}/0000:01:00.0/class = 0x030200
            {Devices}/0000:01:00.0/vendor = 0x10de
            {Devices}/0000:01:00.0/device = 0x2330
            /sys/module/nvidia/version = 550.54.15
            """,
            ($"{Devices}/0000:01:00.0/uevent", "DRIVER=nvidia\nPCI_CLASS=30200\nPCI_ID=10DE:2330\nPCI_SLOT_NAME=0000:01:00.0\n"),
            ("/proc/driver/nvidia/gpus/0000:01:00.0/information",
                "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 77\nGPU UUID: \t GPU-eaf23aa1-4d3d-596c-da66-b86b0e5db584\nBus Type: \t PCIe\nBus Location: \t 0000:01:00.0\n"));

        var card = new LinuxGraphics(files).Read().Single();

        Assert.Equal(
            new GraphicsDevice
            {
                Name = "NVIDIA H100 80GB HBM3",
                Vendor = GraphicsVendor.Nvidia,
                HardwareId = "10de:2330",
                PciAddress = "0000:01:00.0",
                Driver = "nvidia",
                DriverVersion = "550.54.15",
                SharesMemory = false,
            },
            card);
    }

    [Fact]
    public void An_nvidia_card_without_its_driver_has_numbers_for_a_name_and_no_version()
    {
        var card = new LinuxGraphics(new RecordedFiles(
            $"""
            {Devices}/0000:01:00.0/class = 0x030000
            {Devices}/0000:01:00.0/vendor = 0x10de
            {Devices}/0000:01:00.0/device = 0x2684
            """)).Read().Single();

        Assert.Null(card.Name);
        Assert.Equal("Nvidia GPU 10de:2684", card.Label);
        Assert.Null(card.DriverVersion);
        Assert.Null(card.TotalBytes);
    }

    [Fact]
    public void An_amd_card_tells_its_memory_and_has_the_kernels_version()
    {
        var files = new RecordedFiles(
            $"""
            {Devices}/0000:03:00.0/class = 0x030000
            {Devices}/0000:03:00.0/vendor = 0x1002
            {Devices}/0000:03:00.0/device = 0x744c
            {Devices}/0000:03:00.0/mem_info_vram_total = 25753026560
            {Devices}/0000:03:00.0/mem_info_vram_used = 1753026560
            /proc/sys/kernel/osrelease = 6.8.0-45-generic
            """,
            ($"{Devices}/0000:03:00.0/uevent", "DRIVER=amdgpu\nPCI_ID=1002:744C\n"));

        var card = new LinuxGraphics(files).Read().Single();

        Assert.Equal("Amd GPU 1002:744c", card.Label);
        Assert.Equal(("amdgpu", "6.8.0-45-generic"), (card.Driver, card.DriverVersion));
        Assert.Equal((25_753_026_560, 24_000_000_000), (card.TotalBytes, card.FreeBytes));
        Assert.Null(card.SharesMemory);
    }

    [Fact]
    public void An_amd_accelerator_without_a_screen_counts_and_another_makers_does_not()
    {
        var cards = new LinuxGraphics(new RecordedFiles(
            $"""
            {Devices}/0000:05:00.0/class = 0x120000
            {Devices}/0000:05:00.0/vendor = 0x1002
            {Devices}/0000:05:00.0/device = 0x74a1
            {Devices}/0000:05:00.0/product_name = AMD Instinct MI300X OAM
            {Devices}/0000:06:00.0/class = 0x120000
            {Devices}/0000:06:00.0/vendor = 0x8086
            {Devices}/0000:06:00.0/device = 0x7d1d
            """)).Read();

        Assert.Equal("AMD Instinct MI300X OAM", cards.Single().Name);
    }

    [Theory]
    [InlineData("0000:00:02.0", true)]
    [InlineData("0000:03:00.0", false)]
    public void Intels_gpus_inside_of_processors_share_the_memory(string address, bool shares)
    {
        var card = new LinuxGraphics(new RecordedFiles(
            $"""
            {Devices}/{address}/class = 0x030000
            {Devices}/{address}/vendor = 0x8086
            {Devices}/{address}/device = 0x46a6
            """)).Read().Single();

        Assert.Equal(shares, card.SharesMemory);
    }

    [Fact]
    public void A_gpu_that_is_part_of_a_chip_is_found_by_its_node_for_drawing()
    {
        var files = new RecordedFiles(
            "/proc/sys/kernel/osrelease = 6.6.31",
            ("/sys/class/drm/card0/device/uevent", "DRIVER=vc4-drm\nOF_COMPATIBLE_0=brcm,bcm2712-vc6\n"),
            ("/sys/class/drm/card1/device/uevent", "DRIVER=v3d\nOF_COMPATIBLE_0=brcm,2712-v3d\n"),
            ("/sys/class/drm/renderD128/device/uevent", "DRIVER=v3d\nOF_COMPATIBLE_0=brcm,2712-v3d\n"),
            ("/sys/class/drm/renderD129/device/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n"));

        var gpu = new LinuxGraphics(files).Read().Single();

        Assert.Equal(("brcm,2712-v3d", "v3d", true), (gpu.Name, gpu.Driver, gpu.SharesMemory));
    }

    [Fact]
    public void A_machine_without_a_bus_has_none() => Assert.Empty(new LinuxGraphics(new RecordedFiles("")).Read());
}
