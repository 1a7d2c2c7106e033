using Xunit;

namespace NativeHost.Inference.Tests;

public sealed class ModelLoadLimitsTests
{
    [Theory]
    [InlineData(0, null, null, null)]
    [InlineData(null, 0, null, null)]
    [InlineData(null, 513, null, null)]
    [InlineData(null, null, 0, null)]
    [InlineData(null, null, 8193, null)]
    [InlineData(null, null, null, -2)]
    public void Options_out_of_range_are_refused(int? contextTokens, int? threads, int? batchTokens, int? gpuLayers)
    {
        var options = new ModelLoadOptions { ContextTokens = contextTokens, Threads = threads, BatchTokens = batchTokens, GpuLayers = gpuLayers };

        Assert.Throws<ArgumentOutOfRangeException>(() => ModelLoadLimits.Check(options));
    }

    [Fact]
    public void Options_at_the_ends_of_their_ranges_are_taken()
    {
        ModelLoadLimits.Check(new ModelLoadOptions { ContextTokens = 1, Threads = 1, BatchTokens = 1, GpuLayers = -1 });
        ModelLoadLimits.Check(new ModelLoadOptions { ContextTokens = int.MaxValue, Threads = 512, BatchTokens = 8192, GpuLayers = int.MaxValue });
    }
}
