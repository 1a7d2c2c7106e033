using System.Collections.Frozen;
using NativeHost.Gguf;
using NativeHost.Inference.Embedding;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Tells models that are made for embeddings, or for scores, from those that make text.</summary>
internal static class EmbeddingModels
{
    private const int RankPooling = 4;

    /// <summary>Tokens of a call where the model's own context is shorter: several texts then share it.</summary>
    private const int LeastTokensOfCall = 512;

    /// <summary>The architectures of llama.cpp 0.4.0 that read a whole text at once and make none (llama-arch.cpp), encoder-decoders apart.</summary>
    private static readonly FrozenSet<string> Encoders = new[]
    {
        "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2", "jina-bert-v3", "eurobert", "gemma-embedding", "llama-embed",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether llama.cpp has the architecture for embeddings alone.</summary>
    public static bool IsEncoder(GgufFile file) => file.Architecture is { } architecture && Encoders.Contains(architecture);

    /// <summary>Whether the file says how its tokens become one vector (llama_pooling_type: 0 is none).</summary>
    public static bool DeclaresPooling(GgufFile file) => file.Metadata.Integer($"{file.Architecture}.pooling_type") is > 0;

    /// <summary>Whether it is a reranker: a head makes scores of pairs (llama_pooling_type: 4 is rank).</summary>
    public static bool IsReranker(GgufFile file) => file.Metadata.Integer($"{file.Architecture}.pooling_type") == RankPooling;

    /// <summary>How a reranker wants its pairs.</summary>
    public static PairForm PairsOf(GgufFile file, LlamaTokenizer tokenizer)
    {
        var (begin, between, end) = tokenizer.PairFrame();

        // llama.cpp has the softmax in the graphs of these.
        var givesProbabilities = file.Architecture is "qwen3" or "qwen3vl";
        return new PairForm(begin, between, end, file.Metadata.Text("tokenizer.chat_template.rerank"), givesProbabilities);
    }

    /// <summary>Whether a model is made for embeddings, or for scores.</summary>
    public static bool Contains(GgufFile file) => IsEncoder(file) || DeclaresPooling(file);

    /// <summary>The room for the texts of one call, in tokens.</summary>
    /// <param name="asked">The longest text that is asked for; null for the model's own length, bounded.</param>
    public static int TokensOfCall(GgufFile file, int? asked)
        => Math.Max(LeastTokensOfCall, asked ?? (int)Math.Min(file.ContextLength ?? NativeLoad.DefaultEmbeddingTokens, NativeLoad.DefaultEmbeddingTokens));
}
