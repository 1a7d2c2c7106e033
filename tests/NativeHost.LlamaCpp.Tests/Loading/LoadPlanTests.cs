using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Loading;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.LlamaCpp.Tests.Loading;

public sealed class LoadPlanTests
{
    private const long GiB = 1024L * 1024 * 1024;

    private static readonly ComputeDevice Cpu = new(0, "CPU", "a processor", ComputeDeviceKind.Cpu);
    private static readonly ComputeDevice Integrated = new(0, "Vulkan0", "a chip's graphics", ComputeDeviceKind.IntegratedGpu);
    private static readonly ComputeDevice Card = new(0, "Vulkan0", "a card", ComputeDeviceKind.Gpu);

    /// <summary>As large as an 8B model of the Llama 3 kind in four bits, with a context of 8,192 tokens.</summary>
    private static readonly ModelHeader Large = ModelSketch.Header("llama", new SketchSize
    {
        Layers = 32,
        Width = 4096,
        Heads = 32,
        KvHeads = 8,
        HeadLength = 128,
        FeedForward = 14_336,
        Vocabulary = 128_256,
        TypeId = 12,
    });

    private static readonly ModelHeader Small = ModelSketch.Header("llama", new SketchSize { Layers = 5 });

    private readonly List<string> _notes = [];

    [Fact]
    public void A_model_that_fits_gets_its_context_and_nothing_is_said()
    {
        var plan = Choose(Large, machineBytes: 16 * GiB).Memory;

        Assert.Equal(8192, plan.Settings.ContextTokens);
        Assert.InRange(plan.CpuBytes, 5 * GiB, 7 * GiB);
        Assert.Empty(_notes);
    }

    [Fact]
    public void Where_memory_is_short_the_context_is_the_largest_that_fits()
    {
        var all = Choose(Large, machineBytes: 16 * GiB).Memory;

        var machineBytes = all.CpuBytes - (GiB / 4);
        var plan = Choose(Large, machineBytes).Memory;

        Assert.InRange(plan.Settings.ContextTokens, 4096, 8191);
        Assert.InRange(plan.CpuBytes, machineBytes - (64 * 1024 * 1024), machineBytes);
        Assert.Contains($"{plan.Settings.ContextTokens} tokens instead of 8192", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_larger_than_the_memory_is_refused()
    {
        var failure = Assert.Throws<InsufficientMemoryException>(() => Choose(Large, machineBytes: 4 * GiB));

        Assert.Equal(4 * GiB, failure.AvailableBytes);
        Assert.InRange(failure.NeededBytes, 4 * GiB, 7 * GiB);
    }

    [Fact]
    public void A_context_that_was_asked_for_is_not_made_smaller()
        => Assert.Throws<InsufficientMemoryException>(() => Choose(Large, 5 * GiB, new ModelLoadOptions { ContextTokens = 8192 }));

    [Fact]
    public void Only_the_smallest_models_get_exact_attention()
    {
        var (small, large) = (Choose(Small, 16 * GiB, new ModelLoadOptions { ContextTokens = 512 }).Memory.Settings, Choose(Large, 16 * GiB).Memory.Settings);

        Assert.False(small.UsesFlashAttention);
        Assert.Equal((GgufTensorType.F32, GgufTensorType.F32), (small.KeyTypeId, small.ValueTypeId));
        Assert.True(large.UsesFlashAttention);
        Assert.Equal((GgufTensorType.F16, GgufTensorType.F16), (large.KeyTypeId, large.ValueTypeId));
    }

    [Fact]
    public void Without_a_GPU_the_CPU_computes_and_a_wish_for_layers_is_answered_with_a_note()
    {
        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), PlacementOf(-1, [Cpu]));
        Assert.Contains("No GPU", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_GPU_and_without_a_wish_there_is_nothing_to_say()
    {
        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), PlacementOf(null, [Cpu]));
        Assert.Empty(_notes);
    }

