namespace NativeHost.LlamaCpp.Loading;

/// <summary>What a model file's header says that decides about loading it.</summary>
/// <param name="WeightBytes">Size of the file, or of all files of a split model.</param>
/// <param name="TrainedContextTokens">0 where the file does not say.</param>
/// <param name="CacheBytesPerToken">What one token takes in the attention caches of all layers, in 16-bit floats.</param>
internal sealed record ModelShape(
    string Architecture,
    string? Name,
    long WeightBytes,
    int TrainedContextTokens,
    int LayerCount,
    int EmbeddingSize,
    int HeadCount,
    int VocabularySize,
    long CacheBytesPerToken,
    string? ChatTemplate);
