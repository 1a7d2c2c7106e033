using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp.Tests.Loading;

public sealed class GpuPlacementTests
{
    private static readonly ModelShape Shape = new("llama", null, 1_000_000, 512, 5, 64, 8, 512, 640, ChatTemplate: null);
    private static readonly ComputeDevice Cpu = new(0, "CPU", "a processor", ComputeDeviceKind.Cpu);
    private static readonly ComputeDevice Integrated = new(0, "Vulkan0", "a chip's graphics", ComputeDeviceKind.IntegratedGpu);

    private readonly List<string> _notes = [];

    [Fact]
    public void Without_a_GPU_the_CPU_computes_and_a_wish_for_layers_is_answered_with_a_note()
    {
        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), Choose(-1, Cpu));
        Assert.Contains("No GPU", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_GPU_and_without_a_wish_there_is_nothing_to_say()
    {
        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), Choose(null, Cpu));
        Assert.Empty(_notes);
    }

    [Fact]
    public void A_GPU_computes_all_layers_unless_fewer_are_wanted()
    {
        Assert.Equal(new GpuPlacement(5, "llama_cpp_vulkan"), Choose(null, Cpu, Integrated));
        Assert.Equal(new GpuPlacement(5, "llama_cpp_vulkan"), Choose(99, Cpu, Integrated));
        Assert.Equal(new GpuPlacement(3, "llama_cpp_vulkan"), Choose(3, Cpu, Integrated));
        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), Choose(0, Cpu, Integrated));
    }

    [Fact]
    public void The_output_goes_to_the_GPU_with_the_first_layer()
    {
        Assert.Equal(6, Choose(-1, Cpu, Integrated).NativeLayers);
        Assert.Equal(4, Choose(3, Cpu, Integrated).NativeLayers);
        Assert.Equal(0, Choose(0, Cpu, Integrated).NativeLayers);
    }

    [Theory]
    [InlineData("CUDA1", "llama_cpp_cuda")]
    [InlineData("MTL0", "llama_cpp_metal")]
    [InlineData("Metal", "llama_cpp_metal")]
    public void An_engine_is_named_after_its_device(string device, string engine)
        => Assert.Equal(engine, new ComputeDevice(0, device, "", ComputeDeviceKind.Gpu).EngineName);

    private GpuPlacement Choose(int? requested, params ComputeDevice[] devices)
        => GpuPlacement.Choose(requested, devices, Shape, new MemoryEstimate(Shape, 512), 512, _notes);
}