    [Fact]
    public void A_GPU_computes_all_layers_unless_fewer_are_wanted()
    {
        Assert.Equal(new GpuPlacement(5, "llama_cpp_vulkan"), PlacementOf(null, [Cpu, Integrated]));
        Assert.Equal(new GpuPlacement(5, "llama_cpp_vulkan"), PlacementOf(99, [Cpu, Integrated]));
        Assert.Equal(new GpuPlacement(3, "llama_cpp_vulkan"), PlacementOf(3, [Cpu, Integrated]));
        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), PlacementOf(0, [Cpu, Integrated]));
    }

    [Fact]
    public void The_output_goes_to_the_GPU_with_the_first_layer()
    {
        Assert.Equal(6, PlacementOf(-1, [Cpu, Integrated]).NativeLayers);
        Assert.Equal(4, PlacementOf(3, [Cpu, Integrated]).NativeLayers);
        Assert.Equal(0, PlacementOf(0, [Cpu, Integrated]).NativeLayers);
    }

    [Fact]
    public void A_card_gets_as_many_layers_as_its_memory_holds()
    {
        var whole = Choose(Large, 16 * GiB, gpuBytes: 16 * GiB, devices: [Cpu, Card]).Memory;
        Assert.Equal(32, whole.Settings.GpuLayers);
        Assert.Empty(_notes);

        var (part, placement) = Choose(Large, 16 * GiB, gpuBytes: 4 * GiB, devices: [Cpu, Card]);

        Assert.InRange(part.Settings.GpuLayers, 12, 26);
        Assert.Equal(placement.Layers, part.Settings.GpuLayers);
        Assert.InRange(part.GpuBytes, 0, 4 * GiB);
        Assert.Contains($"holds {placement.Layers} of the 32 layers", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_card_holds_the_machine_need_not()
    {
        Assert.Throws<InsufficientMemoryException>(() => Choose(Large, 3 * GiB));

        var plan = Choose(Large, 3 * GiB, gpuBytes: 16 * GiB, devices: [Cpu, Card]).Memory;

        Assert.Equal(8192, plan.Settings.ContextTokens);
        Assert.InRange(plan.CpuBytes, 0, 3 * GiB);
    }

    [Fact]
    public void What_a_chips_graphics_holds_is_the_machines_memory()
        => Assert.Throws<InsufficientMemoryException>(() => Choose(Large, 3 * GiB, devices: [Cpu, Integrated]));

    [Fact]
    public void Hardly_a_layers_memory_on_a_card_leaves_all_to_the_CPU()
    {
        var (plan, placement) = Choose(Large, 16 * GiB, gpuBytes: GiB / 8, devices: [Cpu, Card]);

        Assert.Equal(new GpuPlacement(0, "llama_cpp_cpu"), placement);
        Assert.Equal(0, plan.GpuBytes);
    }

    [Theory]
    [InlineData("CUDA1", "llama_cpp_cuda")]
    [InlineData("MTL0", "llama_cpp_metal")]
    [InlineData("Metal", "llama_cpp_metal")]
    public void An_engine_is_named_after_its_device(string device, string engine)
        => Assert.Equal(engine, new ComputeDevice(0, device, "", ComputeDeviceKind.Gpu).EngineName);

    private GpuPlacement PlacementOf(int? requested, ComputeDevice[] devices)
        => Choose(Small, 16 * GiB, new ModelLoadOptions { GpuLayers = requested, ContextTokens = 512 }, devices: devices).Placement;

    private (MemoryPlan Memory, GpuPlacement Placement) Choose(
        ModelHeader header, long machineBytes, ModelLoadOptions? options = null, long? gpuBytes = null, ComputeDevice[]? devices = null)
    {
        var gpu = devices?.FirstOrDefault(device => device.IsGpu);
        var plan = new LoadPlan(new ModelPlanner(header, CpuPacking.None), options ?? new ModelLoadOptions(), gpu is not null, machineBytes, gpuBytes).Choose(_notes);
        return (plan, GpuPlacement.Of(plan, gpu?.EngineName));
    }
}
