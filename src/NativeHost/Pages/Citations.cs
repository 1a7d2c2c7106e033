using NativeHost.Search.Texts;

namespace NativeHost.Pages;

/// <summary>Tells what an answer stands on: a sentence of the page for each marker that the model wrote, or for its statements where it wrote none.</summary>
internal static class Citations
{
    private const int Most = 40;
    private const int MostInferred = 3;

    /// <summary>Statements are looked at up to here, where the model wrote no markers.</summary>
    private const int MostStatements = 200;

    /// <summary>Below this a sentence shares words with a statement, and does not say it.</summary>
    private const double LeastSupport = 0.3;

    /// <param name="excerpts">What the model was shown, by its markers' order; at least one.</param>
    /// <param name="question">Tells which sentence is meant where a marked statement has no word of its excerpt.</param>
    /// <returns>In the order of the answer; none where nothing in the excerpts supports it.</returns>
    public static IReadOnlyList<Citation> Of(string answer, IReadOnlyList<PageExcerpt> excerpts, string question)
    {
        var sentences = new CitedSentences(excerpts);
        var statements = Sentences.Of(answer).ToList();
        List<Citation> marked =
        [
            .. Markers.In(answer, excerpts.Count)
                .Select(marker => Marked(sentences, excerpts, StatementAt(answer, statements, marker.Position), question, marker))
                .DistinctBy(citation => (citation.Marker, citation.Start))
                .Take(Most),
        ];
        return marked.Count > 0 ? marked : Inferred(sentences, excerpts, answer, statements, question);
    }

    private static Citation Marked(CitedSentences sentences, IReadOnlyList<PageExcerpt> excerpts, string statement, string question, (int Position, int Number) marker)
    {
        var excerpt = marker.Number - 1;
        var best = sentences.Best(statement, question, excerpt);
        var span = best.Score > 0 ? best.Span : sentences.Best(question, excerpt: excerpt) is { Score: > 0 } other ? other.Span : excerpts[excerpt].Span;
        return CitationOf(excerpts, excerpt, span, best.Score, marker.Position, isInferred: false);
    }

    private static List<Citation> Inferred(CitedSentences sentences, IReadOnlyList<PageExcerpt> excerpts, string answer, List<TextSpan> statements, string question)
        =>
        [
            .. statements.Take(MostStatements)
                .Select(statement => (Best: sentences.Best(statement.Of(answer), question), statement.End))
                .Where(found => found.Best.Score >= LeastSupport)
                .OrderByDescending(found => found.Best.Score)
                .DistinctBy(found => (excerpts[found.Best.Excerpt].Page.Id, found.Best.Span))
                .Take(MostInferred)
                .OrderBy(found => found.End)
                .Select(found => CitationOf(excerpts, found.Best.Excerpt, found.Best.Span, found.Best.Score, found.End, isInferred: true)),
        ];

    /// <summary>What a marker is about: the sentence that it stands in, or the one before where it begins one.</summary>
    private static string StatementAt(string answer, List<TextSpan> statements, int position)
    {
        var index = statements.FindLastIndex(statement => statement.Start <= position);
        var before = answer[statements[index].Start..position];
        var isBehind = index > 0 && string.IsNullOrWhiteSpace(Markers.Without(before));
        return Markers.Without(statements[isBehind ? index - 1 : index].Of(answer));
    }

    private static Citation CitationOf(IReadOnlyList<PageExcerpt> excerpts, int excerpt, TextSpan span, double score, int position, bool isInferred)
    {
        var page = excerpts[excerpt].Page;
        var (id, document, url) = page.Named;
        return new Citation(excerpt + 1, position, id, document, url, span.Start, span.End, span.Of(page.Text), Math.Round(score, PageExcerpt.ScoreDigits), isInferred ? true : null);
    }
}
