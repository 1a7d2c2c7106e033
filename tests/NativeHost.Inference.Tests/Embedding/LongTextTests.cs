using NativeHost.Inference.Embedding;
using Xunit;

namespace NativeHost.Inference.Tests.Embedding;

/// <summary>Texts that are much longer than a context.</summary>
public sealed class LongTextTests
{
    /// <summary>Words of a text between the tokens that begin and end it.</summary>
    private const int Room = WordEmbedder.Context - 2;

    /// <summary>What may be made tokens of for a text that does not fit.</summary>
    private const int FewCharacters = 64 * 1024;

    private static readonly PairForm Joined = new(new Token(1000), [new Token(1001)], new Token(1001), Template: null, GivesProbabilities: true);

    private static string WordsOf(int count, string before = "") => string.Join(' ', Enumerable.Range(0, count).Select(number => $"{before}word{number % 700}"));

    [Fact]
    public async Task Only_the_beginning_of_a_huge_text_is_made_tokens_of_and_it_is_told_that_its_end_is_not_in_the_vector()
    {
        var embedder = new WordEmbedder();
        await using var host = new EmbeddingModelHost(embedder);
        var text = WordsOf(1_000_000);

        var result = await host.EmbedAsync(new EmbeddingRequest([text, "short"], EmbeddingPurpose.Similarity), Patience.Token);

        Assert.Equal([0], result.Truncated);
        Assert.Equal([WordEmbedder.Context, 3], result.TokenCounts);
        Assert.InRange(embedder.Characters, 1, FewCharacters);
        int[] expected = [1000, .. text.Split(' ').Take(Room).Select(WordEmbedder.IdOf), 1001];
        Assert.Contains(embedder.Computed, computed => computed.SequenceEqual(expected));
    }

    [Theory]
    [InlineData(Room - 1, 1_000_000, false)]
    [InlineData(Room, 1_000_000, true)]
    [InlineData(Room - 1, 3_000, false)]
    [InlineData(Room, 3_000, true)]
    [InlineData(100, 30_000, true)]
    [InlineData(1, 70_000, false)]
    public async Task A_text_with_few_tokens_in_many_characters_is_read_to_its_end(int words, int blanks, bool isTruncated)
    {
        var embedder = new WordEmbedder();
        await using var host = new EmbeddingModelHost(embedder);
        var text = new string(' ', blanks) + string.Join(new string(' ', blanks), Enumerable.Range(0, words).Select(number => $"word{number}"));

        var result = await host.EmbedAsync(new EmbeddingRequest([text], EmbeddingPurpose.Similarity, Prefix: "say: "), Patience.Token);

        // With the prefix there is a word more.
        Assert.Equal(isTruncated ? [0] : [], result.Truncated);
        Assert.Equal(isTruncated ? WordEmbedder.Context : words + 3, Assert.Single(result.TokenCounts));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ask {query} read {document} judge")]
    public async Task A_reranker_reads_the_beginning_of_a_huge_document_beside_the_query(string? template)
    {
        var embedder = new WordEmbedder(Joined with { Template = template });
        await using var host = new EmbeddingModelHost(embedder);
        string[] documents = [WordsOf(1_000_000), "short", new string(' ', 500_000) + "late"];

        var result = await host.RerankAsync(new RerankRequest("what is it", documents), Patience.Token);

        Assert.Equal([0], result.Truncated);
        Assert.Equal(WordEmbedder.Context, result.TokenCounts[0]);
        Assert.Equal(result.TokenCounts[1], result.TokenCounts[2]);
        Assert.InRange(embedder.Characters, 1, FewCharacters + (2 * 500_000));
        Assert.Contains(embedder.Computed, computed => computed.Contains(WordEmbedder.IdOf("late")));
    }

    [Fact]
    public async Task The_query_is_made_tokens_of_once_for_all_documents_and_has_to_leave_room_for_them()
    {
        var embedder = new WordEmbedder(Joined);
        await using var host = new EmbeddingModelHost(embedder);

        await host.RerankAsync(new RerankRequest("what is it", [.. Enumerable.Repeat("a cat", 50)]), Patience.Token);
        var full = await Assert.ThrowsAsync<ContextFullException>(() => host.RerankAsync(new RerankRequest(WordsOf(30), ["a"]), Patience.Token));

        Assert.Single(embedder.Beginnings, text => text == "what is it");
        Assert.Equal((19, 33), (full.Capacity, full.Needed));
    }

    [Fact]
    public void No_character_is_cut_and_a_blank_is_looked_for()
    {
        var faces = string.Concat(Enumerable.Repeat("🙂", 100_000));
        var shifted = "a" + faces;

        Assert.All(TextBeginnings.Of(faces, 10).Concat(TextBeginnings.Of(shifted, 10)), part => Assert.False(char.IsHighSurrogate(part[^1]), "A pair is cut."));
        Assert.Equal([faces, shifted], [TextBeginnings.Of(faces, 10).Last(), TextBeginnings.Of(shifted, 10).Last()]);
        Assert.All(TextBeginnings.Of(WordsOf(100_000), 10), part => Assert.Matches(@"word\d+$", part[^20..]));
        var words = WordsOf(100_000);
        Assert.Equal(words[..words.LastIndexOf(' ', 16 * 1024)], TextBeginnings.Of(words, 10).First());
    }
}
