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
        var ternary = new BitNetModelLoader(vocabularies.Open, Path.Combine(AppFolders.Cache(), "ternary"), TimeProvider.System);
        return new EngineChoice(TernaryDialect.IsTernary, ternary, new LlamaModelLoader(log));
    }
}
