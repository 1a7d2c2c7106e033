using System.Text.Json;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Graphics;

public sealed class MacGraphicsTests
{
    private const string Profiler = "/usr/sbin/system_profiler";

    [Fact]
    public async Task An_apple_chip_shares_the_memory_and_says_no_size()
    {
        var commands = new RecordedCommands((Profiler,
            """
            {
              "SPDisplaysDataType" : [
                {
                  "_name" : "Apple M1 Pro",
                  "spdisplays_mtlgpufamilysupport" : "spdisplays_metal4",
                  "spdisplays_ndrvs" : [ { "_name" : "Color LCD", "_spdisplays_pixels" : "3024 x 1964" } ],
                  "spdisplays_vendor" : "sppci_vendor_Apple",
                  "sppci_bus" : "spdisplays_builtin",
                  "sppci_cores" : "16",
                  "sppci_device_type" : "spdisplays_gpu",
                  "sppci_model" : "Apple M1 Pro"
                }
              ]
            }
            """));

        var gpu = (await MacGraphics.ListAsync(commands, Patience.Token)).Single();

        Assert.Equal(new GraphicsDevice { Name = "Apple M1 Pro", Vendor = GraphicsVendor.Apple, SharesMemory = true }, gpu);
        Assert.Equal([$"{Profiler} -json -detailLevel mini SPDisplaysDataType"], commands.Runs);
    }

    [Fact]
    public void An_intel_mac_has_one_in_the_processor_and_a_card()
    {
        var gpus = MacGraphics.Parse(
            """
            {
              "SPDisplaysDataType" : [
                { "_name" : "kHW_IntelUHDGraphics630Item", "_spdisplays_vram" : "1536 MB", "spdisplays_vendor" : "Intel",
                  "spdisplays_vram_shared" : "1536 MB", "sppci_model" : "Intel UHD Graphics 630" },
                { "_name" : "kHW_AMDRadeonPro560XItem", "spdisplays_vendor" : "sppci_vendor_amd", "spdisplays_vram" : "4 GB",
                  "sppci_model" : "Radeon Pro 560X" }
              ]
            }
            """);

        Assert.Equal(
            [
                new GraphicsDevice { Name = "Intel UHD Graphics 630", Vendor = GraphicsVendor.Intel, SharesMemory = true },
                new GraphicsDevice { Name = "Radeon Pro 560X", Vendor = GraphicsVendor.Amd, SharesMemory = false, TotalBytes = 4L << 30 },
            ],
            gpus);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"SPDisplaysDataType":{}}""")]
    [InlineData("""{"SPDisplaysDataType":[1,"a",null]}""")]
    public void Other_answers_have_no_gpus(string output) => Assert.Empty(MacGraphics.Parse(output));

    [Fact]
    public void A_gpu_whose_fields_have_other_types_is_there_without_them()
        => Assert.Equal("", MacGraphics.Parse("""{"SPDisplaysDataType":[{"sppci_model":5,"_name":null,"spdisplays_vram":"lots"}]}""").Single().Name ?? "");

    [Fact]
    public async Task No_json_is_a_failure()
        => await Assert.ThrowsAnyAsync<JsonException>(() => MacGraphics.ListAsync(new RecordedCommands((Profiler, "error")), Patience.Token));

    [Fact]
    public async Task Without_the_program_it_is_a_failure()
        => await Assert.ThrowsAsync<IOException>(() => MacGraphics.ListAsync(new RecordedCommands(), Patience.Token));
}
