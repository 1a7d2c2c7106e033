using NativeHost.Inference.Embedding;

namespace NativeHost.Inference;

/// <summary>Computes models in this process, those of the files that it can read.</summary>
/// <remarks>Safe to call from any thread. The models outlive it.</remarks>
public interface IEngine : IModelLoader, IDisposable
{
    /// <summary>Loads a model without the machinery that generates with it.</summary>
    /// <inheritdoc cref="IModelLoader.LoadAsync"/>
    Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken);

    /// <summary>Loads a model that computes embeddings, without the machinery that gives requests their turns.</summary>
    /// <inheritdoc cref="IModelLoader.LoadAsync"/>
    Task<IEmbedder> LoadEmbedderAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken);
}
