using NativeHost.Hardware.Graphics;
using Xunit;

namespace NativeHost.Hardware.Tests.Graphics;

public sealed class GraphicsMergeTests
{
    private static readonly GraphicsDevice Card = new()
    {
        Name = "NVIDIA H100 80GB HBM3",
        Vendor = GraphicsVendor.Nvidia,
        HardwareId = "10de:2330",
        PciAddress = "0000:01:00.0",
        Driver = "nvidia",
        SharesMemory = false,
    };

    private static readonly GraphicsDevice Told = Card with { HardwareId = null, DriverVersion = "550", TotalBytes = 80, FreeBytes = 70 };
    private static readonly EngineDevice Vulkan = new("Vulkan0", "NVIDIA H100 80GB HBM3", "llama_cpp_vulkan", EngineDeviceKind.Gpu, 81, 71, "0000:01:00.0");

    [Fact]
    public void The_tool_adds_driver_and_memory_to_the_gpu_at_its_address()
        => Assert.Equal([Card with { DriverVersion = "550", TotalBytes = 80, FreeBytes = 70 }], GraphicsMerge.WithTool([Card], [Told]));

    [Fact]
    public void A_gpu_that_the_system_does_not_show_comes_behind()
    {
        var other = Card with { Vendor = GraphicsVendor.Intel };

        Assert.Equal([other, Told with { PciAddress = "0000:02:00.0" }], GraphicsMerge.WithTool([other], [Told with { PciAddress = "0000:02:00.0" }]));
    }

    [Fact]
    public void Cards_on_the_bus_that_the_tool_does_not_show_are_others()
    {
        var others = Card with { PciAddress = "0000:02:00.0" };

        Assert.Equal(["0000:01:00.0"], GraphicsMerge.WithTool([others, Card], [Told]).Select(device => device.PciAddress));
        Assert.Equal(2, GraphicsMerge.WithTool([others, Card], []).Count);
    }

    [Fact]
    public void Gpus_without_an_address_are_told_apart_by_their_order()
    {
        var card = Card with { PciAddress = null };

        var merged = GraphicsMerge.WithTool([card, card], [Told, Told with { PciAddress = "0000:02:00.0", FreeBytes = 60 }]);

        Assert.Equal([70, 60], merged.Select(device => device.FreeBytes));
    }

    [Fact]
    public void The_engines_device_is_the_gpu_at_its_address()
    {
        var other = Card with { PciAddress = "0000:02:00.0" };

        var merged = GraphicsMerge.WithEngine([other, Told], [Vulkan]);

        Assert.Null(merged[0].Engine);
        Assert.Equal(Told with { Engine = Vulkan }, merged[1]);
    }

    [Fact]
    public void Without_an_address_names_decide_and_equal_names_in_their_order()
    {
        var second = Vulkan with { Name = "Vulkan1", PciAddress = null };

        var merged = GraphicsMerge.WithEngine([Told, Told with { PciAddress = "0000:02:00.0" }], [Vulkan with { PciAddress = null }, second]);

        Assert.Equal(["Vulkan0", "Vulkan1"], merged.Select(device => device.Engine?.Name));
    }

    [Fact]
    public void Without_a_name_the_only_gpu_of_the_maker_is_meant()
    {
        var amd = new GraphicsDevice { Vendor = GraphicsVendor.Amd, HardwareId = "1002:744c", PciAddress = "0000:03:00.0", TotalBytes = 24, FreeBytes = 20 };
        var engine = new EngineDevice("Vulkan0", "AMD Radeon RX 7900 XTX (RADV NAVI31)", "llama_cpp_vulkan", EngineDeviceKind.Gpu, 24, 21, null);

        var merged = GraphicsMerge.WithEngine([Card, amd], [engine]);

        Assert.Equal(2, merged.Count);
        Assert.Equal(("AMD Radeon RX 7900 XTX (RADV NAVI31)", 24, 20), (merged[1].Name, merged[1].TotalBytes, merged[1].FreeBytes));
        Assert.False(merged[1].IsFreeByEngine);
    }

    [Fact]
    public void A_gpu_that_the_engine_alone_shows_comes_behind()
    {
        var merged = GraphicsMerge.WithEngine([], [new EngineDevice("MTL0", "Apple M2", "llama_cpp_metal", EngineDeviceKind.Gpu, 12, 11, null)]);

        Assert.Equal(("Apple M2", GraphicsVendor.Apple, 12, 11), (merged[0].Name, merged[0].Vendor, merged[0].TotalBytes, merged[0].FreeBytes));
        Assert.True(merged[0].IsFreeByEngine);
    }

    [Fact]
    public void An_apple_chip_shares_the_memory_though_the_engine_takes_it_for_a_card()
    {
        var system = new GraphicsDevice { Name = "Apple M2", Vendor = GraphicsVendor.Apple, SharesMemory = true };
        var engine = new EngineDevice("MTL0", "Apple M2", "llama_cpp_metal", EngineDeviceKind.Gpu, 12, 11, null);

        Assert.Equal(true, GraphicsMerge.WithEngine([system], [engine]).Single().SharesMemory);
        Assert.Equal(true, GraphicsMerge.WithEngine([], [engine]).Single().SharesMemory);
    }

    [Fact]
    public void Of_shared_memory_the_engine_knows_what_it_may_use()
    {
        var system = new GraphicsDevice { Name = "Intel(R) UHD Graphics 770", Vendor = GraphicsVendor.Intel, PciAddress = "0000:00:02.0", TotalBytes = 128 };
        var engine = new EngineDevice("Vulkan0", "Intel(R) UHD Graphics 770", "llama_cpp_vulkan", EngineDeviceKind.IntegratedGpu, 16_000, 9_000, "0000:00:02.0");

        var merged = GraphicsMerge.WithEngine([system], [engine]).Single();

        Assert.Equal((16_000, 9_000, true), (merged.TotalBytes, merged.FreeBytes, merged.SharesMemory));
    }

    [Fact]
    public void One_gpu_that_two_libraries_of_the_engine_show_is_the_firsts()
        => Assert.Equal("CUDA0", GraphicsMerge.WithEngine([Told], [Vulkan with { Name = "CUDA0" }, Vulkan]).Single().Engine!.Name);

    [Fact]
    public void Processors_and_libraries_for_them_are_no_gpus()
        => Assert.Empty(GraphicsMerge.WithEngine(
            [], [Vulkan with { Name = "CPU", Kind = EngineDeviceKind.Cpu }, Vulkan with { Name = "BLAS", Kind = EngineDeviceKind.Accelerator }]));
}
