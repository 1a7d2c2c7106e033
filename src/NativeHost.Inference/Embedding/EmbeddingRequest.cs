namespace NativeHost.Inference.Embedding;

/// <summary>Texts whose vectors are wanted.</summary>
/// <param name="Texts">At least one.</param>
/// <param name="Purpose">What they are, where the model tells texts that are looked for from texts that are looked through.</param>
/// <param name="Prefix">Put before each text instead of what the model was trained with for the purpose; null for that.</param>
public sealed record EmbeddingRequest(IReadOnlyList<string> Texts, EmbeddingPurpose Purpose, string? Prefix = null);

/// <summary>What a text is.</summary>
public enum EmbeddingPurpose
{
    /// <summary>Neither; the texts are compared with each other.</summary>
    Similarity,

    /// <summary>What somebody looks for.</summary>
    Query,

    /// <summary>What is looked through.</summary>
    Document,
}

/// <summary>The vectors of texts.</summary>
/// <param name="Dimensions">Numbers of a vector.</param>
/// <param name="Vectors">[texts × dimensions], each of length 1.</param>
/// <param name="TokenCounts">[texts]: tokens that were computed, prefix and begin and end included.</param>
/// <param name="Truncated">Which texts were longer than the context, and lost their ends: indexes, in order.</param>
/// <param name="Prefix">What was put before each text; empty for nothing.</param>
public sealed record EmbeddingResult(
    int Dimensions, ReadOnlyMemory<float> Vectors, IReadOnlyList<int> TokenCounts, IReadOnlyList<int> Truncated, string Prefix)
{
    /// <summary>[dimensions]: the vector of one text.</summary>
    public ReadOnlyMemory<float> Vector(int text) => Vectors.Slice(text * Dimensions, Dimensions);
}
