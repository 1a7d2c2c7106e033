using System.Collections.Frozen;
using NativeHost.Gguf;

namespace NativeHost.ModelCache.Variants;

/// <summary>Estimates the memory of a model from its header, or from its size alone.</summary>
/// <remarks>
/// For the architecture llama on a CPU the sum is what llama.cpp allocates: the weights, the cache of <see cref="CacheFormula"/>, and
/// 4 · n_ubatch · (n_vocab + 2 · n_embd + 1) bytes for the graph, whatever the context.
/// </remarks>
public static class MemoryFit
{
    private const long MiB = 1024 * 1024;

    /// <summary>A graph for a vocabulary of 150,000, which is a usual one.</summary>
    private const long UsualComputeBytes = 300 * MiB;

    private const long LeastComputeBytes = 32 * MiB;

    /// <summary>Cache of one token, in 16 bits, of a model whose file has one GiB; it grows with the square root of the size.</summary>
    private const double CacheBytesPerTokenAtOneGiB = 60 * 1024;

    /// <summary>Architectures whose cache the formula describes.</summary>
    private static readonly FrozenSet<string> Described = new[]
    {
        "llama", "llama4", "mistral3", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe", "qwen3vl", "qwen3vlmoe", "qwen3next",
        "gemma", "gemma2", "gemma3", "gemma3n", "phi2", "phi3", "phimoe", "gpt-oss", "granite", "granitemoe", "granitehybrid", "smollm3",
        "starcoder2", "stablelm", "internlm2", "command-r", "cohere2", "olmo", "olmo2", "olmoe", "exaone", "exaone4", "deepseek", "deepseek2",
        "glm4", "glm4moe", "minicpm", "nemotron", "falcon", "gpt2", "gptneox", "mamba", "mamba2", "jamba", "falcon-h1",
        "bitnet", "bitnet-b1.58", "bitnet-25",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="header">Of the model's only or first file.</param>
    /// <param name="fileBytes">Of all files of the model.</param>
    public static MemoryNeed OfHeader(GgufFile header, long fileBytes, FitSettings settings)
    {
        if (CacheFormula.Bytes(header, settings) is not { } cacheBytes
            || header.VocabularySize is not { } vocabulary || header.EmbeddingLength is not { } embedding)
        {
            return OfSize(fileBytes, settings);
        }

        var compute = (Int128)sizeof(float) * settings.MicroBatchTokens * ((Int128)vocabulary + (2 * (Int128)embedding) + 1);
        return new MemoryNeed(WeightBytes(header, fileBytes), cacheBytes, (long)Int128.Min(compute, long.MaxValue), ConfidenceIn(header));
    }

    /// <summary>A guess for a model of which nothing but its size is known.</summary>
    /// <param name="fileBytes">Of all files of the model.</param>
    public static MemoryNeed OfSize(long fileBytes, FitSettings settings)
    {
        var perToken = CacheBytesPerTokenAtOneGiB * Math.Sqrt(fileBytes / (1024.0 * MiB));
        return new MemoryNeed(
            fileBytes,
            (long)(perToken * settings.ContextTokens * settings.Sequences),
            Math.Clamp(fileBytes / 4, LeastComputeBytes, UsualComputeBytes),
            FitConfidence.Unknown);
    }

    private static FitConfidence ConfidenceIn(GgufFile header)
        => !Described.Contains(header.Architecture ?? "") ? FitConfidence.Unknown
            : header.Architecture == "llama" && header.Metadata.Integer("llama.expert_count") is null or 0 ? FitConfidence.Exact
            : FitConfidence.Bounded;

    /// <summary>Of a split model only the first header is here: its files are all but their headers weights.</summary>
    private static long WeightBytes(GgufFile header, long fileBytes)
        => header.SplitCount > 1 || header.Tensors.Any(tensor => tensor.Bytes is null)
            ? fileBytes
            : header.Tensors.Sum(tensor => tensor.Bytes ?? 0);
}
