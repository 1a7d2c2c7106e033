using System.Globalization;
using System.Numerics.Tensors;
using NativeHost.Search;
using NativeHost.Search.Texts;

namespace NativeHost.Pages;

/// <summary>Finds the parts of pages that a question is about, by words and by meaning.</summary>
internal static class PageRetrieval
{
    /// <summary>Of each ranking so many are put together.</summary>
    private const int Pool = 50;

    /// <param name="pages">At least one.</param>
    /// <param name="queries">The question's vector, by the model that made it; parts of pages of other models are found by their words alone.</param>
    /// <param name="count">Most that are wanted.</param>
    /// <returns>The best first, at least one: where nothing fits, the beginnings of the pages.</returns>
    public static IReadOnlyList<PageExcerpt> Find(
        IReadOnlyList<IndexedPage> pages,
        string question,
        IReadOnlyDictionary<string, ReadOnlyMemory<float>> queries,
        int count,
        CancellationToken cancellationToken)
    {
        var chunks = pages.SelectMany(page => page.Chunks.Select(chunk => (Page: page, Chunk: chunk))).ToList();
        using var words = new TextIndex();
        for (var i = 0; i < chunks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            words.Add(KeyOf(i), chunks[i].Chunk.Span.Of(chunks[i].Page.Text));
        }

        List<SearchHit> byMeaning =
        [
            .. Enumerable.Range(0, chunks.Count).Where(i => queries.TryGetValue(chunks[i].Page.ModelKey, out var query) && query.Length == chunks[i].Chunk.Vector.Length)
                .Select(i => new SearchHit(KeyOf(i), TensorPrimitives.Dot(queries[chunks[i].Page.ModelKey].Span, chunks[i].Chunk.Vector)))
                .OrderByDescending(hit => hit.Score).Take(Pool),
        ];
        var best = ScoreFusion.Fuse(count, words.SharesOf(question, words.Search(question, Pool)), byMeaning);
        return best.Count > 0
            ? [.. best.Select(hit => (Found: chunks[int.Parse(hit.Key, CultureInfo.InvariantCulture)], hit.Score)).Select(hit => new PageExcerpt(hit.Found.Page, hit.Found.Chunk.Span, hit.Score))]
            : [.. chunks.Take(count).Select(first => new PageExcerpt(first.Page, first.Chunk.Span, 0))];
    }

    private static string KeyOf(int chunk) => chunk.ToString(CultureInfo.InvariantCulture);
}
