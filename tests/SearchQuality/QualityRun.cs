using System.Security.Cryptography;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Search;
using NativeHost.Search.Texts;
using NativeHost.Search.Vectors;

namespace NativeHost.SearchQuality;

/// <summary>How high what was meant stands in three rankings: by words, by meaning, and by both as the product puts them together.</summary>
/// <param name="Words">Mean of 1 ÷ place, which is 1 where each query's answer is the first.</param>
internal sealed record QualityFigures(double Words, double Meaning, double Hybrid);

internal static class QualityRun
{
    /// <summary>As many of each ranking as the product puts together.</summary>
    private const int Pool = 200;

    /// <returns>For all queries, and for those of each kind.</returns>
    public static async Task<(QualityFigures All, IReadOnlyDictionary<QueryKind, QualityFigures> ByKind)> RunAsync(
        QualityCorpus corpus, IModelHost model, string folder, CancellationToken cancellationToken)
    {
        var documents = await model.EmbedAsync(new EmbeddingRequest(corpus.Texts, EmbeddingPurpose.Document), cancellationToken);
        var queries = await model.EmbedAsync(new EmbeddingRequest([.. corpus.Queries.Select(query => query.Text)], EmbeddingPurpose.Query), cancellationToken);
        using var vectors = VectorStore.Open(Path.Combine(folder, "vectors"), documents.Dimensions, SHA256.HashData("quality"u8));
        using var texts = new TextIndex();
        for (var i = 0; i < corpus.Texts.Count; i++)
        {
            texts.Add($"m{i}", corpus.Texts[i]);
            vectors.Add($"m{i}", documents.Vector(i).Span, i);
        }

        var figures = corpus.Queries.Select((query, i) =>
        {
            var byWords = texts.Search(query.Text, Pool);
            var byMeaning = vectors.Search(queries.Vector(i).Span, Pool);
            var both = ScoreFusion.Fuse(Pool, texts.SharesOf(query.Text, byWords), byMeaning);
            return (query.Kind, Figures: new QualityFigures(Reciprocal(byWords, query.Answer), Reciprocal(byMeaning, query.Answer), Reciprocal(both, query.Answer)));
        }).ToList();
        return (Mean(figures.Select(one => one.Figures)), figures.GroupBy(one => one.Kind, one => one.Figures).ToDictionary(kind => kind.Key, Mean));
    }

    private static double Reciprocal(IReadOnlyList<SearchHit> hits, string answer)
    {
        for (var place = 0; place < hits.Count; place++)
        {
            if (hits[place].Key == answer)
            {
                return 1.0 / (place + 1);
            }
        }

        return 0;
    }

    private static QualityFigures Mean(IEnumerable<QualityFigures> figures)
    {
        var all = figures.ToList();
        return new QualityFigures(all.Average(one => one.Words), all.Average(one => one.Meaning), all.Average(one => one.Hybrid));
    }
}
