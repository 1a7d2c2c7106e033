using System.Runtime.CompilerServices;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests.Interop;

/// <summary>Sizes and offsets as a C program printed them that was built from the headers of llama.cpp 0.4.0 and 0.5.0.</summary>
public sealed class StructureTests
{
    [Fact]
    public void Structures_have_the_sizes_of_the_C_ones()
    {
        Assert.Equal(80, Unsafe.SizeOf<LlamaModelParams>());
        Assert.Equal(160, Unsafe.SizeOf<LlamaContextParams>());
        Assert.Equal(56, Unsafe.SizeOf<LlamaBatch>());
    }

    [Fact]
    public unsafe void Fields_lie_where_the_C_ones_do()
    {
        var model = default(LlamaModelParams);
        var context = default(LlamaContextParams);
        var batch = default(LlamaBatch);

        Assert.Equal(24, (byte*)&model.LoadMode - (byte*)&model);
        Assert.Equal(48, (byte*)&model.ProgressCallback - (byte*)&model);
        Assert.Equal(72, (byte*)&model.VocabularyOnly - (byte*)&model);
        Assert.Equal(24, (byte*)&context.MaxOutputsPerSequence - (byte*)&context);
        Assert.Equal(52, (byte*)&context.FlashAttention - (byte*)&context);
        Assert.Equal(88, (byte*)&context.EvalCallback - (byte*)&context);
        Assert.Equal(112, (byte*)&context.AbortCallback - (byte*)&context);
        Assert.Equal(128, (byte*)&context.Embeddings - (byte*)&context);
        Assert.Equal(136, (byte*)&context.Samplers - (byte*)&context);
        Assert.Equal(48, (byte*)&batch.WantsLogits - (byte*)&batch);
    }

    [Fact]
    public void The_library_is_of_the_pinned_version_and_its_layouts_are_known()
    {
        LlamaEngine.Start();

        Assert.StartsWith("0.4.0", LlamaEngine.Version, StringComparison.Ordinal);
        Assert.Contains(LlamaEngine.Devices, device => device.Kind == ComputeDeviceKind.Cpu);
    }

    [Fact]
    public void A_library_with_shifted_structures_is_refused()
    {
        LlamaEngine.Start();
        var model = LlamaNative.llama_model_default_params();
        var context = LlamaNative.llama_context_default_params();
        LlamaEngine.CheckLayouts(model, context);

        context.Threads = 0;

        Assert.Throws<EngineException>(() => LlamaEngine.CheckLayouts(model, context));
    }
}
