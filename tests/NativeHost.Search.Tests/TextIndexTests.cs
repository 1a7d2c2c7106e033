using NativeHost.Search.Texts;
using Xunit;

namespace NativeHost.Search.Tests;

public sealed class TextIndexTests
{
    private static readonly string[] Vocabulary = [.. Enumerable.Range(0, 400).Select(number => $"w{number}")];

    [Fact]
    public void Scores_are_those_of_the_formula_computed_plainly()
    {
        var random = new Random(11);
        var texts = Enumerable.Range(0, 2000).Select(_ => TextOf(random, 1 + random.Next(120))).ToList();
        using var index = new TextIndex();
        for (var i = 0; i < texts.Count; i++)
        {
            index.Add($"{i}", texts[i]);
        }

        // Some leave, some change: what is left counts, and nothing else.
        for (var i = 0; i < texts.Count; i += 3)
        {
            Assert.True(index.Remove($"{i}"));
            texts[i] = "";
        }

        texts[1] = TextOf(random, 30);
        index.Add("1", texts[1]);

        for (var round = 0; round < 40; round++)
        {
            var query = TextOf(random, 1 + random.Next(5));
            var expected = Plain(texts, query).Take(25).ToList();
            var hits = index.Search(query, 25);
            Assert.Equal(expected.Count, hits.Count);
            Assert.All(expected.Zip(hits), pair =>
            {
                Assert.Equal(pair.First.Score, pair.Second.Score, 1e-9);
                Assert.Contains(expected, other => other.Key == pair.Second.Key || Math.Abs(other.Score - pair.Second.Score) < 1e-9);
            });
        }
    }

    [Theory]
    [InlineData("The Cat's café, 3.14!", "the cat s cafe 3 14")]
    [InlineData("Straße ÉCOLE naïve", "straße ecole naive")]
    [InlineData("日本語です", "日 日本 本語 語で です")]
    [InlineData("ﬁne Ａ１", "fine a1")]
    [InlineData("C# and .NET_10", "c and net 10")]
    [InlineData("", "")]
    [InlineData("\ud800 half", "half")]
    public void Words_of_a_text(string text, string words) => Assert.Equal(words, string.Join(' ', WordReader.Words(text)));

    [Fact]
    public void A_filter_leaves_the_best_of_what_it_lets_through()
    {
        using var index = new TextIndex();
        index.Add("a", "cats and dogs");
        index.Add("b", "cats cats cats");

        Assert.Equal(["a"], index.Search("cats", 5, key => key == "a").Select(hit => hit.Key));
        Assert.Equal(["b", "a"], index.Search("CÁTS", 5).Select(hit => hit.Key));
        Assert.Empty(index.Search("birds", 5));
        Assert.Empty(index.Search("", 5));
    }

    [Fact]
    public void A_query_is_worth_what_a_usual_text_of_its_words_scores()
    {
        using var index = new TextIndex();
        index.Add("a", "red cats");
        index.Add("b", "blue dogs");

        Assert.Equal(index.Search("red cats", 1)[0].Score, index.Worth("red cats"), 1e-12);
        Assert.Equal(2 * index.Worth("red"), index.Worth("red red"), 1e-12);
        Assert.True(index.Worth("red unheard") > index.Worth("red cats"));
        Assert.Equal(0, index.Worth("?"));
        Assert.Equal(1, index.SharesOf("red cats", index.Search("red cats", 1))[0].Score, 1e-12);
        Assert.Empty(index.SharesOf("?", []));
    }

    [Fact]
    public void Fusion_adds_shares_of_the_query_and_halves_of_cosines()
    {
        SearchHit[] words = [new("a", 0.9), new("b", 0.8), new("c", 0.1)];
        SearchHit[] vectors = [new("d", 0.9), new("b", 0.8)];

        SearchHit[] expected = [new("b", 0.8 + 0.4), new("a", 0.9 + 0.4), new("d", 0.45), new("c", 0.1 + 0.4)];
        var fused = ScoreFusion.Fuse(10, words, vectors);
        Assert.Equal(expected.OrderByDescending(hit => hit.Score).Select(hit => hit.Key), fused.Select(hit => hit.Key));
        Assert.All(fused, hit => Assert.Equal(expected.Single(other => other.Key == hit.Key).Score, hit.Score, 1e-12));
        Assert.Equal(["a", "b"], ScoreFusion.Fuse(2, words, vectors).Select(hit => hit.Key));
        Assert.Equal(["d", "b"], ScoreFusion.Fuse(9, [], vectors).Select(hit => hit.Key));
        Assert.Equal(["a", "b", "c"], ScoreFusion.Fuse(9, words, []).Select(hit => hit.Key));
    }

    private static string TextOf(Random random, int words)
        => string.Join(' ', Enumerable.Range(0, words).Select(_ => Vocabulary[(int)(Vocabulary.Length * Math.Pow(random.NextDouble(), 3))]));

    /// <summary>BM25 as it is written in books; an empty text is none.</summary>
    private static IEnumerable<(string Key, double Score)> Plain(List<string> texts, string query)
    {
        var bags = texts.Select(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var count = bags.Count(bag => bag.Length > 0);
        var average = bags.Sum(bag => bag.Length) / (double)count;
        var having = query.Split(' ').Distinct().ToDictionary(word => word, word => bags.Count(bag => bag.Contains(word)));
        return bags
            .Select((bag, i) => (Key: $"{i}", Score: query.Split(' ').Sum(word =>
            {
                var times = bag.Count(other => other == word);
                var rarity = Math.Log(1 + ((count - having[word] + 0.5) / (having[word] + 0.5)));
                return rarity * times * 2.2 / (times + (1.2 * (0.25 + (0.75 * bag.Length / average))));
            })))
            .Where(hit => hit.Score > 0)
            .OrderByDescending(hit => hit.Score);
    }
}
