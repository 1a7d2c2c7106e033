using System.Collections.Frozen;

namespace NativeHost.Hardware.Planning;

/// <summary>Architectures whose cache llama.cpp builds in a way that is not computed here: indexers, linear attention and the like.</summary>
internal static class OtherCaches
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7", "plamo2", "lfm2moe", "nemotron_h", "nemotron_h_moe", "qwen3next", "qwen35", "qwen35moe",
        "qwen4exp", "kimi-linear", "kimi-k3", "bailingmoe3", "minimax-01", "minimax-m3", "deepseek32", "deepseek4", "glm-dsa", "dots3note",
        "gemma4", "t5", "bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v3", "neo-bert", "eurobert", "modern-bert",
        "gemma-embedding", "dream", "llada", "llada-moe", "rnd1",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Has(string architecture) => Names.Contains(architecture);
}
