using System.Diagnostics;
using System.Globalization;
using System.Text;
using NativeHost.Search.Texts;
using Xunit;

namespace NativeHost.Search.Tests;

public sealed class TextChunksTests
{
    // What sentences, words and characters are told by, and what tells them apart badly.
    private static readonly string[] Scraps =
    [
        "word", "Word", "e.g.", "Dr.", "3.5", "1.", "J.", "etc.", "U.S.", ".", "!", "?!", "…", "\"", "”", ")", "[1]", " ", " ", " ", "  ", "\n", "\r\n", "\n\n", "\t",
        "\u00A0", "\u3000", "\u2028", "\u0085", "漢字", "。", "！", "「", "」", "．", "５", "😀", "👩‍👩‍👧‍👦", "🇩🇪", "e\u0301\u0323", "한국어", "ไทย", "مرحبا", "؟", "।", "\u200B", "\uFEFF",
        "\0", "\u202E", "https://example.org/a.b?c=d", "averyveryverylongwordwithoutanyblankinitatallthatgoesonandon", "-", "#", "|",
    ];

    [Theory]
    [InlineData("Cats sleep. Dogs bark! Who knows? Nobody…", "Cats sleep.|Dogs bark!|Who knows?|Nobody…")]
    [InlineData("Dr. Smith has 3.5 cats, e.g. Tom. J. R. Tolkien has none.", "Dr. Smith has 3.5 cats, e.g. Tom.|J. R. Tolkien has none.")]
    [InlineData("It took approx. Ten days. See Fig. 3 and No. 5. He said no. Then he left.", "It took approx. Ten days.|See Fig. 3 and No. 5.|He said no.|Then he left.")]
    [InlineData("\"Stop!\" he said. (It was late.) He left.", "\"Stop!\" he said.|(It was late.)|He left.")]
    [InlineData("We ran foo.js. It failed at www.example.org. Then nothing.", "We ran foo.js.|It failed at www.example.org.|Then nothing.")]
    [InlineData("猫は眠る。犬は吠える！「何？」と言う。値は３．５だ．次", "猫は眠る。|犬は吠える！|「何？」|と言う。|値は３．５だ．|次")]
    [InlineData("A heading\nThe first line is\nwrapped here.\n\nand this is apart", "A heading|The first line is\nwrapped here.|and this is apart")]
    [InlineData("1. One thing\r\n2. Another\r\n- third", "1. One thing|2. Another|- third")]
    [InlineData("क्या है। यह है।", "क्या है।|यह है।")]
    [InlineData("  \n ", "")]
    public void Sentences_end_where_readers_see_their_ends(string text, string sentences)
        => Assert.Equal(sentences, string.Join('|', Sentences.Of(text).Select(sentence => sentence.Of(text))));

    [Fact]
    public void Whatever_the_text_all_of_it_is_in_parts_that_are_within_the_length_and_cut_no_character()
    {
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var length = random.Next(2, 60);
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 80)).Select(_ => Scraps[random.Next(Scraps.Length)]));

            var parts = TextChunks.Of(text, length);

            var covered = new bool[text.Length];
            for (var i = 0; i < parts.Count; i++)
            {
                var part = parts[i];
                Assert.InRange(part.Length, 1, length);
                Assert.Equal(text.Substring(part.Start, part.End - part.Start), part.Of(text));
                Assert.False(char.IsWhiteSpace(text[part.Start]) || char.IsWhiteSpace(text[part.End - 1]), "It has blanks around it.");
                Assert.False(IsWithinPair(text, part.Start) || IsWithinPair(text, part.End), "It cuts a character in two.");
                Assert.True(i == 0 || (part.Start > parts[i - 1].Start && part.End > parts[i - 1].End && parts[i - 1].End - part.Start <= length / 4), "It does not go on.");
                covered.AsSpan(part.Start, part.Length).Fill(true);
            }

            Assert.All(Enumerable.Range(0, text.Length).Where(at => !char.IsWhiteSpace(text[at])), at => Assert.True(covered[at], $"{at} of {text} is in none."));
        }

        static bool IsWithinPair(string text, int at) => at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
    }

    [Fact]
    public void A_long_sentence_is_cut_at_words_and_one_without_blanks_between_characters_as_readers_see_them()
    {
        var words = string.Join(' ', Enumerable.Repeat("sunflower", 100));
        var families = string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 50));

        Assert.All(TextChunks.Of(words, 100), part => Assert.Equal(0, (part.Length + 1) % "sunflower ".Length));
        Assert.All(TextChunks.Of(families, 100), part => Assert.Equal(0, part.Length % "👩‍👩‍👧‍👦".Length));

        // A character of a base and thousands of marks is cut all the same.
        var marked = "a" + new string('\u0301', 5000);
        Assert.Equal(marked, string.Concat(TextChunks.Of(marked, 100).Select(part => part.Of(marked))));
    }

    [Fact]
    public void The_last_sentence_is_repeated_where_it_is_short()
    {
        const string Text = "The boat was in the harbour. It was old. Nobody had sailed on it for years.";

        Assert.Equal(
            ["The boat was in the harbour. It was old.", "It was old. Nobody had sailed on it for years."], TextChunks.Of(Text, 50).Select(part => part.Of(Text)));
        Assert.Equal(["It was old.", "Nobody had sailed on it for years."], TextChunks.Of(Text, 36).Skip(1).Select(part => part.Of(Text)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData(". ")]
    [InlineData("a.b")]
    [InlineData("\u0301")]
    [InlineData("\n ")]
    [InlineData("x \n")]
    [InlineData("(\"")]
    [InlineData("👩‍")]
    [InlineData("Dr. ")]
    public void Megabytes_of_anything_take_time_in_proportion(string scrap)
    {
        var text = new StringBuilder().Insert(0, scrap, 2_000_000 / scrap.Length).ToString();
        var started = Stopwatch.GetTimestamp();

        var parts = TextChunks.Of(text);

        // A tenth of a second; what grows with the square takes hours.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), $"{parts.Count} parts of {scrap} took {Stopwatch.GetElapsedTime(started).TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.");
        Assert.All(parts, part => Assert.InRange(part.Length, 1, TextChunks.UsualLength));
    }
}
