using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Graphics;

public sealed class NvidiaToolTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Every_line_is_a_gpu()
    {
        var commands = new RecordedCommands((
            "/usr/bin/nvidia-smi",
            "NVIDIA H100 80GB HBM3, 00000000:01:00.0, 550.54.15, 81559, 80994\nNVIDIA GeForce RTX 3090, 00000000:41:00.0, 550.54.15, 24576, 1203\n"));

        var gpus = await NvidiaTool.ListAsync(commands, null, Patience.Token);

        Assert.Equal(["NVIDIA H100 80GB HBM3", "NVIDIA GeForce RTX 3090"], gpus.Select(gpu => gpu.Name));
        Assert.Equal(["0000:01:00.0", "0000:41:00.0"], gpus.Select(gpu => gpu.PciAddress));
        Assert.Equal((81559 * Mebibyte, 80994 * Mebibyte), (gpus[0].TotalBytes, gpus[0].FreeBytes));
        Assert.All(gpus, gpu => Assert.Equal((GraphicsVendor.Nvidia, "550.54.15", false), (gpu.Vendor, gpu.DriverVersion, gpu.SharesMemory)));
        Assert.Equal(
            ["/usr/bin/nvidia-smi --query-gpu=name,pci.bus_id,driver_version,memory.total,memory.free --format=csv,noheader,nounits"], commands.Runs);
    }

    [Fact]
    public void What_the_tool_does_not_know_is_not_known()
    {
        var gpu = NvidiaTool.Parse("NVIDIA H100 80GB HBM3 MIG 1g.10gb, 00000000:01:00.0, [N/A], [N/A], [Insufficient Permissions]").Single();

        Assert.Null(gpu.DriverVersion);
        Assert.Null(gpu.TotalBytes);
        Assert.Null(gpu.FreeBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found\n")]
    [InlineData("a,b\n,,,,,,,\n")]
    public void Other_lines_are_no_gpus(string output) => Assert.Empty(NvidiaTool.Parse(output));

    [Fact]
    public async Task Where_the_tool_is_not_there_nothing_is_run()
    {
        var commands = new RecordedCommands(("/tmp/nvidia-smi", "A, 00000000:01:00.0, 1, 2, 3"));

        Assert.Empty(await NvidiaTool.ListAsync(commands, null, Patience.Token));
        Assert.Empty(commands.Runs);
    }

    [Theory]
    [InlineData("00000000:01:00.0", "0000:01:00.0")]
    [InlineData("0000:C1:00.1", "0000:c1:00.1")]
    [InlineData("00010000:e1:00.0", "10000:e1:00.0")]
    [InlineData("01:00.0", null)]
    [InlineData("[N/A]", null)]
    [InlineData(null, null)]
    public void Addresses_have_one_form(string? text, string? address) => Assert.Equal(address, PciAddress.Of(text));
}
