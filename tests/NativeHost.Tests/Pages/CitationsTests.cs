using NativeHost.Pages;
using NativeHost.Search.Texts;
using Xunit;

namespace NativeHost.Tests.Pages;

/// <summary>What an answer stands on, told by the markers in it or by its words.</summary>
public sealed class CitationsTests
{
    private const string Text = "The harbour of Kiel is deep. Boats sleep there. Flour and water make bread[3]. 猫は魚を食べる。犬は肉を食べる。 Cats eat fish.";

    private static readonly string[] Parts = ["The harbour of Kiel is deep. Boats sleep there.", "Flour and water make bread[3].", "猫は魚を食べる。犬は肉を食べる。 Cats eat fish."];

    [Theory]
    [InlineData("It is deep [1].", "1 The harbour of Kiel is deep.")]
    [InlineData("Boats sleep [1]. Bread is of flour [2].", "1 Boats sleep there.|2 Flour and water make bread[3].")]
    [InlineData("Bread is of flour. [2] Boats sleep.", "2 Flour and water make bread[3].")]
    [InlineData("Kiel is deep [1, 3]", "1 The harbour of Kiel is deep.|3 猫は魚を食べる。犬は肉を食べる。 Cats eat fish.")]
    [InlineData("Cats eat [3][2]", "3 Cats eat fish.|2 Flour and water make bread[3].")]
    [InlineData("Cats eat [2-3]", "2 Flour and water make bread[3].|3 Cats eat fish.")]
    [InlineData("Cats eat fish 【3】 [source 3]", "3 Cats eat fish.")]
    [InlineData("犬は何を？肉を食べます[3]。", "3 犬は肉を食べる。")]
    [InlineData("Something else entirely [1].", "1 The harbour of Kiel is deep. Boats sleep there.")]
    public void Markers_are_followed_to_the_sentence_that_says_it(string answer, string cited)
    {
        var citations = Citations.Of(answer, Excerpts(), "?");

        Assert.Equal(cited, string.Join('|', citations.Select(citation => $"{citation.Marker} {citation.Text}")));
        Assert.All(citations, citation => Assert.Equal((Text.Substring(citation.Start, citation.End - citation.Start), null), (citation.Text, citation.Inferred)));
        Assert.All(citations, citation => Assert.True(answer[citation.Position] is '[' or '【'));
    }

    [Fact]
    public void Where_the_statement_says_nothing_of_the_excerpt_the_question_tells_what_is_meant()
        => Assert.Equal("Boats sleep there.", Assert.Single(Citations.Of("Yes [1].", Excerpts(), "Do boats sleep?")).Text);

    [Theory]
    [InlineData("Bread is made of flour and water. Nobody knows more.", "2 Flour and water make bread[3].")]
    [InlineData("Cats eat fish. In Kiel is a deep harbour.", "3 Cats eat fish.|1 The harbour of Kiel is deep.")]
    [InlineData("[7] I do not know. See [2024].", "")]
    [InlineData("", "")]
    public void Without_markers_the_sentences_that_support_it_are_inferred(string answer, string cited)
    {
        var citations = Citations.Of(answer, Excerpts(), "?");

        Assert.Equal(cited, string.Join('|', citations.Select(citation => $"{citation.Marker} {citation.Text}")));
        Assert.All(citations, citation => Assert.Equal((Text[citation.Start..citation.End], true), (citation.Text, citation.Inferred)));
        Assert.All(citations, citation => Assert.InRange(citation.Score, 0.3, 1));
        Assert.All(citations, citation => Assert.Equal('.', answer[citation.Position - 1]));
    }

    [Theory]
    [InlineData("Tom.")]
    [InlineData("Tom [1].")]
    public void A_name_alone_is_found_where_its_question_is(string answer)
    {
        var page = Page("Tom has a red ball. The cat Tom found it. It was under the tree that was found.");
        IReadOnlyList<PageExcerpt> excerpts = [new PageExcerpt(page, new TextSpan(0, page.Text.Length), 1)];

        Assert.Equal("The cat Tom found it.", Assert.Single(Citations.Of(answer, excerpts, "Who found it under the tree?")).Text);
        Assert.Empty(Citations.Of("No.", excerpts, "Who found it under the tree?"));
    }

    [Fact]
    public void However_long_the_answer_there_is_a_bound_to_the_citations()
    {
        var text = string.Join(' ', Enumerable.Range(0, 60).Select(number => $"Boat word{number} lies there."));
        var page = Page(text);
        IReadOnlyList<PageExcerpt> excerpts = [new PageExcerpt(page, new TextSpan(0, text.Length), 1)];
        var answer = string.Join(' ', Enumerable.Range(0, 60).Select(number => $"Here is word{number} [1]."));

        Assert.Equal(40, Citations.Of(answer, excerpts, "?").Count);
        Assert.Equal(3, Citations.Of(Markers.Without(answer), excerpts, "?").Count);
    }

    private static IReadOnlyList<PageExcerpt> Excerpts()
    {
        var page = Page(Text);
        return
        [
            .. Parts.Select(part => (Part: part, At: Text.IndexOf(part, StringComparison.Ordinal)))
                .Select(part => new PageExcerpt(page, new TextSpan(part.At, part.At + part.Part.Length), 1)),
        ];
    }

    private static IndexedPage Page(string text)
        => new() { Owner = "o", Origin = "o", Url = "u", Title = "", Text = text, Chunks = [], Model = "m", IndexedAt = default };
}
