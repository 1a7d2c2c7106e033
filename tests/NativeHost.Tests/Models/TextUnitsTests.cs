using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Models;

public sealed class TextUnitsTests
{
    private const int Context = 512;

    [Fact]
    public void Every_text_is_in_one_unit_and_units_have_their_bounds()
    {
        string[] texts = [.. Enumerable.Range(0, 9000).Select(number => new string('a', number * 7919 % 3000)), new string('a', 5_000_000)];
        var units = new TextUnits(texts, beside: 10, Context, dimensions: 384);
        var all = new List<int>();

        while (units.Next() is { Count: > 0 } unit)
        {
            all.AddRange(unit);
            Assert.Equal(unit.Order(), unit);
            Assert.InRange(unit.Count, 1, TextUnits.MostTexts);
            Assert.True(unit.Count == 1 || unit.Sum(text => texts[text].Length) <= TextUnits.MostCharacters, "Its texts are too long.");
            units.Took(TimeSpan.Zero);
        }

        Assert.Equal(Enumerable.Range(0, texts.Length), all.Order());
    }

    [Fact]
    public void A_unit_is_as_large_as_takes_a_second_after_the_first_one()
    {
        var units = new TextUnits([.. Enumerable.Repeat(new string('a', 1008), 5000)], beside: 0, Context, dimensions: 384);

        Assert.Equal(8, units.Next().Count);
        units.Took(TimeSpan.FromSeconds(2));
        Assert.Equal(4, units.Next().Count);
        units.Took(TimeSpan.FromSeconds(0.5));
        Assert.Equal(8, units.Next().Count);
        units.Took(TimeSpan.FromMilliseconds(1));
        Assert.Equal(32, units.Next().Count);
        units.Took(TimeSpan.FromHours(1));
        Assert.Single(units.Next());
    }

    [Theory]
    [InlineData(384, 1024)]
    [InlineData(16_384, 512)]
    [InlineData(1 << 24, 1)]
    public void Vectors_of_a_unit_fit_what_a_worker_sends_in_a_frame(int dimensions, int most)
    {
        var units = new TextUnits([.. Enumerable.Repeat("a", 5000)], beside: 0, Context, dimensions);
        var largest = 0;
        while (units.Next() is { Count: > 0 } unit)
        {
            largest = Math.Max(largest, unit.Count);
            units.Took(TimeSpan.Zero);
        }

        Assert.Equal(most, largest);
    }

    [Fact]
    public void What_is_behind_the_context_costs_nothing_and_a_query_is_read_with_each()
    {
        string[] texts = [.. Enumerable.Repeat(new string('a', 50_000), 100)];
        Assert.Equal(8192 / (16 + (4 * 100)), new TextUnits(texts, beside: 0, contextTokens: 100, dimensions: 1).Next().Count);

        string[] words = [.. Enumerable.Repeat("a", 1000)];
        Assert.Equal(8192 / (16 + 1 + 999), new TextUnits(words, beside: 999, contextTokens: 4096, dimensions: 1).Next().Count);
    }

    [Fact]
    public void More_numbers_than_memory_should_hold_are_refused_before_there_are_any()
    {
        var joined = new JoinedVectors(count: 10_000);
        var of = new EmbeddingResult(400_000, new float[400_000], [1], [], "");

        var failure = Assert.Throws<RequestException>(() => joined.Add([0], of));

        Assert.Contains("167 texts", failure.Message, StringComparison.Ordinal);
    }
}
