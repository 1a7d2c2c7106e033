using NativeHost.Hardware.Processor;
using Xunit;

namespace NativeHost.Hardware.Tests.Processor;

public sealed class ProcessorGenerationTests
{
    [Theory]
    [InlineData(0x17, 0x01, "AmdZen1")] // Ryzen 1000
    [InlineData(0x17, 0x11, "AmdZen1")] // Ryzen 2000 with graphics
    [InlineData(0x17, 0x31, "AmdZen2")] // Threadripper 3000
    [InlineData(0x17, 0x71, "AmdZen2")] // Ryzen 3000
    [InlineData(0x19, 0x01, "AmdZen3")] // EPYC 7003
    [InlineData(0x19, 0x21, "AmdZen3")] // Ryzen 5000
    [InlineData(0x19, 0x11, "AmdZen4")] // EPYC 9004
    [InlineData(0x19, 0x61, "AmdZen4")] // Ryzen 7000
    [InlineData(0x1A, 0x02, "AmdZen5")] // EPYC 9005
    [InlineData(0x1A, 0x44, "AmdZen5")] // Ryzen 9000
    [InlineData(0x15, 0x02, "Unknown")] // before Zen
    public void Amd_processors_are_known_by_family_and_model(int family, int model, string name)
        => Assert.Equal(name, ProcessorGeneration.OfX86(ProcessorVendor.Amd, family, model));

    [Theory]
    [InlineData(0x3C, "IntelHaswell")]
    [InlineData(0x55, "IntelSkylake")]
    [InlineData(0x6A, "IntelIcelake")]
    [InlineData(0x8F, "IntelSapphirerapids")]
    [InlineData(0x97, "IntelAlderlake")]
    [InlineData(0x2A, "Unknown")]
    public void Intel_processors_are_known_by_their_model(int model, string name)
        => Assert.Equal(name, ProcessorGeneration.OfX86(ProcessorVendor.Intel, 6, model));

    [Theory]
    [InlineData("Apple M1", "AppleM1")]
    [InlineData("Apple M4 Max", "AppleM4")]
    [InlineData("Apple processor", "Unknown")]
    [InlineData(null, "Unknown")]
    public void Apple_chips_are_known_by_their_name(string? name, string generation) => Assert.Equal(generation, ProcessorGeneration.OfApple(name));
}
