using NativeHost.Hardware.Planning;

namespace NativeHost.LlamaCpp.Tests.Planning;

/// <summary>Plans against what the real llama.cpp takes of the machine's memory and of a GPU's, where there is one.</summary>
public sealed class GpuTests
{
    /// <summary>Architectures that GPUs compute whole.</summary>
    public static TheoryData<string> Architectures
        => [.. ModelSketch.Architectures.Except(["mamba", "mamba2", "jamba", "granitehybrid", "falcon-h1", "lfm2"])];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Weights_lie_where_they_were_planned_to_and_buffers_are_no_larger(string architecture)
    {
        NativeBreakdown.SkipUnlessKnown();
        LlamaEngine.Start();
        var isExpected = Environment.GetEnvironmentVariable("TABAGENT_EXPECT_GPU") == "1";
        Assert.SkipUnless(isExpected || LlamaEngine.Devices.Any(device => device.IsGpu), "There is no GPU, or no plugin for it.");

        // Multiples of all alignments, the router's scores included.
        var size = new SketchSize { Experts = 64, Heads = 8, LatentRotary = 64 };
        foreach (var layers in new[] { 1, 2, size.Layers })
        {
            using var load = PlannedLoad.Open(architecture, size, isAllocated: false, layers);
            foreach (var settings in new PlanSettings[] { new() { ContextTokens = 4096 }, new() { ContextTokens = 1024, MicroBatchTokens = 64 } })
            {
                var (plan, real) = load.Compare(settings);
                var what = $"{architecture} with {layers} layers on a GPU and {settings}";
                if (plan.Weights.Confidence == Confidence.Exact)
                {
                    Assert.Equal((real.HostWeights, real.DeviceWeights), (plan.Weights.CpuBytes, plan.Weights.GpuBytes));
                }
                else
                {
                    Assert.InRange(plan.Weights.CpuBytes - real.HostWeights, 0, load.Header.Tensors.Count * 128L);
                    Assert.InRange(plan.Weights.GpuBytes - real.DeviceWeights, 0, load.Header.Tensors.Count * 128L);
                }

                Assert.Equal((real.HostCache, real.DeviceCache), (plan.Cache.CpuBytes, plan.Cache.GpuBytes));
                Assert.Equal(Confidence.Bounded, plan.Compute.Confidence);
                Assert.True(real.HostCompute <= plan.Compute.CpuBytes, $"{real.HostCompute} of {plan.Compute.CpuBytes} host bytes: {what}");
                Assert.True(real.DeviceCompute <= plan.Compute.GpuBytes, $"{real.DeviceCompute} of {plan.Compute.GpuBytes} device bytes: {what}");
            }
        }
    }
}
