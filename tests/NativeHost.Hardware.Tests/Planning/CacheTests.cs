using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using Xunit;

namespace NativeHost.Hardware.Tests.Planning;

/// <summary>What a context takes, for numbers that can be checked by hand.</summary>
public sealed class CacheTests
{
    private const int Layers = HandWritten.Layers;
    private const long LayerTokenBytes = HandWritten.LayerTokenBytes;

    [Theory]
    [InlineData(2048)]
    [InlineData(8192)]
    [InlineData(32_768)]
    public void Heads_that_share_keys_count_once(int contextTokens)
        => Assert.Equal(
            new MemoryPart(Layers * contextTokens * LayerTokenBytes, 0, Confidence.Exact),
            HandWritten.Of("llama").Plan(new PlanSettings { ContextTokens = contextTokens }).Cache);

    [Fact]
    public void Contexts_are_rounded_up_and_multiplied_by_the_conversations()
    {
        var header = HandWritten.Of("llama");

        Assert.Equal(Layers * 1024 * LayerTokenBytes, header.Plan(new PlanSettings { ContextTokens = 769 }).Cache.CpuBytes);
        Assert.Equal(Layers * 4096 * LayerTokenBytes, header.Plan(new PlanSettings { ContextTokens = 1024, Sequences = 4 }).Cache.CpuBytes);
    }

    [Fact]
    public void A_cache_of_eight_bits_is_counted_in_its_blocks()
    {
        var header = HandWritten.Of("llama");
        var settings = new PlanSettings { KeyTypeId = GgufTensorType.Q8, ValueTypeId = GgufTensorType.Q8 };

        Assert.Equal(Layers * 8192 * (8 * 128 / 32 * 34L), header.Plan(settings).Cache.CpuBytes);

        // llama.cpp makes no such cache: values would have to be transposed.
        Assert.Equal(Confidence.Unknown, header.Plan(settings with { UsesFlashAttention = false }).Cache.Confidence);
        Assert.Equal(Confidence.Unknown, header.Plan(settings with { ValueTypeId = 9999 }).Cache.Confidence);
    }

    [Fact]
    public void Heads_may_differ_by_layer()
    {
        var header = HandWritten.Of(
            "llama", writer => writer.Add("llama.attention.head_count_kv", [8, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), kvHeads: false);

        Assert.Equal(8192 * (LayerTokenBytes + (LayerTokenBytes / 2)), header.Plan().Cache.CpuBytes);
    }

    [Theory]
    [InlineData("gemma3", 2)] // layers 5 and 11 of 16 see everything
    [InlineData("gemma2", 8)]
    [InlineData("gpt-oss", 8)]
    [InlineData("cohere2", 4)]
    [InlineData("llama", 16)]
    public void Layers_with_a_window_keep_only_that_where_the_engine_lets_them(string architecture, int whole)
    {
        var header = HandWritten.Of(architecture, writer => writer.Add($"{architecture}.attention.sliding_window", 1000u));

        Assert.Equal(Layers * 8192 * LayerTokenBytes, header.Plan().Cache.CpuBytes);

        // 1,000 and a micro batch of 512, rounded up.
        var windowed = header.Plan(new PlanSettings { KeepsWholeWindows = false });
        Assert.Equal(((whole * 8192) + ((Layers - whole) * 1536)) * LayerTokenBytes, windowed.Cache.CpuBytes);
        var shorter = header.Plan(new PlanSettings { KeepsWholeWindows = false, ContextTokens = 512 });
        Assert.Equal(Layers * 512 * LayerTokenBytes, shorter.Cache.CpuBytes);
    }

    [Fact]
    public void Layers_that_use_anothers_cache_own_none()
    {
        // Gemma 3n's own are the first 20.
        var header = HandWritten.Empty("gemma3n", writer =>
        {
            writer.Add("gemma3n.block_count", 30u);
            writer.Add("gemma3n.embedding_length", 2048u);
            writer.Add("gemma3n.attention.head_count", 32u);
            writer.Add("gemma3n.attention.head_count_kv", 8u);
        });

        Assert.Equal(20 * 8192 * LayerTokenBytes, header.Plan().Cache.CpuBytes);
    }

    [Fact]
    public void Latent_attention_keeps_one_compressed_key()
    {
        var header = HandWritten.Of(
            "deepseek2",
            writer =>
            {
                writer.Add("deepseek2.attention.head_count_kv", 1u);
                writer.Add("deepseek2.attention.key_length", 576u);
                writer.Add("deepseek2.attention.value_length", 512u);
                writer.Add("deepseek2.attention.key_length_mla", 192u);
                writer.Add("deepseek2.attention.value_length_mla", 128u);
                writer.Add("deepseek2.attention.kv_lora_rank", 512u);
                writer.Add("deepseek2.rope.dimension_count", 64u);
            },
            kvHeads: false);

        Assert.Equal(new MemoryPart(Layers * 8192L * (512 + 64) * 2, 0, Confidence.Exact), header.Plan().Cache);
    }

    [Theory]
    [InlineData("mamba2", 0, 16)]
    [InlineData("granitehybrid", 4, 12)]
    [InlineData("falcon-h1", 16, 16)]
    public void Recurrent_layers_keep_a_state_whatever_the_context(string architecture, int attending, int recurrent)
    {
        var header = HandWritten.Of(
            architecture,
            writer =>
            {
                writer.Add(
                    $"{architecture}.attention.head_count_kv",
                    [.. Enumerable.Range(0, Layers).Select(layer => architecture == "granitehybrid" && layer % 4 != 1 ? 0 : 8)]);
                writer.Add($"{architecture}.ssm.conv_kernel", 4u);
                writer.Add($"{architecture}.ssm.state_size", 128u);
                writer.Add($"{architecture}.ssm.inner_size", 4096u);
                writer.Add($"{architecture}.ssm.group_count", 16u);
            },
            kvHeads: false);

        const long State = 4L * ((3 * (4096 + (2 * 16 * 128))) + (128 * 4096));
        Assert.Equal((attending * 8192 * LayerTokenBytes) + (recurrent * State), header.Plan().Cache.CpuBytes);
        Assert.Equal(
            (attending * 3 * 1024 * LayerTokenBytes) + (3 * recurrent * State),
            header.Plan(new PlanSettings { ContextTokens = 1024, Sequences = 3 }).Cache.CpuBytes);
    }

    [Fact]
    public void The_cache_of_a_layer_is_where_the_layer_is()
    {
        var plan = HandWritten.Of("llama").Plan(new PlanSettings { GpuLayers = 5 });

        Assert.Equal((11 * 8192 * LayerTokenBytes, 5 * 8192 * LayerTokenBytes), (plan.Cache.CpuBytes, plan.Cache.GpuBytes));
    }

    [Theory]
    [InlineData("exaone", Confidence.Bounded)]
    [InlineData("rwkv7", Confidence.Unknown)]
    [InlineData("qwen3next", Confidence.Unknown)]
    public void Other_architectures_are_trusted_less(string architecture, Confidence confidence)
    {
        var plan = HandWritten.Of(architecture).Plan();

        Assert.Equal(confidence, plan.Cache.Confidence);
        Assert.Equal(Confidence.Unknown, plan.Compute.Confidence);
        Assert.Equal(Confidence.Unknown, plan.Confidence);
        if (confidence == Confidence.Bounded)
        {
            Assert.Equal(Layers * 8192 * LayerTokenBytes, plan.Cache.CpuBytes);
        }
    }
}
