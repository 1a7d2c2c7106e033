using NativeHost.Inference.Constraints;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;

namespace NativeHost.Inference;

/// <summary>The upper seam: a generation request in, events out. It hides where a loaded model lives.</summary>
/// <remarks>Safe to call from any thread. Generations beyond <see cref="ModelCard.GenerationsAtOnce"/> wait: owners take turns, and each one's come in the order they were asked for.</remarks>
public interface IModelHost : IAsyncDisposable
{
    ModelCard Card { get; }

    /// <summary>The context window, in tokens.</summary>
    int ContextTokens { get; }

    /// <summary>The process that the model lives in.</summary>
    int ProcessId { get; }

    /// <summary>Generates an answer. Nothing is computed ahead of a reader that is a few dozen events behind.</summary>
    /// <param name="stop">
    /// Ends the generation early. It is an end, not an error: a last event tells what was made until then.
    /// </param>
    /// <param name="answerNow">Ends the model's thinking, where it thinks: it answers then. Changes nothing where it does not.</param>
    /// <returns>
    /// Any number of <see cref="GenerationEvent"/>s, the last of them of kind <see cref="GenerationEventKind.Completed"/>.
    /// A reader that leaves early stops the generation.
    /// </returns>
    /// <exception cref="ContextFullException">The prompt does not fit the context.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    /// <exception cref="EngineCrashedException">The process that the model lives in ended; the next generation loads it again.</exception>
    /// <exception cref="UnsupportedTemplateException">The model's chat template cannot be read, or refuses the messages.</exception>
    /// <exception cref="ConstraintException">The constraint cannot be used, or is too ambiguous to follow.</exception>
    /// <exception cref="UnsupportedModelException">The model computes embeddings or scores, and makes no text.</exception>
    IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken stop, CancellationToken answerNow = default);

    /// <summary>Counts the tokens of a request's prompt, as the model would read it: messages in its own template, tools and all.</summary>
    /// <param name="stop">Ends the wait; what has begun is finished.</param>
    /// <returns>Tokens, perhaps more than the context has room for.</returns>
    /// <exception cref="ContextFullException">It is several times too long for the context.</exception>
    /// <exception cref="UnsupportedTemplateException">The model's chat template cannot be read, or refuses the messages.</exception>
    /// <exception cref="UnsupportedModelException">The model makes no text.</exception>
    /// <exception cref="EngineCrashedException">The process that the model lives in ended; the next request loads it again.</exception>
    Task<int> CountTokensAsync(GenerationRequest request, CancellationToken stop);

    /// <summary>Computes the vectors of texts. Requests for vectors take turns with each other, and not with generations.</summary>
    /// <param name="stop">Ends the computation early.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="UnsupportedModelException">The model makes text, of a kind that no vectors are computed with here; or it is a reranker.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    /// <exception cref="EngineCrashedException">The process that the model lives in ended; the next request loads it again.</exception>
    Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop);

    /// <summary>Scores documents by how well they answer a query. Requests take turns with each other.</summary>
    /// <param name="stop">Ends the computation early.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="UnsupportedModelException">The model is no reranker.</exception>
    /// <exception cref="ContextFullException">The query leaves no room for a document.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    /// <exception cref="EngineCrashedException">The process that the model lives in ended; the next request loads it again.</exception>
    Task<RerankResult> RerankAsync(RerankRequest request, CancellationToken stop)
        => throw new UnsupportedModelException("model that is no reranker", $"{Card.Name ?? Card.Architecture} is no reranker. Load a GGUF file whose pooling type is rank.");

    /// <summary>
    /// Brings back a model whose process has ended, however often that was: somebody asked for it. Changes nothing where it lives, or
    /// where the host is disposed.
    /// </summary>
    /// <exception cref="EngineCrashedException">It crashed again.</exception>
    Task ReviveAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Loads models; where they then live is the loader's business.</summary>
public interface IModelLoader
{
    /// <summary>Loads the model in a file.</summary>
    /// <param name="path">Absolute path of a GGUF file.</param>
    /// <param name="progress">Told the part that is loaded, 0 to 1, from any thread.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">The file is not what it should be.</exception>
    /// <exception cref="UnsupportedModelException">No engine here runs this kind of model.</exception>
    /// <exception cref="InsufficientMemoryException">It does not fit this machine's memory.</exception>
    /// <exception cref="EngineException">The engine could not load it.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled; nothing is left in memory.</exception>
    Task<IModelHost> LoadAsync(string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken);
}
