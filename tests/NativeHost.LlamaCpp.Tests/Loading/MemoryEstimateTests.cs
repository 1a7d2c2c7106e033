using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp.Tests.Loading;

public sealed class MemoryEstimateTests
{
    private const long Gibibyte = 1024L * 1024 * 1024;

    /// <summary>An 8B model of the Llama 3 kind, four bits a weight: 128 KiB of cache a token.</summary>
    private static readonly ModelShape Large = new(
        "llama", "large", 5 * Gibibyte, 131072, 32, 4096, 32, 128256, 128 * 1024, ChatTemplate: null);

    private readonly MemoryEstimate _estimate = new(Large, 512);

    [Fact]
    public void The_largest_context_that_fits_takes_all_but_little_of_the_memory()
    {
        var tokens = _estimate.LargestContext(16 * Gibibyte);

        Assert.InRange(_estimate.Bytes(tokens), 15 * Gibibyte, 16 * Gibibyte);
        Assert.True(_estimate.Bytes(tokens + 1) > 16 * Gibibyte);
    }

    [Fact]
    public void A_model_larger_than_the_memory_fits_with_no_context() => Assert.Equal(0, _estimate.LargestContext(4 * Gibibyte));

    [Fact]
    public void Absurd_headers_do_not_overflow_the_sum()
    {
        var absurd = new MemoryEstimate(Large with { CacheBytesPerToken = long.MaxValue / 2, TrainedContextTokens = int.MaxValue }, 512);

        Assert.Equal(0, absurd.LargestContext(16 * Gibibyte));
        Assert.True(absurd.Bytes(int.MaxValue) > 16 * Gibibyte);
        Assert.False(absurd.FitsExactAttention(int.MaxValue));
    }

    [Fact]
    public void Only_the_smallest_models_get_exact_attention()
    {
        var tiny = new MemoryEstimate(new ModelShape("llama", null, 1_000_000, 512, 5, 64, 8, 512, 640, ChatTemplate: null), 512);

        Assert.True(tiny.FitsExactAttention(512));
        Assert.False(_estimate.FitsExactAttention(512));
    }
}
