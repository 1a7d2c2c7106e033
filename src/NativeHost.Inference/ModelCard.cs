namespace NativeHost.Inference;

/// <summary>What a loaded model says of itself.</summary>
/// <param name="Architecture">The GGUF architecture, such as <c>llama</c>.</param>
/// <param name="Name">The name in the file's metadata; null where it has none.</param>
/// <param name="Engine">Which engine runs it, in the protocol's words, such as <c>llama_cpp_cpu</c>.</param>
/// <param name="FileBytes">Size of the model on disk, in bytes.</param>
/// <param name="TrainedContextTokens">The context the model was trained for, in tokens.</param>
/// <param name="EmbeddingSize">Width of the hidden state; of an embedding model that of its vectors.</param>
/// <param name="LayerCount">Number of transformer blocks.</param>
/// <param name="GpuLayers">Blocks that a GPU computes; 0 on the CPU.</param>
/// <param name="RamBytes">Bytes of the machine's memory, as its load was planned: weights, context, and all that is computed with.</param>
/// <param name="VramBytes">Bytes of the GPUs' memory, by the same plan.</param>
/// <param name="ChatTemplate">The Jinja text in the file; null where it has none.</param>
/// <param name="Notes">What a user should know about how it was loaded, such as why a GPU was not used.</param>
public sealed record ModelCard(
    string Architecture,
    string? Name,
    string Engine,
    long FileBytes,
    int TrainedContextTokens,
    int EmbeddingSize,
    int LayerCount,
    int GpuLayers,
    long RamBytes,
    long VramBytes,
    string? ChatTemplate,
    IReadOnlyList<string> Notes)
{
    /// <summary>What it does.</summary>
    public ModelTask Task { get; init; }

    /// <summary>How many generations share its steps; more wait for their turn. 1 or more.</summary>
    public int GenerationsAtOnce { get; init; } = 1;

    /// <summary>Tells its file from others of the same name and size (<see cref="Gguf.GgufFingerprint"/>); null where nothing is known of it.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>What a model does.</summary>
public enum ModelTask
{
    /// <summary>It makes text.</summary>
    Text,

    /// <summary>It computes embeddings, and makes no text.</summary>
    Embeddings,

    /// <summary>It scores how well documents answer a query, and makes neither text nor vectors.</summary>
    Ranking,
}
