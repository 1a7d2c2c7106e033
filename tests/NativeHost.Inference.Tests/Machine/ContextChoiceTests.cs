using NativeHost.Inference.Machine;
using Xunit;

namespace NativeHost.Inference.Tests.Machine;

public sealed class ContextChoiceTests
{
    private const int TrainedTokens = 131_072;
    private readonly List<string> _notes = [];

    [Fact]
    public void A_context_nobody_asked_for_is_the_default_where_it_fits()
    {
        Assert.Equal(8192, Choose(null, Fitting(10_000)));
        Assert.Empty(_notes);
    }

    [Fact]
    public void A_context_nobody_asked_for_shrinks_to_what_fits_and_says_so()
    {
        Assert.Equal(5_000, Choose(null, Fitting(5_000)));
        Assert.Contains("5000 tokens", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_nobody_asked_for_does_not_shrink_below_use()
    {
        Assert.Equal(512, Choose(null, Fitting(512)));
        Assert.Throws<InsufficientMemoryException>(() => Choose(null, Fitting(511)));
    }

    [Fact]
    public void A_model_that_does_not_say_what_it_was_trained_for_gets_the_default_at_most()
    {
        Assert.Equal(8192, Choose(10_000, Fitting(20_000), trained: 0));
        Assert.Single(_notes);
    }

    [Fact]
    public void A_model_of_a_small_context_gets_all_of_it() => Assert.Equal(100, Choose(null, Fitting(100), trained: 100));

    [Fact]
    public void A_context_that_does_not_fit_is_refused_with_the_largest_that_does()
    {
        var failure = Assert.Throws<InsufficientMemoryException>(() => Choose(5_001, Fitting(5_000)));

        Assert.Contains("the largest that fits has 5000 tokens", failure.Message, StringComparison.Ordinal);
        Assert.Equal((5_001, 5_000), (failure.NeededBytes, failure.AvailableBytes));
        Assert.Equal(5_000, Choose(5_000, Fitting(5_000)));
    }

    [Fact]
    public void A_model_larger_than_the_memory_is_refused()
    {
        var failure = Assert.Throws<InsufficientMemoryException>(() => Choose(null, Fitting(0)));

        Assert.Contains("Not even the weights fit", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_context_than_the_model_was_trained_for_is_cut_and_says_so()
    {
        Assert.Equal(TrainedTokens, Choose(int.MaxValue, Fitting(int.MaxValue)));
        Assert.Contains("131072", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 9)]
    [InlineData(99, 9)]
    [InlineData(100, 1)]
    public void The_largest_context_is_found_without_asking_for_each(int fitting, int mostAsked)
    {
        var asked = 0;

        var found = ContextChoice.LargestFitting(100, tokens =>
        {
            asked++;
            return Fitting(fitting)(tokens);
        });

        Assert.Equal(fitting, found);
        Assert.InRange(asked, 1, mostAsked);
    }

    /// <summary>Memory for so many tokens of a model whose tokens take a byte each, and nothing else.</summary>
    private static Func<int, MemoryDemand> Fitting(int available) => tokens => new MemoryDemand(tokens, available);

    private int Choose(int? requested, Func<int, MemoryDemand> demandOf, int trained = TrainedTokens)
        => ContextChoice.Choose(requested, trained, demandOf, _notes);
}
