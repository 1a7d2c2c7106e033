using NativeHost.LlamaCpp;

namespace NativeHost.BitNet.Tests;

/// <summary>The ternary engine with the ternary demo model, whose vocabulary llama.cpp reads for it as in the host.</summary>
internal static class BitNetUnderTest
{
    private static readonly VocabularyLoader Vocabularies = new(Path.Combine(Path.GetTempPath(), "tabagent-bitnet-tests"), (_, _) => { });

    public static EngineUnderTest Engine { get; } = new(
        () => new BitNetModelLoader(Vocabularies.Open, null, TimeProvider.System), DemoModel, "bitnet-b1.58", "bitnet_cpu");

    private static string DemoModel
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "NativeHost.sln")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
            }

            return Path.Combine(folder, "src", "NativeHost", "DemoModel", "tabagent-story-bitnet-i2_s.gguf");
        }
    }
}

public sealed class BitNetEngineTests() : EngineConformance(BitNetUnderTest.Engine);

public sealed class BitNetLanguageModelTests() : LanguageModelConformance(BitNetUnderTest.Engine);

public sealed class BitNetDamagedFileTests() : DamagedFileConformance(BitNetUnderTest.Engine);

public sealed class BitNetConstraintTests() : ConstraintConformance(BitNetUnderTest.Engine);
