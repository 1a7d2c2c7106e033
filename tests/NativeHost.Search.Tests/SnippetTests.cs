using NativeHost.Search.Texts;
using Xunit;

namespace NativeHost.Search.Tests;

public sealed class SnippetTests
{
    private static readonly string Filler = string.Concat(Enumerable.Repeat("lorem ipsum dolor ", 40));

    [Fact]
    public void The_part_with_most_words_is_chosen_and_stands_there_exactly()
    {
        var text = Filler + "a boat alone " + Filler + "the Böat in the harbour at dawn " + Filler;

        var (offset, length) = Snippet.Of(text, Words("boat harbour dawn"), 120);

        Assert.Contains("the Böat in the harbour at dawn", text.Substring(offset, length), StringComparison.Ordinal);
        Assert.InRange(length, 60, 160);
    }

    [Fact]
    public void A_short_text_is_its_own_and_one_without_the_words_is_shown_from_its_beginning()
    {
        Assert.Equal((0, 5), Snippet.Of("short", Words("else"), 100));
        Assert.Equal(0, Snippet.Of(Filler, Words("else"), 100).Offset);
        Assert.InRange(Snippet.Of(Filler, Words("else"), 100).Length, 50, 100);
    }

    [Fact]
    public void No_character_is_cut()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 500)) + " harbour " + string.Concat(Enumerable.Repeat("😀", 500));

        foreach (var length in new[] { 1, 50, 51, 52, 53 })
        {
            var (offset, taken) = Snippet.Of(text, Words("harbour"), length);
            Assert.False(char.IsLowSurrogate(text[offset]));
            Assert.False(offset + taken < text.Length && char.IsLowSurrogate(text[offset + taken]));
        }
    }

    [Fact]
    public void In_a_long_run_without_blanks_the_word_is_in_the_part_that_is_chosen()
    {
        var text = new string('啊', 40_000) + "港口" + new string('啊', 40_000);

        var (offset, length) = Snippet.Of(text, Words("港口"), 100);

        Assert.Contains("港口", text.Substring(offset, length), StringComparison.Ordinal);
        Assert.Equal(0, Snippet.Of(text, Words("啊啊"), 100).Offset);
    }

    private static HashSet<string> Words(string query) => [.. WordReader.Words(query)];
}
