using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Tests;

/// <summary>What a GPU computes, where there is one: a software driver of Vulkan will do (scripts/full.cs).</summary>
public sealed class GpuTests
{
    private const int Tokens = 48;

    [Fact]
    public async Task A_model_wholly_on_a_GPU_makes_the_processors_tokens()
    {
        LlamaEngine.Start();
        var isExpected = Environment.GetEnvironmentVariable("TABAGENT_EXPECT_GPU") == "1";
        Assert.SkipUnless(isExpected || LlamaEngine.Devices.Any(device => device.IsGpu), "There is no GPU, or no plugin for it.");
        var path = TestModels.Shared("stories260K", "stories260K-F32.gguf");

        using var onCpu = await TestModels.LoadAsync(path, new ModelLoadOptions { GpuLayers = 0 });
        using var onGpu = await TestModels.LoadAsync(path, new ModelLoadOptions { GpuLayers = -1 });

        Assert.Equal("llama_cpp_cpu", onCpu.Card.Engine);
        Assert.Equal("llama_cpp_vulkan", onGpu.Card.Engine);
        Assert.Equal(onGpu.Card.LayerCount, onGpu.Card.GpuLayers);
        Assert.Equal(Greedy.Continue(onCpu, [1], Tokens), Greedy.Continue(onGpu, [1], Tokens));
    }
}
