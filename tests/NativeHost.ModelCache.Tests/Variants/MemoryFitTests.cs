using NativeHost.Gguf;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class MemoryFitTests
{
    private const long GiB = 1024 * 1024 * 1024;

    /// <summary>Bytes of one layer's keys and values for one token: 8 heads, 64 numbers in each, 16 bits.</summary>
    private const long LayerTokenBytes = 8 * (64 + 64) * 2;

    /// <summary>What llama.cpp's own simulator said for this header.</summary>
    [Theory]
    [InlineData(2048)]
    [InlineData(8192)]
    [InlineData(32_768)]
    public void A_llama_takes_what_llama_cpp_was_measured_to_take(int contextTokens)
    {
        var need = Of(Llama("llama"), new FitSettings { ContextTokens = contextTokens });

        Assert.Equal(2_997_100_544, need.WeightBytes);
        Assert.Equal(16L * contextTokens * (64 * 8) * 2 * 2, need.CacheBytes);
        Assert.Equal(271_058_944, need.ComputeBytes);
        Assert.Equal(FitConfidence.Exact, need.Confidence);
        Assert.Equal(need.WeightBytes + need.CacheBytes + need.ComputeBytes, need.TotalBytes);
    }

    [Theory]
    [InlineData("qwen3", FitConfidence.Bounded)]
    [InlineData("nobody-knows", FitConfidence.Unknown)]
    public void Another_architecture_is_trusted_less(string architecture, FitConfidence confidence)
    {
        var need = Of(Llama(architecture), new FitSettings());

        Assert.Equal(confidence, need.Confidence);
        Assert.Equal(16 * 8192 * LayerTokenBytes, need.CacheBytes);
    }

    [Fact]
    public void A_mixture_of_experts_is_trusted_less()
        => Assert.Equal(FitConfidence.Bounded, Of(Llama("llama", writer => writer.Add("llama.expert_count", 8u)), new FitSettings()).Confidence);

    [Fact]
    public void Contexts_are_rounded_up_and_multiplied_by_the_conversations()
    {
        Assert.Equal(16 * 1024 * LayerTokenBytes, Of(Llama("llama"), new FitSettings { ContextTokens = 769 }).CacheBytes);
        Assert.Equal(16 * 4096 * LayerTokenBytes, Of(Llama("llama"), new FitSettings { ContextTokens = 1024, Sequences = 4 }).CacheBytes);
    }

    [Fact]
    public void A_cache_of_eight_bits_is_counted_in_its_blocks()
        => Assert.Equal(16 * 8192 * (8 * 128 / 32 * 34L), Of(Llama("llama"), new FitSettings { CacheTypeId = GgufTensorType.Q8 }).CacheBytes);

    [Fact]
    public void Heads_may_differ_by_layer()
    {
        var header = ModelHeader.Llama(writer => writer.Add("llama.attention.head_count_kv", [8, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));

        Assert.Equal(8192 * (LayerTokenBytes + (LayerTokenBytes / 2)), Of(header, new FitSettings()).CacheBytes);
    }

    [Theory]
    [InlineData("gemma3", null, 2)] // layers 5 and 11 of 16 see everything
    [InlineData("gemma2", null, 8)]
    [InlineData("gpt-oss", null, 8)]
    [InlineData("cohere2", null, 4)]
    [InlineData("exaone4", 4u, 4)]
    [InlineData("llama", null, 16)]
    public void Layers_with_a_window_keep_only_that_where_the_engine_lets_them(string architecture, uint? pattern, int whole)
    {
        var header = Llama(architecture, writer =>
        {
            writer.Add($"{architecture}.attention.sliding_window", 1000u);
            if (pattern is { } period)
            {
                writer.Add($"{architecture}.attention.sliding_window_pattern", period);
            }
        });

        Assert.Equal(16 * 8192 * LayerTokenBytes, Of(header, new FitSettings()).CacheBytes);

        // 1,000 and a micro batch of 512, rounded up.
        var windowed = Of(header, new FitSettings { KeepsWholeWindows = false });
        Assert.Equal(((whole * 8192) + ((16 - whole) * 1536)) * LayerTokenBytes, windowed.CacheBytes);
        Assert.Equal(16 * 512 * LayerTokenBytes, Of(header, new FitSettings { KeepsWholeWindows = false, ContextTokens = 512 }).CacheBytes);
    }

    [Fact]
    public void Windows_may_be_listed_by_layer()
    {
        var header = Llama("llama4", writer =>
        {
            writer.Add("llama4.attention.sliding_window", 1000u);
            writer.Add("llama4.attention.sliding_window_pattern", [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        });

        Assert.Equal(((13 * 8192) + (3 * 1536)) * LayerTokenBytes, Of(header, new FitSettings { KeepsWholeWindows = false }).CacheBytes);
    }

    [Fact]
    public void Layers_that_share_a_cache_own_none()
        => Assert.Equal(10 * 8192 * LayerTokenBytes, Of(Llama("gemma3n", writer => writer.Add("gemma3n.attention.shared_kv_layers", 6u)), new FitSettings()).CacheBytes);

    [Fact]
    public void Latent_attention_keeps_one_compressed_key()
    {
        var header = Llama("deepseek2", writer =>
        {
            writer.Add("deepseek2.attention.kv_lora_rank", 512u);
            writer.Add("deepseek2.attention.key_length_mla", 192u);
            writer.Add("deepseek2.rope.dimension_count", 64u);
        });

        Assert.Equal(16L * 8192 * (512 + 64) * 2, Of(header, new FitSettings()).CacheBytes);
    }

    [Theory]
    [InlineData("qwen3next", 4u, 4, 12)]
    [InlineData("falcon-h1", null, 16, 16)]
    public void Recurrent_layers_keep_a_state_whatever_the_context(string architecture, uint? interval, int attending, int recurrent)
    {
        var header = Llama(architecture, writer =>
        {
            writer.Add($"{architecture}.ssm.conv_kernel", 4u);
            writer.Add($"{architecture}.ssm.state_size", 128u);
            writer.Add($"{architecture}.ssm.inner_size", 4096u);
            writer.Add($"{architecture}.ssm.group_count", 16u);
            if (interval is { } every)
            {
                writer.Add($"{architecture}.full_attention_interval", every);
            }
        });

        const long State = 4L * ((3 * (4096 + (2 * 16 * 128))) + (128 * 4096));
        Assert.Equal((attending * 8192 * LayerTokenBytes) + (recurrent * State), Of(header, new FitSettings()).CacheBytes);
    }

    [Fact]
    public void A_header_that_says_too_little_leaves_the_size()
    {
        using var writer = new GgufWriter("rwkv7");
        writer.Add("rwkv7.block_count", 32u);
        ModelHeader.AddTensor(writer, "token_embd.weight", GgufTensorType.F16, 2048, 1024);

        Assert.Equal(MemoryFit.OfSize(3 * GiB, new FitSettings()), MemoryFit.OfHeader(ModelHeader.Written(writer).Read(), 3 * GiB, new FitSettings()));
    }

    [Fact]
    public void Files_of_a_split_model_count_whole()
        => Assert.Equal(9 * GiB, MemoryFit.OfHeader(Llama("llama", writer => writer.Add("split.count", 3u)).Read(), 9 * GiB, new FitSettings()).WeightBytes);

    [Theory]
    [InlineData("block_count", uint.MaxValue)]
    [InlineData("block_count", 4096u)]
    [InlineData("attention.head_count_kv", uint.MaxValue)]
    [InlineData("attention.key_length", 2_147_483_647u)]
    [InlineData("vocab_size", 2_147_483_647u)]
    public void Absurd_numbers_make_no_small_ones(string key, uint value)
    {
        using var writer = new GgufWriter("llama");
        foreach (var (name, usual) in new[]
            { ("block_count", 16u), ("embedding_length", 2048u), ("attention.head_count", 32u), ("attention.head_count_kv", 2_147_483_647u), ("attention.key_length", 2_147_483_647u), ("vocab_size", 1000u) })
        {
            writer.Add($"llama.{name}", name == key ? value : usual);
        }

        ModelHeader.AddTensor(writer, "token_embd.weight", GgufTensorType.F16, 2048, 1024);
        var need = MemoryFit.OfHeader(ModelHeader.Written(writer).Read(), GiB, new FitSettings { ContextTokens = int.MaxValue, Sequences = 1000 });

        Assert.True(need.CacheBytes > GiB);
        Assert.True(need.TotalBytes >= need.CacheBytes);
    }

    [Theory]
    [InlineData("attention.sliding_window")]
    [InlineData("attention.shared_kv_layers")]
    [InlineData("full_attention_interval")]
    public void A_number_that_no_model_has_counts_as_missing(string key)
    {
        var need = Of(Llama("gemma3", writer => writer.Add($"gemma3.{key}", 1UL << 62)), new FitSettings { KeepsWholeWindows = false, Sequences = 2 });

        Assert.Equal(2 * 16 * 8192 * LayerTokenBytes, need.CacheBytes);
    }

    [Fact]
    public void A_size_alone_gives_a_guess_of_the_right_order()
    {
        // Llama 3.1 8B in Q4_K_M with 8,192 tokens: 1 GiB of cache and 250 MiB for the graph.
        var need = MemoryFit.OfSize(4_920_734_272, new FitSettings());

        Assert.Equal(FitConfidence.Unknown, need.Confidence);
        Assert.Equal(4_920_734_272, need.WeightBytes);
        Assert.InRange(need.CacheBytes, 0.8 * GiB, 1.5 * GiB);
        Assert.InRange(need.ComputeBytes, GiB / 5, GiB / 3);
        Assert.InRange(MemoryFit.OfSize(20_000_000, new FitSettings()).TotalBytes, 20_000_000, 200_000_000);
        Assert.Equal(long.MaxValue, MemoryFit.OfSize(long.MaxValue, new FitSettings()).TotalBytes);
    }

    private static ModelHeader Llama(string architecture, Action<GgufWriter>? add = null) => ModelHeader.Llama(
        writer =>
        {
            writer.Add($"{architecture}.attention.head_count_kv", 8u);
            add?.Invoke(writer);
        },
        architecture);

    private static MemoryNeed Of(ModelHeader header, FitSettings settings) => MemoryFit.OfHeader(header.Read(), header.FileBytes, settings);
}
