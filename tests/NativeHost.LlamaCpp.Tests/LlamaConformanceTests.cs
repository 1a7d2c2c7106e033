namespace NativeHost.LlamaCpp.Tests;

/// <summary>llama.cpp with the dense demo model.</summary>
internal static class LlamaUnderTest
{
    public static EngineUnderTest Engine { get; } = new(
        () => new LlamaModelLoader((_, _) => { }), TestModels.Story, "llama", "llama_cpp_cpu")
    {
        HasGpu = () => LlamaEngine.Devices.Any(device => device.IsGpu),
    };
}

public sealed class LlamaEngineTests() : EngineConformance(LlamaUnderTest.Engine);

public sealed class LlamaLanguageModelTests() : LanguageModelConformance(LlamaUnderTest.Engine);

public sealed class LlamaDamagedFileTests() : DamagedFileConformance(LlamaUnderTest.Engine);

public sealed class LlamaConstraintTests() : ConstraintConformance(LlamaUnderTest.Engine);
