using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.Engines;

/// <summary>Gives each model to the one engine that is for it, by what its header says and never by its name.</summary>
/// <remarks>There is no second try: what the chosen engine says of the model is the answer.</remarks>
/// <param name="isTernary">Whether a file belongs to the ternary engine.</param>
/// <param name="ternary">Owned from here on, as is the other.</param>
/// <param name="general">Gets every other file.</param>
internal sealed class EngineChoice(Func<GgufFile, bool> isTernary, IEngine ternary, IEngine general) : IEngine
{
    public async Task<IModelHost> LoadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => await (await EngineOfAsync(path, cancellationToken)).LoadAsync(path, options, progress, cancellationToken);

    public async Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => await (await EngineOfAsync(path, cancellationToken)).LoadModelAsync(path, options, progress, cancellationToken);

    public async Task<IEmbedder> LoadEmbedderAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => await (await EngineOfAsync(path, cancellationToken)).LoadEmbedderAsync(path, options, progress, cancellationToken);

    public void Dispose()
    {
        ternary.Dispose();
        general.Dispose();
    }

    // A header may hold a large vocabulary, so it is not read on the caller's thread.
    private Task<IEngine> EngineOfAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => isTernary(ModelFile.ReadHeader(path)) ? ternary : general, cancellationToken);
}
