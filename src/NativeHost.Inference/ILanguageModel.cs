using NativeHost.Inference.Embedding;

namespace NativeHost.Inference;

/// <summary>The lower seam: tokens in, logits out. Weights, attention caches and kernels lie below it.</summary>
/// <remarks>
/// Driven by one thread at a time. A model holds <see cref="SequenceCount"/> sequences, numbered from 0, each with its own
/// cache; all start empty. Synchronous on purpose: a step is pure computation.
/// </remarks>
public interface ILanguageModel : IDisposable
{
    ModelCard Card { get; }

    ITokenizer Tokenizer { get; }

    /// <summary>Most tokens a sequence holds.</summary>
    int ContextTokens { get; }

    /// <summary>Most tokens in one <see cref="Step"/>.</summary>
    int BatchTokens { get; }

    /// <summary>Number of sequences.</summary>
    int SequenceCount { get; }

    /// <summary>Most tokens that all sequences hold together; what two of them share by <see cref="TryFork"/> may count once or twice.</summary>
    int CacheTokens => (int)Math.Min((long)ContextTokens * SequenceCount, int.MaxValue);

    /// <summary>Threads that compute; may be set between steps.</summary>
    int Threads { get; set; }

    /// <summary>Number of tokens a sequence holds.</summary>
    int Position(int sequence);

    /// <summary>Appends the batch's tokens to their sequences and computes the logits that it asks for.</summary>
    /// <param name="abort">Ends the step early when raised, from any thread.</param>
    /// <returns>
    /// What happened. After anything but <see cref="StepOutcome.Done"/> some of the tokens may have been appended, and a model that
    /// cannot undo a part of its work has emptied its sequences: <see cref="Position"/> tells.
    /// </returns>
    /// <exception cref="EngineException">The engine failed; its sequences are no longer to be trusted.</exception>
    StepOutcome Step(StepBatch batch, AbortSignal abort);

    /// <summary>The logits of one run of the last step's batch, one per vocabulary entry, after the run's last token.</summary>
    /// <returns>Valid, and writable as scratch, until the next step.</returns>
    Span<float> Logits(int run);

    /// <summary>
    /// Tokens of a step, beside the last of each run, whose logits can be asked for; they can be dropped again then. 0 where one or the other is not possible.
    /// </summary>
    int DraftTokens => 0;

    /// <summary>The logits of one run of the last step's batch after one of its last tokens.</summary>
    /// <param name="back">How many tokens stand between it and the run's end; less than logits were asked for.</param>
    /// <returns>Valid, and writable as scratch, until the next step.</returns>
    Span<float> Logits(int run, int back) => back == 0 ? Logits(run) : throw new ArgumentOutOfRangeException(nameof(back), back, "Only the last token has logits.");

    /// <summary>Drops a sequence's tokens from <paramref name="position"/> on.</summary>
    /// <returns>False where the model cannot drop a part (recurrent models); 0 always works.</returns>
    bool TryRewind(int sequence, int position);

    /// <summary>Makes a sequence begin as another does; what it held is dropped.</summary>
    /// <param name="tokens">Tokens to share, at least 1 and at most as many as the source holds.</param>
    /// <returns>False where the model cannot (recurrent models share all or nothing); nothing has changed then.</returns>
    bool TryFork(int source, int target, int tokens);

    /// <summary>What has to be equal for a saved sequence to be one of this model, such as its file and the form of its cache; null where none can be saved.</summary>
    string? StateKey => null;

    /// <summary>Writes what a sequence holds into a file.</summary>
    /// <returns>False where it cannot be written whole.</returns>
    bool TrySave(int sequence, string path) => false;

    /// <summary>Makes a sequence hold what was saved by a model of the same <see cref="StateKey"/>; what it held is dropped.</summary>
    /// <param name="tokens">Number of tokens that were saved.</param>
    /// <returns>False where the file is not what it should be, or there is no room; the sequence is empty then.</returns>
    bool TryRestore(int sequence, int tokens, string path) => false;

    /// <summary>Opens a way to compute embeddings with the same weights, beside the sequences.</summary>
    /// <returns>The caller's, to be disposed before the model; driven by one thread at a time, which may be another than the model's.</returns>
    /// <exception cref="UnsupportedModelException">No embeddings are computed with models of this kind.</exception>
    /// <exception cref="EngineException">There is no memory for it.</exception>
    IEmbedder OpenEmbedder();
}

/// <summary>How a step ended.</summary>
public enum StepOutcome
{
    /// <summary>Every token was appended.</summary>
    Done,

    /// <summary>The abort signal was raised.</summary>
    Aborted,

    /// <summary>A sequence has no room left, or all together have none.</summary>
    ContextFull,
}

/// <summary>An engine failed while it computed, or could not load.</summary>
public sealed class EngineException(string message, Exception? inner = null) : Exception(message, inner);
