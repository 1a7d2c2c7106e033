using System.Collections.Frozen;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>The GGUF architectures that llama.cpp 0.4.0 makes text with, one token after the other.</summary>
/// <remarks>
/// From the table of names in its llama-arch.cpp, less those that are no model of this kind: encoders (bert and its kin, t5encoder,
/// gemma-embedding, llama-embed), encoder-decoders (t5), diffusion models (dream, llada, llada-moe, rnd1), speech (wavtokenizer-dec,
/// qwen3tts, pockettts), vision projectors (clip), and drafts for another model (eagle3, dflash, gemma4-assistant).
/// </remarks>
internal static class SupportedArchitectures
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "llama", "llama4", "deci", "falcon", "grok", "gpt2", "gptj", "gptneox", "mpt", "baichuan", "starcoder",
        "refact", "bloom", "stablelm", "qwen", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe", "qwen3next",
        "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe", "qwen4exp", "phi2", "phi3", "phimoe", "plamo", "plamo2",
        "plamo3", "codeshell", "orion", "internlm2", "minicpm", "minicpm3", "gemma", "gemma2", "gemma3", "gemma3n",
        "gemma4", "starcoder2", "mamba", "mamba2", "jamba", "falcon-h1", "xverse", "command-r", "cohere2", "cohere2moe",
        "dbrx", "olmo", "olmo2", "olmoe", "muse-glimmer", "openelm", "arctic", "deepseek", "deepseek2", "deepseek2-ocr",
        "deepseek32", "deepseek4", "chatglm", "glm4", "glm4moe", "glm-dsa", "bitnet", "jais", "jais2", "nemotron",
        "nemotron_h", "nemotron_h_moe", "exaone", "exaone4", "exaone-moe", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7",
        "granite", "granitemoe", "granitehybrid", "graniteswitch", "granite_swa", "chameleon", "plm", "bailingmoe",
        "bailingmoe2", "bailingmoe3", "dots1", "dots3note", "arcee", "afmoe", "laguna", "ernie4_5", "ernie4_5-moe",
        "hunyuan-moe", "hunyuan-dense", "hunyuan_vl", "hy_v3", "smollm3", "gpt-oss", "lfm2", "lfm2moe", "smallthinker",
        "seed_oss", "grovemoe", "apertus", "minimax-01", "minimax-m2", "minimax-m3", "cogvlm", "pangu-embedded",
        "mistral3", "mistral4", "paddleocr", "mimo2", "step35", "maincoder", "kimi-linear", "kimi-k3", "talkie",
        "mellum", "nanbeige",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string architecture) => Names.Contains(architecture);
}
