using NativeHost.BitNet;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;
using NativeHost.LlamaCpp;

namespace NativeHost.Engines;

/// <summary>The engines of this program, wherever a model lives: in the process that serves, or in a worker.</summary>
internal static class HostEngines
{
    /// <param name="log">Gets every line of the engines' logs, from any thread; it must be quick and must not throw.</param>
    public static IEngine Create(Action<NativeLogLevel, string> log)
    {
        // The ternary engine has no tokenizer of its own, and does not know whose it gets.
        var vocabularies = new VocabularyLoader(Path.Combine(AppFolders.Cache(), "temp"), log);
        var packed = AppFolders.PackedWeights();
#pragma warning disable CA2000 // Both are the choice's from here on.
        return new EngineChoice(
            TernaryDialect.IsTernary, new BitNetModelLoader(vocabularies.Open, packed, TimeProvider.System), new LlamaModelLoader(log));
#pragma warning restore CA2000
    }
}
