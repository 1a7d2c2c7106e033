using System.Text;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Sampling;

/// <summary>Repetitions are told by tokens that are bytes, so that a test can be read.</summary>
public sealed class DryTests
{
    private static readonly SamplingOptions Options = new() { DryMultiplier = 1f, DryBase = 2f };

    [Theory]
    // "bc" was there, and d came then.
    [InlineData("abcd bc", "d:1")]
    // "abc": one token longer than what is allowed.
    [InlineData("abcd abc", "d:2")]
    // The longest of several, and each token by its own longest.
    [InlineData("abcd xbce abc", "d:2 e:1")]
    [InlineData("abababab", "a:16")]
    [InlineData("aaaa", "a:2")]
    [InlineData("abc", "")]
    [InlineData("ab", "")]
    [InlineData("", "")]
    [InlineData("xc yc", "")]
    public void What_would_prolong_a_repetition_is_made_less_likely_by_its_length(string text, string expected) => Assert.Equal(expected, PenaltiesOf(text, Options));

    [Theory]
    [InlineData("ab:cd ab:c", "")]
    [InlineData("ab:cde ab:cd", "e:1")]
    [InlineData("abcd\nabc", "d:2")]
    [InlineData("ab:ab", "")]
    public void A_repetition_does_not_reach_across_a_breaker(string text, string expected) => Assert.Equal(expected, PenaltiesOf(text, Options));

    [Fact]
    public void A_breaker_of_several_tokens_is_found()
    {
        var options = Options with { DryBreakers = ["<|>"] };

        Assert.Equal("", PenaltiesOf("ab<|>cd ab<|>c", options));
        Assert.Equal("e:1", PenaltiesOf("ab<|>cde ab<|>cd", options));
        Assert.Equal("d:32", PenaltiesOf("ab<|}cd ab<|}c", options with { DryAllowedLength = 1 }));
    }

    [Fact]
    public void Only_the_last_tokens_count()
    {
        Assert.Equal("d:1", PenaltiesOf("bcd bc", Options with { DryWindow = 6 }));
        Assert.Equal("", PenaltiesOf("bcd bc", Options with { DryWindow = 5 }));
    }

    [Fact]
    public void A_long_repetition_has_a_penalty_that_is_a_number()
        => Assert.Equal("a:1.7014117E+38", PenaltiesOf(new string('a', 2000), Options with { DryBase = 10f }));

    [Fact]
    public void All_lengths_are_those_of_a_plain_search()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => "ab:c"[random.Next(4)]));
            Assert.Equal(PlainPenaltiesOf(text), PenaltiesOf(text, Options));
        }
    }

    private static string PenaltiesOf(string text, SamplingOptions options)
    {
        var dry = new Dry(options, options.DryWindow < 0 ? int.MaxValue : options.DryWindow, new ByteTokenizer([]));
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            dry.Remember(new Token(one));
        }

        var logits = new float[256];
        dry.Apply(logits);
        return TextOf(logits.Select((logit, id) => ((char)id, -logit)));
    }

    /// <summary>Tries for each token whether it was seen behind what the text ends with, the longest end first.</summary>
    private static string PlainPenaltiesOf(string text)
    {
        var end = text.Length - 1 - text.LastIndexOf(':');
        var found = new List<(char, float)>();
        foreach (var next in "abc")
        {
            var length = Enumerable.Range(2, Math.Max(0, end - 1)).LastOrDefault(length => text[..^1].Contains(text[^length..] + next, StringComparison.Ordinal)
                || (text.Length > length && text.Contains(text[^length..] + next, StringComparison.Ordinal)));
            found.Add((next, length == 0 ? 0 : MathF.Pow(2, length - 2)));
        }

        return TextOf(found.OrderBy(one => one.Item1));
    }

    private static string TextOf(IEnumerable<(char Token, float Penalty)> penalties)
        => string.Join(' ', penalties.Where(one => one.Penalty != 0).Select(one => FormattableString.Invariant($"{one.Token}:{one.Penalty}")));
}
