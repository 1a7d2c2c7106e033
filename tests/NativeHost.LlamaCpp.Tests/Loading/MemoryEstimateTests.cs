using NativeHost.LlamaCpp.Loading;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.LlamaCpp.Tests.Loading;

public sealed class MemoryEstimateTests
{
    private const long Gibibyte = 1024L * 1024 * 1024;

    /// <summary>An 8B model of the Llama 3 kind, four bits a weight: 128 KiB of cache a token.</summary>
    private static readonly ModelShape Large = new(
        "llama", "large", 5 * Gibibyte, 131072, 32, 4096, 32, 128256, 128 * 1024, ChatTemplate: null);

    private readonly MemoryEstimate _estimate = new(Large, 512);
    private readonly List<string> _notes = [];

    [Fact]
    public void A_context_nobody_asked_for_is_the_default_where_it_fits()
    {
        Assert.Equal(8192, _estimate.ChooseContext(null, 16 * Gibibyte, _notes));
        Assert.Empty(_notes);
    }

    [Fact]
    public void A_context_nobody_asked_for_shrinks_to_what_fits_and_says_so()
    {
        var tokens = _estimate.ChooseContext(null, 6 * Gibibyte, _notes);

        Assert.InRange(tokens, 512, 8191);
        Assert.InRange(_estimate.Bytes(tokens), 5 * Gibibyte, 6 * Gibibyte);
        Assert.Contains($"{tokens} tokens", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_that_does_not_fit_is_refused_with_the_largest_that_does()
    {
        var failure = Assert.Throws<InsufficientMemoryException>(() => _estimate.ChooseContext(131072, 16 * Gibibyte, _notes));

        var largest = _estimate.LargestContext(16 * Gibibyte);
        Assert.Contains($"the largest that fits has {largest} tokens", failure.Message, StringComparison.Ordinal);
        Assert.Equal(largest, _estimate.ChooseContext(largest, 16 * Gibibyte, _notes));
        Assert.Throws<InsufficientMemoryException>(() => _estimate.ChooseContext(largest + 1, 16 * Gibibyte, _notes));
    }

    [Fact]
    public void A_model_larger_than_the_memory_is_refused()
    {
        var failure = Assert.Throws<InsufficientMemoryException>(() => _estimate.ChooseContext(null, 4 * Gibibyte, _notes));

        Assert.Contains("Not even the weights fit", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.NeededBytes > failure.AvailableBytes);
    }

    [Fact]
    public void More_context_than_the_model_was_trained_for_is_cut_and_says_so()
    {
        Assert.Equal(131072, _estimate.ChooseContext(int.MaxValue, 64 * Gibibyte, _notes));
        Assert.Contains("131072", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Absurd_headers_do_not_overflow_the_sum()
    {
        var absurd = new MemoryEstimate(Large with { CacheBytesPerToken = long.MaxValue / 2, TrainedContextTokens = int.MaxValue }, 512);

        Assert.Throws<InsufficientMemoryException>(() => absurd.ChooseContext(int.MaxValue, 16 * Gibibyte, _notes));
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
